"""Shapes of duties."""

from marshmallow import Schema, fields, validate

from backbone.fields import Instant
from services.identity.domain.duties import ASSIGNABLE


class DutyIn(Schema):
    """An appointment."""

    person = fields.UUID(required=True)
    duty = fields.String(required=True, validate=validate.OneOf(ASSIGNABLE))


class DutyOut(Schema):
    """A duty; `assignedBy` is empty where an act of the tender itself tells it."""

    tender = fields.String()
    person = fields.String()
    duty = fields.String()
    assigned_at = Instant(data_key="assignedAt")
    assigned_by = fields.String(data_key="assignedBy")


class DutyPage(Schema):
    """All duties of a tender."""

    items = fields.List(fields.Nested(DutyOut))
    next = fields.String(allow_none=True)
