"""Shapes of the evaluation."""

from marshmallow import Schema, fields, validate

from backbone.fields import Instant, Text

LONGEST_REASON = 4000
MOST_ROWS = 1000
ID = 100


class MoneyOut(Schema):
    """An amount in plain digits and its ISO 4217 code."""

    amount = fields.String()
    currency = fields.String()


class PagesOut(Schema):
    """A paper as a page, in both languages."""

    es = fields.String()
    en = fields.String()


class PaperOut(Schema):
    """A signed paper: `statement` is the signed note, `sha256` of its canonical JSON, `html` what it says as pages."""

    id = fields.String()
    sha256 = fields.String()
    statement = fields.String()
    html = fields.Nested(PagesOut)
    issued_at = Instant(data_key="issuedAt")


class LanguageQuery(Schema):
    """In which language a page is wanted."""

    lang = fields.String(load_default="es", validate=validate.OneOf(["es", "en"]))


class PageContent(Schema):
    """An HTML page; the answer is not JSON."""


class DeclarationIn(Schema):
    """An evaluator's declaration of conflict of interest."""

    has_conflict = fields.Boolean(required=True, data_key="hasConflict", truthy={True}, falsy={False})
    statement = Text(LONGEST_REASON, lines=True, required=True)


class ScoreIn(Schema):
    """One score, with at most two decimals, and why."""

    criterion = Text(ID, required=True)
    score = fields.Decimal(required=True, as_string=True, metadata={"type": "string", "example": "85.00"})
    reason = Text(LONGEST_REASON, lines=True, required=True)


class ScoresIn(Schema):
    """One's own scores of one bid."""

    lot = Text(ID, required=True)
    bid = Text(ID, required=True)
    scores = fields.List(fields.Nested(ScoreIn), required=True, validate=validate.Length(min=1, max=200))


class ReasonIn(Schema):
    """A sentence about one bid."""

    lot = Text(ID, required=True)
    bid = Text(ID, required=True)
    reason = Text(LONGEST_REASON, lines=True, required=True)


class ReportIn(Schema):
    """Why bids are not ranked: a reason for each that failed otherwise than by its technical scores."""

    rejections = fields.List(fields.Nested(ReasonIn), load_default=list, validate=validate.Length(max=MOST_ROWS))


class OfferedItemOut(Schema):
    """A priced line of an offer."""

    id = fields.String()
    quantity = fields.Decimal(as_string=True)
    unit_value = fields.Nested(MoneyOut, data_key="unitValue")


class OpenedDocumentOut(Schema):
    """A document of an opened envelope; its bytes are at the bids service."""

    name = fields.String()
    title = fields.String()
    document_type = fields.String(data_key="documentType")
    format = fields.String()
    sha256 = fields.String()
    size = fields.Integer()


class OpenedBidOut(Schema):
    """An announced envelope."""

    bid = fields.String()
    lot = fields.String()
    bidder = fields.String()
    envelope = fields.String()
    version = fields.Integer()
    received_at = Instant(data_key="receivedAt")
    result = fields.String()
    failure = fields.String()
    value = fields.Nested(MoneyOut, allow_none=True)
    items = fields.List(fields.Nested(OfferedItemOut))
    documents = fields.List(fields.Nested(OpenedDocumentOut))


class CriterionOut(Schema):
    """A criterion that evaluators score."""

    id = fields.String()
    title = fields.String()
    weight = fields.Decimal(as_string=True)
    max_score = fields.Decimal(as_string=True, data_key="maxScore")
    minimum_score = fields.Decimal(as_string=True, data_key="minimumScore", allow_none=True)


class JudgementOut(Schema):
    """One score as it was given."""

    evaluator = fields.String()
    lot = fields.String()
    bid = fields.String()
    criterion = fields.String(attribute="score.criterion")
    score = fields.Decimal(as_string=True, attribute="score.score")
    reason = fields.String(attribute="score.reason")
    scored_at = Instant(data_key="scoredAt")


class OwnScoresOut(Schema):
    """All of one's own scores as they stand."""

    scores = fields.List(fields.Nested(JudgementOut))


class TechnicalResultOut(Schema):
    """Whether a bid passed; `below` names the criteria it failed."""

    lot = fields.String()
    bid = fields.String()
    bidder = fields.String()
    passed = fields.Boolean()
    score = fields.Decimal(as_string=True)
    below = fields.List(fields.String())
    excluded = fields.String()


class PanellistOut(Schema):
    """Where an evaluator stands; `hasConflict` is null until declared."""

    person = fields.String()
    has_conflict = fields.Boolean(data_key="hasConflict", allow_none=True)
    declared_at = Instant(data_key="declaredAt", allow_none=True)
    signed_at = Instant(data_key="signedAt", allow_none=True)
    scores_sha256 = fields.String(data_key="scoresSha256")


class EvaluationOut(Schema):
    """The evaluator's desk. `scores` are one's own until `final`, then everybody's."""

    stage = fields.String()
    final = fields.Boolean()
    own = fields.Nested(PanellistOut, allow_none=True)
    criteria = fields.List(fields.Nested(CriterionOut))
    bids = fields.List(fields.Nested(OpenedBidOut))
    scores = fields.List(fields.Nested(JudgementOut))
    results = fields.List(fields.Nested(TechnicalResultOut))


class ScoresOut(Schema):
    """One's own scores, as they are kept now."""

    scores = fields.List(fields.Nested(JudgementOut))


class RankedBidOut(Schema):
    """A bid's place in its lot."""

    lot = fields.String()
    bid = fields.String()
    bidder = fields.String()
    rank = fields.Integer()
    technical_score = fields.Decimal(as_string=True, attribute="technical", data_key="technicalScore")
    financial_score = fields.Decimal(as_string=True, attribute="financial", data_key="financialScore")
    total_score = fields.Decimal(as_string=True, attribute="total", data_key="totalScore")
    value = fields.Nested(MoneyOut)


class RejectionOut(Schema):
    """A bid that is not ranked, and why."""

    lot = fields.String()
    bid = fields.String()
    bidder = fields.String()
    stage = fields.String()
    code = fields.String()
    reason = fields.String()


class ReportOut(PaperOut):
    """The evaluation report with its conclusion."""

    ranking = fields.List(fields.Nested(RankedBidOut))
    rejections = fields.List(fields.Nested(RejectionOut))
