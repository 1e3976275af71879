"""Shapes of sessions and tokens."""

from marshmallow import Schema, fields, validate

from backbone.fields import Instant
from services.identity.schemas.common import EmailAddress, Secret

SIX_DIGITS = validate.Regexp(r"[0-9]{6}\Z")


class SessionIn(Schema):
    """Credentials; `organisation` where the person acts for several."""

    email = EmailAddress(required=True)
    password = Secret()
    totp = fields.String(load_default="", load_only=True, validate=SIX_DIGITS)
    organisation = fields.UUID(load_default=None)


class TotpIn(Schema):
    """A code of the second factor."""

    totp = fields.String(required=True, load_only=True, validate=SIX_DIGITS)


class RefreshIn(Schema):
    """A refresh token that was not used before."""

    refresh_token = Secret(data_key="refreshToken")


class ConfirmedOut(Schema):
    """An access token, and what it says."""

    access_token = fields.String(data_key="accessToken")
    expires_in = fields.Integer(data_key="expiresIn", metadata={"description": "seconds"})
    session = fields.String(attribute="session.id")
    person = fields.String(attribute="session.person")
    organisation = fields.String(attribute="session.organisation", metadata={"description": "empty for none"})
    organisation_kind = fields.Function(
        lambda signed: signed.organisation.kind if signed.organisation else "", data_key="organisationKind"
    )
    roles = fields.Function(lambda signed: sorted(signed.roles))


class SignedOut(ConfirmedOut):
    """With the refresh token that keeps the session; it is good once."""

    refresh_token = fields.String(data_key="refreshToken")


class SessionOut(Schema):
    """A session."""

    id = fields.String()
    organisation = fields.String()
    opened_at = Instant(data_key="openedAt")
    expires_at = Instant(data_key="expiresAt")
    second_factor_at = Instant(data_key="secondFactorAt", allow_none=True)
    revoked_at = Instant(data_key="revokedAt", allow_none=True)


class SessionPage(Schema):
    """One's own sessions."""

    items = fields.List(fields.Nested(SessionOut))
    next = fields.String(allow_none=True)


class KeySetOut(Schema):
    """A JSON Web Key Set."""

    keys = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
