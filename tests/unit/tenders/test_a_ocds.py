"""OCDS data: one release for each legal act, exact numbers, records that compile and validate."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.tenders.domain.content import Urgency
from services.tenders.domain.notice import Change
from services.tenders.domain.question import Question
from services.tenders.domain.tender import Stage, Tender
from services.tenders.ocds.numbers import dumps, loads
from services.tenders.ocds.record import compiled, record_package, release_package
from services.tenders.ocds.release import amendment, encode, release
from services.tenders.ocds.tender import enquiries, status, tender_block
from tests.support.ocds import validate
from tests.unit.tenders.facts_a import DAY, NOW, content, document, lot, tender

SCHEMAS = Path(__file__).resolve().parents[4] / "shared/data/ocds-1.1.5"
BASE = "https://licitaciones.example"
PUBLISHED = tender(state=Stage.PUBLISHED, published_at=NOW, notice_version=1)
FILES = (document(published_at=NOW),)
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="the OCDS 1.1.5 schema files are not beside the checkout"
)


def told(subject: Tender, name: str, tags: list[str], date: datetime, block: dict[str, Any]) -> bytes:
    return encode(release(subject, name, tags, date, {"tender": block}))[0]


def life() -> list[bytes]:
    """A notice, an answer, a corrigendum with a new document version, a cancellation."""
    asked = Question("q1", "¿Se acepta otra marca?", NOW, answer="Sí.", answered_by="officer", published_at=NOW + DAY)
    amended = replace(PUBLISHED, content=content(lots=(lot(quantity="25"),), tender_period_end=NOW + 31 * DAY,
                                                 opening_at=NOW + 31 * DAY))  # fmt: skip
    files = (*FILES, document(version=2, published_at=NOW + 2 * DAY, reason="Corrige la cantidad"))
    changes = (Change("/lots/0/items/0/quantity", "20", "25"),)
    entry = amendment("c1", NOW + 2 * DAY, "cor-buy: Error", changes, "r1", "r3")
    cancelled = replace(amended, state=Stage.CANCELLED)
    return [
        told(PUBLISHED, "r1", ["tender"], NOW, tender_block(PUBLISHED, FILES, BASE)),
        told(PUBLISHED, "r2", ["tenderUpdate"], NOW + DAY, enquiries(PUBLISHED, [asked])),
        told(amended, "r3", ["tenderAmendment"], NOW + 2 * DAY,
             tender_block(amended, files, BASE) | {"amendments": [entry]}),
        told(cancelled, "r4", ["tenderCancellation"], NOW + 3 * DAY, status(cancelled)),
    ]  # fmt: skip


@needs_schemas
def test_releases_and_records_validate_against_the_standard() -> None:
    """Control 13.1: what is published is valid OCDS 1.1.5."""
    bodies = life()
    validate(json.loads(release_package(bodies, uri=f"{BASE}/r", publisher="Licita", published=NOW)), SCHEMAS)
    packed = record_package(PUBLISHED.ocid, bodies, uri=f"{BASE}/o", publisher="Licita", published=NOW)
    validate(json.loads(packed), SCHEMAS)


@needs_schemas
def test_the_merging_rules_are_those_of_the_standard() -> None:
    """Every rule of the schema for a field that we write is stated, and none besides, extensions' fields apart."""
    from ocdsmerge.rules import get_merge_rules  # noqa: PLC0415 - needs the schema

    from services.tenders.ocds.record import MERGE_RULES  # noqa: PLC0415 - as above

    official = get_merge_rules(json.loads((SCHEMAS / "release-schema.json").read_text("utf-8")))
    extensions = {("awards", "relatedLots"), ("awards", "relatedBids")}
    assert {path: rule for path, rule in MERGE_RULES.items() if path not in extensions}.items() <= official.items()


def test_a_compiled_release_has_the_last_word_of_every_field() -> None:
    """Control 2.3: the amended quantity and deadline, both versions of the document, the enquiry, the cancellation."""
    merged = compiled(life())
    assert merged["tag"] == ["compiled"]
    assert merged["tender"]["status"] == "cancelled"
    assert merged["tender"]["items"][0]["quantity"] == 25
    assert merged["tender"]["tenderPeriod"]["endDate"].startswith("2026-04-02")
    assert [each["id"] for each in merged["tender"]["documents"]] == ["d1-1", "d1-2"]
    assert "superseded by d1-2" in merged["tender"]["documents"][0]["description"]
    assert merged["tender"]["enquiries"][0]["answer"] == "Sí."


def test_an_amendment_names_both_releases_and_the_difference() -> None:
    """Control 2.3."""
    entry = compiled(life())["tender"]["amendments"][0]
    assert (entry["amendsReleaseID"], entry["releaseID"]) == ("r1", "r3")
    assert entry["description"] == "/lots/0/items/0/quantity: 20 -> 25"


def test_an_enquiry_tells_nothing_of_who_asked_or_when() -> None:
    """Control 2.1: only what everybody may know."""
    asked = Question("q1", "¿Otra marca?", NOW, answer="Sí.", answered_by="officer", published_at=NOW + DAY)
    waiting = Question("q2", "¿Otro plazo?", NOW)
    block = enquiries(PUBLISHED, [asked, waiting])
    assert [set(each) for each in block["enquiries"]] == [{"id", "description", "answer", "dateAnswered"}]


def test_a_claimed_ground_is_published_with_its_article() -> None:
    """Control 1.3: the ground for a short period is public."""
    urgent = replace(PUBLISHED, content=content(derogation=Urgency("urgency", "Se inundó la central.")))
    rationale = tender_block(urgent, FILES, BASE)["procurementMethodRationale"]
    assert rationale == "urgency (a ground made for tests): Se inundó la central."


def test_the_deadline_in_open_data_is_the_one_that_closes() -> None:
    """Control 1.4: `tenderPeriod.endDate` is the tender's own deadline."""
    assert tender_block(PUBLISHED, FILES, BASE)["tenderPeriod"]["endDate"] == "2026-04-01T12:00:00.000000Z"
    assert PUBLISHED.deadline == NOW + 30 * DAY


@pytest.mark.parametrize("text", ["0.10", "12345678901234567890.12", "1e3", "250000000", "0"])
def test_amounts_stay_exact(text: str) -> None:
    """Control 12.1: no amount passes through a float."""
    body = dumps({"amount": Decimal(text)})
    assert body == f'{{"amount":{format(Decimal(text), "f")}}}'.encode()
    assert loads(body)["amount"] == Decimal(text)
