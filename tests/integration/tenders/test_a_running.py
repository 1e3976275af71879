"""While a tender is open: documents stay, questions have no face, corrigenda need two, a deadline only grows."""

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from licita.tenders.v1 import tenders_service_pb2 as pb
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backbone.clock import parse_rfc3339, rfc3339
from backbone.errors import NotFound
from services.tenders.rpc import Tenders
from tests.integration.tenders.conftest import PDF, Person, Town, done, lot, refused
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


def test_nobody_learns_who_asked(town: Town) -> None:
    """Control 2.1: not the officer, not the public, not the log, not a reader of the whole database."""
    tender, supplier = town.published(), town.supplier()
    question = ask(town, tender, supplier)
    seen = town.officer.get(f"/v1/tenders/{tender}/questions").text
    done(town.officer.post(f"/v1/tenders/{tender}/questions/{question}/answer", {"text": "Sí."}), 201)
    seen += town.nobody().get(f"/v1/tenders/{tender}/questions").text + json.dumps(town.journal(tender))
    with town.house.database.read() as tx:
        seen += str(tx.connection.execute(text("SELECT questions FROM questions")).all())
    assert question in seen
    assert supplier.organisation not in seen
    assert supplier.id not in seen


def test_a_refused_question_does_not_tell_who_asked_either(town: Town) -> None:
    """Control 2.1."""
    tender, supplier = town.published(enquiryPeriod={"endDate": rfc3339(datetime.now(UTC))}), town.supplier()
    answer = supplier.post(f"/v1/tenders/{tender}/questions", {"text": "¿Otra marca?"})
    refused(answer, 409, "enquiry_period_over")
    told = [each for each in town.journal(tender) if each["type"] == "ActRefused"]
    assert [(each["actor"], each["data"]["reason"]) for each in told] == [("", "enquiry_period_over")]


def test_everybody_reads_an_answer_at_once_and_nobody_a_question_before(town: Town) -> None:
    """Control 2.1: the answer is public, in the open data, and told."""
    tender = town.published()
    question = ask(town, tender)
    path = f"/v1/tenders/{tender}/questions"
    assert done(town.supplier().get(path), 200)["items"] == []
    done(town.officer.post(f"{path}/{question}/answer", {"text": "Sí."}), 201)
    assert [each["answer"] for each in done(town.nobody().get(path), 200)["items"]] == ["Sí."]
    refused(town.officer.post(f"{path}/{question}/answer", {"text": "No."}), 409, "question_already_answered")
    assert [each["type"] for each in town.journal(tender)][-3:-1] == ["QuestionAnswered", "ReleasePublished"]


def test_an_extension_is_everywhere_at_once(town: Town) -> None:
    """Controls 1.4 and 2.3: one act, two persons; opening, notice, event and open data move together."""
    tender = town.published()
    end = extend(town, tender, timedelta(hours=2))
    made = propose(town, tender, tenderPeriod={"endDate": end})
    before = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    assert before["tenderPeriod"]["endDate"] != end, "a proposal changes nothing"
    refused(
        town.officer.post(f"/v1/tenders/{tender}/corrigenda/{made['number']}/approval"), 403, "second_person_needed"
    )
    approve(town, tender, made["number"])
    after = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    assert (after["tenderPeriod"]["endDate"], after["openingDate"], after["notice"]["version"]) == (end, end, 2)
    assert after["notice"]["sha256"] == before["notice"]["sha256"], "an extension leaves sealed bids valid"
    told = next(each for each in town.journal(tender) if each["type"] == "NoticeAmended")["data"]
    assert told["notice"]["tender_period_end"] == end
    assert {each["pointer"] for each in told["changes"]} == {
        "/tenderPeriod/endDate", "/openingDate", "/enquiryPeriod/endDate",
    }  # fmt: skip
    assert (told["proposer"], told["approver"]) == (town.officer.id, town.approver.id)


def test_a_deadline_is_never_moved_earlier(town: Town) -> None:
    """Control 2.5: refused, and the attempt is in the log."""
    tender = town.published()
    changes = {"tenderPeriod": {"endDate": extend(town, tender, timedelta(seconds=-1))}}
    body = {"reasonCode": "cor-buy", "rationale": "Apuro", "changes": changes}
    refused(town.officer.post(f"/v1/tenders/{tender}/corrigenda", body), 422, "deadline_earlier")
    assert town.journal(tender)[-1]["data"]["reason"] == "deadline_earlier"


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


def test_a_document_stays_for_ever(town: Town) -> None:
    """Control 1.5: a new version waits for its corrigendum; the old one stays at its address with the same bytes."""
    tender = town.published()
    first = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["documents"][0]
    content = PDF + b"version 2"
    refused(town.officer.upload(tender, content, replaces=first["id"]), 422, "document_reason_missing")
    done(town.officer.upload(tender, content, replaces=first["id"], reason="Corrige el anexo"), 201)
    address = f"/v1/tenders/{tender}/documents/{first['id']}/versions"
    assert town.nobody().get(f"{address}/2").status_code == 404
    approve(town, tender, propose(town, tender, documents=[first["id"]])["number"])
    for number, expected in ((1, PDF), (2, content)):
        answer = town.nobody().get(f"{address}/{number}")
        assert answer.data == expected
        assert answer.get_etag()[0] == hashlib.sha256(expected).hexdigest()
    shown = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["documents"]
    assert [(each["version"], each["supersededBy"]) for each in shown] == [(1, 2), (2, 0)]
    assert town.officer.client.delete(f"{address}/1", headers=town.officer.headers).status_code == 405


@pytest.mark.parametrize("table", ["notice_versions", "releases", "document_versions"])
def test_the_database_itself_keeps_what_was_published(town: Town, table: str) -> None:
    """Control 1.5: not even the service's own statements can take it back."""
    tender = town.published()
    with pytest.raises(DBAPIError, match="never changed or deleted"), town.house.database.begin() as tx:
        tx.connection.execute(text(f"DELETE FROM {table} WHERE tender = :tender"), {"tender": tender})  # noqa: S608


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


def test_policies_are_public_with_their_articles(town: Town) -> None:
    """Control 14.7."""
    listed = done(town.nobody().get("/v1/policies"), 200)["items"]
    assert {each["id"] for each in listed} == {"demo-open-one-envelope", "demo-open-two-envelopes"}
    assert all(each["cites"] and each["inForce"] for each in listed)


def test_other_services_read_published_notices_alone(town: Town) -> None:
    """Over gRPC GetNotice: the notice of the event, the stage by the database's clock; drafts do not exist."""
    servicer = Tenders(town.house.database, "http://licita.example")
    published = town.published()
    answer = servicer.GetNotice(pb.GetNoticeRequest(tender=published), None)  # type: ignore[arg-type]  # not used
    assert (answer.stage, answer.notice.version, len(answer.notice.committee.members)) == ("published", 1, 3)
    with pytest.raises(NotFound, match="tender_unknown"):
        servicer.GetNotice(pb.GetNoticeRequest(tender=town.draft()), None)  # type: ignore[arg-type]  # as above
