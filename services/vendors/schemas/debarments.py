"""Shapes of debarments."""

from marshmallow import Schema, fields

from backbone.fields import Instant, Text
from services.vendors.schemas.common import CursorQuery, Grounds, IdentifierOut


class DebarmentIn(Grounds):
    """An authority's decision. It acts from `startsAt` until, and not including, `endsAt`."""

    authority = Text(250, required=True)
    legal_basis = Text(500, required=True, data_key="legalBasis")
    starts_at = Instant(required=True, data_key="startsAt")
    ends_at = Instant(required=True, data_key="endsAt")


class DebarmentOut(Schema):
    """A debarment; apart from `state` the fields are those of the list that is hashed."""

    id = fields.String(attribute="debarment.id")
    vendor = fields.String(attribute="debarment.vendor")
    grounds = fields.String(attribute="debarment.grounds")
    authority = fields.String(attribute="debarment.authority")
    legal_basis = fields.String(attribute="debarment.legal_basis", data_key="legalBasis")
    starts_at = Instant(attribute="debarment.starts_at", data_key="startsAt")
    ends_at = Instant(attribute="debarment.ends_at", data_key="endsAt")
    lifted_at = Instant(attribute="debarment.lifted_at", data_key="liftedAt", allow_none=True)
    lifting_grounds = fields.String(attribute="debarment.lifting_grounds", data_key="liftingGrounds")
    state = fields.String(
        metadata={"description": "upcoming, in_force, expired or lifted, at the instant of the answer"}
    )


class ListedDebarment(DebarmentOut):
    """A line of the public register."""

    legal_name = fields.String(attribute="vendor.legal_name", data_key="legalName")
    identifier = fields.Nested(IdentifierOut, attribute="vendor.identifier")
    decided_at = Instant(data_key="decidedAt")


class DebarmentsQuery(CursorQuery):
    """Whose debarments; everybody's if not said."""

    vendor = fields.UUID(load_default=None)


class DebarmentPage(Schema):
    """A page of the public register."""

    items = fields.List(fields.Nested(ListedDebarment))
    next = fields.String(allow_none=True)
    list_version = fields.String(
        data_key="listVersion", metadata={"description": "<number>/<hex SHA-256 of the canonical JSON of the list>"}
    )
