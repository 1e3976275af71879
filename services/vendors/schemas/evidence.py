"""Shapes of evidence and of alerts."""

from marshmallow import Schema, fields, validate

from backbone.fields import File, Instant, Text

KIND = r"^[a-z][a-z0-9_]{1,39}\Z"


class EvidenceIn(Schema):
    """A paper: what it is, until when it holds, and its file (PDF, PNG or JPEG, at most 10 MiB)."""

    file = File(required=True)
    kind = fields.String(
        required=True,
        validate=validate.Regexp(KIND),
        metadata={"description": "snake_case, for example tax_compliance, registration_certificate, power_of_attorney"},
    )
    title = Text(250, required=True)
    valid_until = Instant(data_key="validUntil", load_default=None)


class EvidenceOut(Schema):
    """A paper that is kept."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    file_name = fields.String(data_key="fileName")
    content_type = fields.String(data_key="contentType")
    size = fields.Integer(metadata={"description": "bytes"})
    sha256 = fields.String(metadata={"description": "hex"})
    valid_until = Instant(data_key="validUntil", allow_none=True)
    validity = fields.String(metadata={"description": "valid, expiring (within 30 days) or expired, now"})
    added_at = Instant(data_key="addedAt")


class EvidencePage(Schema):
    """All papers of a supplier."""

    items = fields.List(fields.Nested(EvidenceOut))
    next = fields.String(allow_none=True)


class EvidenceContent(Schema):
    """The file's bytes come instead of JSON."""


class AlertOut(Schema):
    """A tender in a followed category was published or amended."""

    id = fields.UUID()
    tender = fields.String()
    ocid = fields.String()
    title = fields.String()
    buyer_name = fields.String(data_key="buyerName")
    notice_version = fields.Integer(data_key="noticeVersion")
    tender_period_end = Instant(data_key="tenderPeriodEnd")
    delivery_status = fields.String(data_key="deliveryStatus")
    queued_at = Instant(data_key="queuedAt")


class AlertPage(Schema):
    """A page of alerts."""

    items = fields.List(fields.Nested(AlertOut))
    next = fields.String(allow_none=True)
