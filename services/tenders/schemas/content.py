"""Shapes of what a drafter writes."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from backbone.fields import Instant, Text
from services.tenders.domain.content import (
    CATEGORIES,
    FINANCIAL,
    PROCEDURES,
    TECHNICAL,
    Criterion,
    Item,
    Lot,
    RequiredDocument,
    Urgency,
)
from services.tenders.schemas.shapes import (
    LONGEST_GROUNDS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    ZONES,
    MoneyIn,
    Number,
    PeriodIn,
    identifier,
    language,
)

MOST_LOTS = 200
MOST_ITEMS = 2_000
MOST_ROWS = 100


class ClassificationIn(Schema):
    """A code of a classification such as UNSPSC or CPV."""

    scheme = Text(250, required=True)
    id = Text(60, required=True)


class ItemIn(Schema):
    """A thing to be bought."""

    id = identifier()
    description = Text(LONGEST_TITLE, required=True)
    classification = fields.Nested(ClassificationIn, required=True)
    quantity = Number(required=True)
    unit = Text(100, required=True)

    @post_load
    def item(self, told: dict[str, Any], **_: Any) -> Item:
        """The item as the domain knows it."""
        code = told.pop("classification")
        return Item(**told, classification_scheme=code["scheme"], classification_id=code["id"])


class LotIn(Schema):
    """What one bid answers."""

    id = identifier()
    title = Text(LONGEST_TITLE, required=True)
    value = fields.Nested(MoneyIn, required=True)
    items = fields.List(fields.Nested(ItemIn), required=True, validate=validate.Length(min=1, max=MOST_ITEMS))

    @post_load
    def lot(self, told: dict[str, Any], **_: Any) -> Lot:
        """The lot as the domain knows it."""
        return Lot(**{**told, "items": tuple(told["items"])})


class CriterionIn(Schema):
    """An award criterion; `envelope` says whether evaluators score it (technical) or the price does (financial)."""

    id = identifier()
    title = Text(LONGEST_TITLE, required=True)
    envelope = fields.String(required=True, validate=validate.OneOf([TECHNICAL, FINANCIAL]))
    weight = Number(required=True, metadata={"description": "percent; all of them sum to 100"})
    max_score = Number(required=True, data_key="maxScore")
    minimum_score = Number(load_default=None, allow_none=True, data_key="minimumScore")

    @post_load
    def criterion(self, told: dict[str, Any], **_: Any) -> Criterion:
        """The criterion as the domain knows it."""
        return Criterion(**told)


class RequiredDocumentIn(Schema):
    """A document that every bid must bring."""

    envelope = Text(40, required=True)
    document_type = Text(100, required=True, data_key="documentType")
    title = Text(LONGEST_TITLE, required=True)

    @post_load
    def required_document(self, told: dict[str, Any], **_: Any) -> RequiredDocument:
        """The requirement as the domain knows it."""
        return RequiredDocument(**told)


class DerogationIn(Schema):
    """The legal ground for a shorter period, by its code in the procedure policy, and why it holds here."""

    code = Text(60, required=True)
    rationale = Text(LONGEST_GROUNDS, lines=True, required=True)

    @post_load
    def derogation(self, told: dict[str, Any], **_: Any) -> Urgency:
        """The claim as the domain knows it."""
        return Urgency(**told)


class _Flat(Schema):
    """Loads into the field names of the domain's content: periods by their ends, lists as tuples."""

    @post_load
    def flatten(self, told: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Only what was given."""
        for name, field in (("tender_period", "tender_period_end"), ("enquiry_period", "enquiry_period_end")):
            if name in told:
                told[field] = told.pop(name)["end_date"]
        return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


class AmendableIn(_Flat):
    """What a corrigendum may change; `documents` are ids of documents whose newest version it publishes."""

    title = Text(LONGEST_TITLE)
    description = Text(LONGEST_TEXT, lines=True)
    value = fields.Nested(MoneyIn)
    lots = fields.List(fields.Nested(LotIn), validate=validate.Length(min=1, max=MOST_LOTS))
    criteria = fields.List(fields.Nested(CriterionIn), validate=validate.Length(min=1, max=MOST_ROWS))
    required_documents = fields.List(
        fields.Nested(RequiredDocumentIn), data_key="requiredDocuments", validate=validate.Length(max=MOST_ROWS)
    )
    tender_period = fields.Nested(PeriodIn, data_key="tenderPeriod")
    opening_at = Instant(data_key="openingDate")
    enquiry_period = fields.Nested(PeriodIn, data_key="enquiryPeriod")


class ContentPatch(AmendableIn):
    """What may be changed in a draft: everything."""

    language = fields.String(validate=language().validators)
    main_procurement_category = fields.String(data_key="mainProcurementCategory", validate=validate.OneOf(CATEGORIES))
    procedure = fields.String(validate=validate.OneOf(PROCEDURES))
    time_zone = fields.String(data_key="timeZone", metadata={"description": "IANA zone, America/Asuncion"})
    derogation = fields.Nested(DerogationIn, allow_none=True)
    source = Text(LONGEST_TITLE, shortest=0)

    @validates("time_zone")
    def check_zone(self, name: str, **_: Any) -> None:
        """Refuses zones that the time zone database does not have.

        Raises:
            ValidationError: no such zone.
        """
        if name not in ZONES:
            raise ValidationError("time_zone_unknown")


class ContentIn(ContentPatch):
    """A whole draft. Opening and enquiry period follow from the deadline where they are not given."""

    title = Text(LONGEST_TITLE, required=True)
    description = Text(LONGEST_TEXT, lines=True, required=True)
    language = language()
    main_procurement_category = fields.String(
        required=True, data_key="mainProcurementCategory", validate=validate.OneOf(CATEGORIES)
    )
    procedure = fields.String(required=True, validate=validate.OneOf(PROCEDURES))
    value = fields.Nested(MoneyIn, required=True)
    lots = fields.List(fields.Nested(LotIn), required=True, validate=validate.Length(min=1, max=MOST_LOTS))
    criteria = fields.List(fields.Nested(CriterionIn), required=True, validate=validate.Length(min=1, max=MOST_ROWS))
    tender_period = fields.Nested(PeriodIn, required=True, data_key="tenderPeriod")
    time_zone = fields.String(required=True, data_key="timeZone")
