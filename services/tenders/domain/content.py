"""What a notice says: the part of a tender that its drafter writes, and the rules it must obey to be complete."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from backbone.clock import parse_rfc3339, rfc3339
from backbone.errors import Conflict, Invalid
from backbone.money import Money
from services.tenders.domain.procedure import Policy

TECHNICAL = "technical"
FINANCIAL = "financial"
CATEGORIES = ("goods", "works", "services")
PROCEDURES = ("open-one-envelope", "open-two-envelopes")
ALL_WEIGHTS = Decimal(100)


@dataclass(frozen=True)
class Item:
    """A thing to be bought. `quantity` is positive, in `unit`s."""

    id: str
    description: str
    classification_scheme: str
    classification_id: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class Lot:
    """What one bid answers."""

    id: str
    title: str
    value: Money
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Criterion:
    """An award criterion. Weights of all sum to 100; scores run from 0 to `max_score`.

    A bid below `minimum_score` fails.
    """

    id: str
    title: str
    envelope: str
    weight: Decimal
    max_score: Decimal
    minimum_score: Decimal | None = None


@dataclass(frozen=True)
class RequiredDocument:
    """A document that bidders must put into an envelope. `document_type` is of the OCDS codelist."""

    envelope: str
    document_type: str
    title: str


@dataclass(frozen=True)
class Urgency:
    """The claim of a legal ground for a shorter tender period; published with the notice (control 1.3)."""

    code: str
    rationale: str


@dataclass(frozen=True)
class Content:
    """The text and the numbers of a notice. Instants have a zone; `source` says where the facts were taken from."""

    title: str
    description: str
    language: str
    main_procurement_category: str
    procedure: str
    value: Money
    lots: tuple[Lot, ...]
    criteria: tuple[Criterion, ...]
    tender_period_end: datetime
    opening_at: datetime
    enquiry_period_end: datetime
    time_zone: str
    required_documents: tuple[RequiredDocument, ...] = ()
    derogation: Urgency | None = None
    source: str = ""

    @property
    def item_count(self) -> int:
        """Items of all lots."""
        return sum(len(lot.items) for lot in self.lots)


def check_content(content: Content, policy: Policy) -> None:
    """What must hold for a draft at any time: it names things once, in one currency, within its procedure.

    Raises:
        Invalid: the first rule that does not hold, with what breaks it.
    """
    _check_unique("lot", (lot.id for lot in content.lots))
    _check_unique("item", (item.id for lot in content.lots for item in lot.items))
    _check_unique("criterion", (each.id for each in content.criteria))
    for lot in content.lots:
        if lot.value.currency != content.value.currency:
            raise Invalid("currencies_differ", first=content.value.currency, second=lot.value.currency)
    for required in content.required_documents:
        if required.envelope not in policy.envelopes:
            raise Invalid("envelope_unknown", envelope=required.envelope, known=", ".join(policy.envelopes))
    for criterion in content.criteria:
        if criterion.minimum_score is not None and criterion.minimum_score > criterion.max_score:
            raise Invalid("minimum_score_too_high", criterion=criterion.id, highest=criterion.max_score)
    if content.derogation and policy.derogation(content.derogation.code) is None:
        raise Invalid("derogation_unknown", ground=content.derogation.code, policy=policy.reference)


def check_complete(content: Content, policy: Policy) -> None:
    """What must hold besides before anybody is asked to approve.

    Raises:
        Conflict: something is missing or does not add up.
    """
    if not content.lots or not all(lot.items for lot in content.lots):
        raise Conflict("lots_missing")
    weights = sum((each.weight for each in content.criteria), Decimal(0))
    if weights != ALL_WEIGHTS:
        raise Conflict("weights_do_not_sum", sum=format(weights, "f"))
    scored_apart = len(policy.envelopes) > 1
    if scored_apart and not any(each.envelope == TECHNICAL for each in content.criteria):
        raise Conflict("technical_criterion_missing")


def _check_unique(kind: str, ids: Iterable[str]) -> None:
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise Invalid("id_repeated", kind=kind, id=twice[0])


def content_json(content: Content) -> dict[str, Any]:
    """The canonical form: camelCase names, amounts and numbers as strings, instants in UTC."""
    return {
        "title": content.title,
        "description": content.description,
        "language": content.language,
        "mainProcurementCategory": content.main_procurement_category,
        "procedure": content.procedure,
        "value": content.value.as_json(),
        "lots": [lot_json(lot) for lot in content.lots],
        "criteria": [_criterion_json(each) for each in content.criteria],
        "tenderPeriod": {"endDate": rfc3339(content.tender_period_end)},
        "openingDate": rfc3339(content.opening_at),
        "enquiryPeriod": {"endDate": rfc3339(content.enquiry_period_end)},
        "timeZone": content.time_zone,
        "requiredDocuments": [
            {"envelope": each.envelope, "documentType": each.document_type, "title": each.title}
            for each in content.required_documents
        ],
        "derogation": {"code": content.derogation.code, "rationale": content.derogation.rationale}
        if content.derogation
        else None,
        "source": content.source,
    }


def lot_json(lot: Lot) -> dict[str, Any]:
    """A lot in the canonical form."""
    return {
        "id": lot.id,
        "title": lot.title,
        "value": lot.value.as_json(),
        "items": [
            {
                "id": item.id,
                "description": item.description,
                "classification": {"scheme": item.classification_scheme, "id": item.classification_id},
                "quantity": format(item.quantity, "f"),
                "unit": item.unit,
            }
            for item in lot.items
        ],
    }


def _criterion_json(each: Criterion) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "envelope": each.envelope,
        "weight": format(each.weight, "f"),
        "maxScore": format(each.max_score, "f"),
        "minimumScore": None if each.minimum_score is None else format(each.minimum_score, "f"),
    }


def content_of(told: Mapping[str, Any]) -> Content:
    """Reads the canonical form, which is trusted: it is what we stored."""
    derogation = told["derogation"]
    return Content(
        title=told["title"],
        description=told["description"],
        language=told["language"],
        main_procurement_category=told["mainProcurementCategory"],
        procedure=told["procedure"],
        value=Money.parse(**told["value"]),
        lots=tuple(map(lot_of, told["lots"])),
        criteria=tuple(map(_criterion_of, told["criteria"])),
        tender_period_end=parse_rfc3339(told["tenderPeriod"]["endDate"]),
        opening_at=parse_rfc3339(told["openingDate"]),
        enquiry_period_end=parse_rfc3339(told["enquiryPeriod"]["endDate"]),
        time_zone=told["timeZone"],
        required_documents=tuple(
            RequiredDocument(each["envelope"], each["documentType"], each["title"])
            for each in told["requiredDocuments"]
        ),
        derogation=Urgency(**derogation) if derogation else None,
        source=told["source"],
    )


def lot_of(told: Mapping[str, Any]) -> Lot:
    """Reads the canonical form of a lot."""
    items = tuple(
        Item(
            id=item["id"],
            description=item["description"],
            classification_scheme=item["classification"]["scheme"],
            classification_id=item["classification"]["id"],
            quantity=Decimal(item["quantity"]),
            unit=item["unit"],
        )
        for item in told["items"]
    )
    return Lot(told["id"], told["title"], Money.parse(**told["value"]), items)


def _criterion_of(told: Mapping[str, Any]) -> Criterion:
    minimum = told["minimumScore"]
    return Criterion(
        id=told["id"],
        title=told["title"],
        envelope=told["envelope"],
        weight=Decimal(told["weight"]),
        max_score=Decimal(told["maxScore"]),
        minimum_score=None if minimum is None else Decimal(minimum),
    )
