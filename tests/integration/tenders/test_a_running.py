"""What ends by itself at the deadline, and the open data of a whole life, as they are served."""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backbone.clock import parse_rfc3339, rfc3339
from tests.integration.tenders.conftest import Person, Town, done, lot, refused
from tests.support.ocds import validate

SCHEMAS = Path(__file__).resolve().parents[4] / "shared/data/ocds-1.1.5"


def ask(town: Town, tender: str, supplier: Person | None = None) -> str:
    asker = supplier or town.supplier()
    question = done(asker.post(f"/v1/tenders/{tender}/questions", {"text": "¿Se acepta otra marca?"}), 201)
    return str(question["id"])


def propose(town: Town, tender: str, **changes: Any) -> dict[str, Any]:
    body = {"reasonCode": "cor-buy", "rationale": "Error en el pliego", "changes": changes}
    return done(town.officer.post(f"/v1/tenders/{tender}/corrigenda", body), 201)


def extend(town: Town, tender: str, by: timedelta) -> str:
    end = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["tenderPeriod"]["endDate"]
    return rfc3339(parse_rfc3339(end) + by)


def approve(town: Town, tender: str, number: int) -> dict[str, Any]:
    return done(town.approver.post(f"/v1/tenders/{tender}/corrigenda/{number}/approval"), 201)


def test_at_the_deadline_a_tender_closes_by_itself(town: Town) -> None:
    """Controls 2.5 and 5.3: no question, answer, document, extension or approval comes after it."""
    tender = town.published(ends_in=timedelta(seconds=6))
    question = ask(town, tender)
    later = extend(town, tender, timedelta(hours=1))
    made = propose(town, tender, tenderPeriod={"endDate": later})
    deadline = parse_rfc3339(done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["tenderPeriod"]["endDate"])
    while datetime.now(UTC) < deadline + timedelta(milliseconds=50):
        time.sleep(0.05)
    path = f"/v1/tenders/{tender}"
    assert done(town.nobody().get(path), 200)["stage"] == "closed"
    late = [
        town.supplier().post(f"{path}/questions", {"text": "¿Otra?"}),
        town.officer.post(f"{path}/questions/{question}/answer", {"text": "Sí."}),
        town.officer.upload(tender),
        town.officer.post(
            f"{path}/corrigenda",
            {"reasonCode": "cor-buy", "rationale": "Tarde", "changes": {"tenderPeriod": {"endDate": later}}},
        ),
        town.approver.post(f"{path}/corrigenda/{made['number']}/approval"),
    ]
    for answer in late:
        refused(answer, 409, "act_not_allowed")
    listed = done(town.nobody().get("/v1/tenders?stage=closed"), 200)
    ids = [each["id"] for each in listed["items"]]
    assert tender in ids or listed["next"]


def test_a_changed_quantity_is_an_amendment_and_all_open_data_is_valid(town: Town) -> None:
    """Controls 2.3 and 13.1: release, amendment and record, as they are served."""
    tender = town.published()
    done(town.officer.post(f"/v1/tenders/{tender}/questions/{ask(town, tender)}/answer", {"text": "Sí."}), 201)
    lots = [lot("lote-1", "item-1", quantity="25"), lot("lote-2", "item-2")]
    approve(town, tender, propose(town, tender, lots=lots)["number"])
    done(town.approver.post(f"/v1/tenders/{tender}/cancellation", {"grounds": "Sin presupuesto"}), 200)
    listed = done(town.nobody().get(f"/v1/tenders/{tender}/ocds/releases"), 200)["items"]
    tags = [tag for each in listed for tag in each["tag"]]
    assert tags == ["tender", "tenderUpdate", "tenderAmendment", "tenderCancellation"]
    record = done(town.nobody().get(f"/v1/ocds/records/{listed[0]['ocid']}"), 200)
    merged = record["records"][0]["compiledRelease"]["tender"]
    entry = merged["amendments"][0]
    assert (entry["amendsReleaseID"], entry["releaseID"]) == (listed[0]["id"], listed[2]["id"])
    assert "/lots/0/items/0/quantity: 20 -> 25" in entry["description"]
    assert (merged["items"][0]["quantity"], merged["status"]) == (25, "cancelled")
    digests = {each["data"]["sha256"] for each in town.journal(tender) if each["type"] == "ReleasePublished"}
    served = [town.nobody().get(f"/v1/ocds/releases/{each['id']}").data for each in listed]
    assert digests == {hashlib.sha256(body).hexdigest() for body in served}
    if not SCHEMAS.is_dir():
        pytest.skip("the OCDS 1.1.5 schema files are not beside the checkout")
    validate(record, SCHEMAS)


def test_unknown_addresses_are_not_found_however_they_are_written(town: Town) -> None:
    for path in ("/v1/ocds/records/%00", "/v1/ocds/records/none", "/v1/policies/%00"):
        assert town.nobody().get(path).status_code == 404, path
