"""Shapes of organisations and members."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backbone.fields import Instant, Text
from services.identity.domain.roles import ALL_ROLES, BUYER, OVERSIGHT, SUPPLIER
from services.identity.schemas.common import EmailAddress


class OrganisationIn(Schema):
    """A new organisation; the administrator is a buyer's first, and both fields come together."""

    name = Text(250, required=True)
    kind = fields.String(required=True, validate=validate.OneOf([BUYER, OVERSIGHT, SUPPLIER]))
    admin_email = EmailAddress(load_default="", data_key="adminEmail")
    admin_name = Text(200, load_default="", data_key="adminName")

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data["admin_email"]) != bool(data["admin_name"]):
            raise ValidationError("administrator_incomplete", "adminEmail")


class OrganisationOut(Schema):
    """An organisation."""

    id = fields.String()
    kind = fields.String()
    name = fields.String()


class OrganisationMade(OrganisationOut):
    """With the code by which its first administrator accepts."""

    activation_code = fields.String(data_key="activationCode", allow_none=True)


class GrantIn(Schema):
    """Whom to invite, with which roles."""

    email = EmailAddress(required=True)
    name = Text(200, required=True)
    roles = fields.List(
        fields.String(validate=validate.OneOf(sorted(ALL_ROLES))), required=True, validate=validate.Length(1, 10)
    )


class GrantOut(Schema):
    """Without a code the roles count already."""

    person = fields.String()
    roles = fields.List(fields.String())
    activation_code = fields.String(data_key="activationCode", allow_none=True)


class MembershipOut(Schema):
    """A membership."""

    organisation = fields.String()
    person = fields.String()
    roles = fields.Function(lambda membership: sorted(membership.roles))


class MemberOut(MembershipOut):
    """A member with name and address; `acceptedAt` is null while the invitation waits."""

    person = fields.String(attribute="person.id")
    name = fields.String(attribute="person.name")
    email = fields.String(attribute="person.email")
    accepted_at = Instant(data_key="acceptedAt", allow_none=True)
    second_factor = fields.Boolean(attribute="person.enrolled", data_key="secondFactor")


class MemberPage(Schema):
    """All members."""

    items = fields.List(fields.Nested(MemberOut))
    next = fields.String(allow_none=True)
