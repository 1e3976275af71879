"""Shapes of accounts."""

from marshmallow import Schema, fields, validate

from backbone.fields import Instant, Text
from services.identity.domain.account import LANGUAGES
from services.identity.schemas.common import EmailAddress, Secret


class PersonIn(Schema):
    """A new account."""

    email = EmailAddress(required=True)
    password = Secret()
    name = Text(200, required=True)
    language = fields.String(load_default="es", validate=validate.OneOf(LANGUAGES))


class ActivationIn(Schema):
    """The code of an invitation, and the password of the account."""

    code = Secret()
    password = Secret()


class PersonOut(Schema):
    """Whose account it is."""

    id = fields.String()


class MembershipOfMine(Schema):
    """An organisation that one may act for."""

    organisation = fields.String(attribute="organisation.id")
    name = fields.String(attribute="organisation.name")
    kind = fields.String(attribute="organisation.kind")
    roles = fields.List(fields.String())
    accepted_at = Instant(data_key="acceptedAt", allow_none=True)


class MeOut(Schema):
    """One's own account, and what the present session is."""

    id = fields.String(attribute="person.id")
    email = fields.String(attribute="person.email")
    name = fields.String(attribute="person.name")
    language = fields.String(attribute="person.language")
    second_factor = fields.Boolean(attribute="person.enrolled", data_key="secondFactor")
    session = fields.String()
    organisation = fields.String()
    roles = fields.List(fields.String())
    memberships = fields.List(fields.Nested(MembershipOfMine))


class TotpOut(Schema):
    """The secret in base 32, and the `otpauth:` address with it."""

    secret = fields.String()
    uri = fields.String()
