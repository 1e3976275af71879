"""Shapes of terms, uploads, bids and receipts."""

from marshmallow import Schema, fields, validate

from backbone.fields import Text

HEX64 = validate.Regexp(r"\A[0-9a-f]{64}\Z")
LONGEST_ID = 128
MOST_ENVELOPES = 8
LARGEST_UPLOAD = 2**40


class Hex64(fields.String):
    """32 bytes in lower-case hexadecimal."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(validate=HEX64, **kwargs)  # type: ignore[arg-type]  # marshmallow's own keywords


class NoticeOut(Schema):
    """Which notice a bid answers."""

    version = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class PeriodOut(Schema):
    """When bidding ends."""

    end_date = fields.AwareDateTime(required=True, data_key="endDate")


class MemberOut(Schema):
    """A committee member's public key."""

    member = fields.String(required=True)
    recipient = fields.String(required=True)


class CommitteeOut(Schema):
    """Who opens, and how many of them are needed."""

    threshold = fields.Integer(required=True)
    members = fields.List(fields.Nested(MemberOut), required=True)
    sha256 = fields.String(required=True)


class TermsOut(Schema):
    """Everything that sealing a bid needs."""

    tender = fields.String(required=True)
    notice = fields.Nested(NoticeOut, required=True)
    tender_period = fields.Nested(PeriodOut, required=True, data_key="tenderPeriod")
    opening_date = fields.AwareDateTime(required=True, data_key="openingDate")
    server_time = fields.AwareDateTime(required=True, data_key="serverTime")
    time_zone = fields.String(required=True, data_key="timeZone")
    lots = fields.List(fields.String(), required=True)
    envelopes = fields.List(fields.String(), required=True)
    committee = fields.Nested(CommitteeOut, required=True)
    max_envelope_bytes = fields.Integer(required=True, data_key="maxEnvelopeBytes")


class UploadIn(Schema):
    """The ciphertext about to be uploaded: SHA-256 and size in bytes."""

    sha256 = Hex64(required=True)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST_UPLOAD))


class UploadOut(Schema):
    """Where to send the ciphertext; the headers belong to the signature."""

    upload = fields.String(required=True)
    url = fields.String(required=True)
    method = fields.Constant("PUT")
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    expires_at = fields.AwareDateTime(required=True, data_key="expiresAt")


class SealedEnvelopeIn(Schema):
    """One envelope: its upload and the sealed-bid envelope (format licita.sealed-bid/v1)."""

    upload = Text(LONGEST_ID, required=True)
    envelope = fields.Dict(keys=fields.String(), required=True)


class BidIn(Schema):
    """A sealed bid for one lot."""

    lot = Text(LONGEST_ID, required=True)
    envelopes = fields.List(
        fields.Nested(SealedEnvelopeIn), required=True, validate=validate.Length(min=1, max=MOST_ENVELOPES)
    )
    blind = Hex64(required=True)


class WithdrawalIn(Schema):
    """Names the receipt of the bid as it stands."""

    receipt = Text(LONGEST_ID, required=True)
    blind = Hex64(required=True)


class ReceivedOut(Schema):
    """The bid as it stands and the signed receipt of this act."""

    bid = fields.String(required=True, attribute="bid.id")
    version = fields.Integer(required=True, attribute="bid.version")
    state = fields.String(required=True, attribute="bid.state")
    receipt = fields.String(required=True, attribute="record.statement")


class OwnBidsQuery(Schema):
    """One tender's, or all."""

    tender = Text(LONGEST_ID, load_default=None)


class OwnBidOut(Schema):
    """One of the caller's bids."""

    bid = fields.String(required=True)
    tender = fields.String(required=True)
    lot = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True, data_key="receivedAt")
    notice_version = fields.Integer(required=True, data_key="noticeVersion")
    answers_current_notice = fields.Boolean(required=True, data_key="answersCurrentNotice")
    receipt = fields.String(required=True)


class OwnBidsOut(Schema):
    """All of them; there is no further page."""

    items = fields.List(fields.Nested(OwnBidOut), required=True)
    next = fields.String(allow_none=True, dump_default=None)


class ReceiptOut(Schema):
    """A receipt and what reveals its commitment."""

    receipt = fields.String(required=True)
    kind = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True, data_key="receivedAt")
    statement = fields.String(required=True)
    blind = fields.String(required=True)


class ReceiptsOut(Schema):
    """All receipts of a bid, oldest first."""

    items = fields.List(fields.Nested(ReceiptOut), required=True)
    next = fields.String(allow_none=True, dump_default=None)
