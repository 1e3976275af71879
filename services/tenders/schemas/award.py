"""Shapes of awards, letters, complaints and contracts."""

from marshmallow import Schema, fields, validate

from backbone.fields import Instant, Text
from services.tenders.schemas.evaluation import ID, LONGEST_REASON, MOST_ROWS, MoneyOut, PagesOut, PaperOut, ReasonIn


class ProposalIn(Schema):
    """One lot: the winning bid, or the grounds for declaring it unsuccessful."""

    lot = Text(ID, required=True)
    bid = Text(ID, load_default="")
    grounds = Text(LONGEST_REASON, lines=True, load_default="", data_key="unsuccessful")


class AwardsIn(Schema):
    """The decision on all lots, with a reason for every bid."""

    awards = fields.List(fields.Nested(ProposalIn), required=True, validate=validate.Length(max=MOST_ROWS))
    reasons = fields.List(fields.Nested(ReasonIn), required=True, validate=validate.Length(max=10 * MOST_ROWS))


class AwardOut(Schema):
    """The award of one lot; `status` by OCDS: pending, active, cancelled, unsuccessful."""

    id = fields.String()
    lot = fields.String()
    status = fields.String()
    bid = fields.String()
    supplier = fields.String()
    value = fields.Nested(MoneyOut, allow_none=True)
    unsuccessful = fields.String(attribute="grounds")


class DecisionOut(Schema):
    """One award decision over all lots; no contract may be signed before `standstillEnd`."""

    id = fields.String()
    awarder = fields.String()
    decided_at = Instant(data_key="decidedAt")
    standstill_end = Instant(data_key="standstillEnd")
    awards = fields.List(fields.Nested(AwardOut))


class ListedAwardOut(AwardOut):
    """An award with the decision that it is part of."""

    decision = fields.String()
    awarder = fields.String()
    decided_at = Instant(data_key="decidedAt")
    standstill_end = Instant(data_key="standstillEnd")


class AwardPage(Schema):
    """The awards of all decisions, those of the newest decision first."""

    items = fields.List(fields.Nested(ListedAwardOut))
    next = fields.String(allow_none=True)


class LetterOut(PaperOut):
    """A bidder's letter; `readAt` is when the bidder first read it."""

    bidder = fields.String(attribute="subject")
    read_at = Instant(data_key="readAt", allow_none=True)


class LetterPage(Schema):
    """The letters that the reader may read."""

    items = fields.List(fields.Nested(LetterOut))
    next = fields.String(allow_none=True)


class ComplaintIn(Schema):
    """What is wrong with the award, in the complainant's words; they become public."""

    grounds = Text(20_000, lines=True, required=True)


class ComplaintDecisionIn(Schema):
    """The reviewer's decision; it becomes public."""

    outcome = fields.String(required=True, validate=validate.OneOf(["dismissed", "upheld"]))
    reasons = Text(20_000, lines=True, required=True)


class ComplaintOut(Schema):
    """A complaint; `outcome` is open, dismissed, upheld or withdrawn."""

    id = fields.String()
    complainant = fields.String()
    grounds = fields.String()
    lodged_at = Instant(data_key="lodgedAt")
    outcome = fields.String()
    reasons = fields.String()
    ended_at = Instant(data_key="endedAt", allow_none=True)


class ReceiptedComplaintOut(ComplaintOut):
    """A complaint just lodged, with its signed receipt."""

    receipt = fields.String()


class ComplaintPage(Schema):
    """All complaints, oldest first."""

    items = fields.List(fields.Nested(ComplaintOut))
    next = fields.String(allow_none=True)


class ContractIn(Schema):
    """A signed contract. `number` is the buyer's own; `signedAt` is now if not said."""

    award = Text(ID, required=True)
    number = Text(100, required=True)
    signed_at = Instant(load_default=None, data_key="signedAt")


class ContractOut(Schema):
    """A contract with its signed paper."""

    id = fields.String()
    award = fields.String()
    supplier = fields.String()
    number = fields.String()
    value = fields.Nested(MoneyOut)
    signed_at = Instant(data_key="signedAt")
    sha256 = fields.String()
    statement = fields.String()
    html = fields.Nested(PagesOut)


class ContractPage(Schema):
    """All contracts, oldest first."""

    items = fields.List(fields.Nested(ContractOut))
    next = fields.String(allow_none=True)
