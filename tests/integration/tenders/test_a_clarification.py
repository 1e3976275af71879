"""Between publication and deadline: questions, answers, corrigenda, cancellation."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backbone.clock import parse_rfc3339, rfc3339
from tests.integration.tenders.conftest import Person, Town, done, lot, refused

HOUR = timedelta(hours=1)


def corrigendum(**changes: Any) -> dict[str, Any]:
    return {"reasonCode": "cor-buy", "rationale": "Error en la cantidad publicada.", "changes": changes}


def in_hours(hours: float) -> dict[str, str]:
    return {"endDate": rfc3339(datetime.now(UTC) + hours * HOUR)}


def ask(town: Town, tender: str, words: str = "¿Se aceptan módems equivalentes?") -> tuple[Person, str]:
    supplier = town.supplier()
    return supplier, done(supplier.post(f"/v1/tenders/{tender}/questions", {"text": words}), 201)["id"]


def answers_are_due(town: Town, tender: str) -> None:
    """As if the policy's cut-off for answers had come: it counts a day back from a deadline in an hour."""
    change = text("UPDATE tenders SET policy = jsonb_set(policy, '{answer_cutoff}', '\"P1D\"') WHERE id = :tender")
    with town.house.database.begin() as tx:
        tx.connection.execute(change, {"tender": tender})


def deadline_has_passed(town: Town, tender: str) -> None:
    change = text("""
        UPDATE tenders SET tender_period_end = clock_timestamp() - interval '1 s',
                           enquiry_period_end = clock_timestamp() WHERE id = :tender
    """)
    with town.house.database.begin() as tx:
        tx.connection.execute(change, {"tender": tender})


def test_nobody_learns_who_asked(town: Town) -> None:
    """Control 2.1: neither the public, nor the buyer's staff, nor the log, nor open data, nor the database alone."""
    tender = town.published()
    supplier, question = ask(town, tender)
    inside = done(town.officer.get(f"/v1/tenders/{tender}/questions"), 200)
    assert [each["id"] for each in inside["items"]] == [question]
    assert done(town.nobody().get(f"/v1/tenders/{tender}/questions"), 200)["items"] == []
    done(town.officer.post(f"/v1/tenders/{tender}/questions/{question}/answer", {"text": "Sí."}), 201)
    outside = done(town.nobody().get(f"/v1/tenders/{tender}/questions"), 200)
    assert [(each["text"], each["answer"]) for each in outside["items"]] == [
        ("¿Se aceptan módems equivalentes?", "Sí.")
    ]
    assert "askedAt" not in outside["items"][0]
    ocid = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["ocid"]
    record = town.nobody().get(f"/v1/ocds/records/{ocid}").text
    with town.house.database.read() as tx:
        rows = tx.connection.execute(text("SELECT to_jsonb(questions) FROM questions")).scalars().all()
    for told in (json.dumps(inside), json.dumps(outside), record, json.dumps(rows), str(town.house.journal())):
        assert supplier.id not in told
        assert supplier.organisation not in told


def test_a_refused_question_does_not_name_its_asker_either(town: Town) -> None:
    """Controls 2.1 and 9.2: the attempt is logged, without who tried."""
    tender = town.published()
    deadline_has_passed(town, tender)
    supplier = town.supplier()
    refused(supplier.post(f"/v1/tenders/{tender}/questions", {"text": "¿Y ahora?"}), 409, "act_not_allowed")
    last = town.journal(tender)[-1]
    assert (last["type"], last["actor"], last["data"]["act"]) == ("ActRefused", "", "tenders.ask_question")


def test_a_late_answer_needs_a_second_officer(town: Town) -> None:
    """Control 2.2."""
    tender = town.published()
    _, question = ask(town, tender)
    path = f"/v1/tenders/{tender}/questions/{question}/answer"
    answers_are_due(town, tender)
    refused(town.officer.post(path, {"text": "Sí."}), 409, "answer_late")
    grounds = {"text": "Sí.", "notSignificant": "Solo repite el pliego."}
    assert done(town.officer.post(path, grounds), 201)["state"] == "waiting"
    assert done(town.nobody().get(f"/v1/tenders/{tender}/questions"), 200)["items"] == []
    refused(town.officer.post(f"{path}/confirmation"), 403, "second_person_needed")
    assert done(town.staff("officer").post(f"{path}/confirmation"), 201)["state"] == "answered"
    refused(town.officer.post(path, grounds), 409, "question_already_answered")


def test_an_extension_makes_a_late_answer_timely(town: Town) -> None:
    """Control 2.2: the other way out."""
    tender = town.published()
    _, question = ask(town, tender)
    answers_are_due(town, tender)
    extend(town, tender, hours=30)
    path = f"/v1/tenders/{tender}/questions/{question}/answer"
    assert done(town.officer.post(path, {"text": "Sí."}), 201)["state"] == "answered"


def extend(town: Town, tender: str, hours: float) -> dict[str, Any]:
    path = f"/v1/tenders/{tender}/corrigenda"
    made = done(town.officer.post(path, corrigendum(tenderPeriod=in_hours(hours))), 201)
    return done(town.approver.post(f"{path}/{made['number']}/approval"), 201)


def test_an_extension_is_everywhere_at_once_and_leaves_bids_valid(town: Town) -> None:
    """Controls 1.4 and 2.5: one transaction, every surface; what bids answer is the same as before."""
    tender = town.published()
    before = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    approved = extend(town, tender, hours=2)
    after = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    end = after["tenderPeriod"]["endDate"]
    assert parse_rfc3339(end) > parse_rfc3339(before["tenderPeriod"]["endDate"])
    assert after["notice"] == {"version": 2, "sha256": before["notice"]["sha256"]}
    assert {"/tenderPeriod/endDate", "/openingDate"} <= {each["pointer"] for each in approved["changes"]}
    amended = next(each for each in town.journal(tender) if each["type"] == "NoticeAmended")["data"]
    assert amended["notice"]["tender_period_end"] == end
    assert amended["notice"]["version"] == 2
    record = done(town.nobody().get(f"/v1/ocds/records/{after['ocid']}"), 200)["records"][0]["compiledRelease"]
    assert record["tender"]["tenderPeriod"]["endDate"] == end


def test_a_changed_quantity_is_a_structured_difference(town: Town) -> None:
    """Control 2.3: old value, new value, reason code, two persons; the open data amends the release before."""
    tender = town.published()
    path = f"/v1/tenders/{tender}/corrigenda"
    body = corrigendum(lots=[lot("lote-1", "item-1", quantity="25"), lot("lote-2", "item-2")])
    made = done(town.officer.post(path, body), 201)
    assert made["changes"] == [{"pointer": "/lots/0/items/0/quantity", "before": "20", "after": "25"}]
    assert done(town.nobody().get(path), 200)["items"] == []
    refused(town.officer.post(f"{path}/{made['number']}/approval"), 403, "second_person_needed")
    done(town.approver.post(f"{path}/{made['number']}/approval"), 201)
    public = done(town.nobody().get(path), 200)["items"]
    assert [(each["reasonCode"], each["state"], each["approver"]) for each in public] == [
        ("cor-buy", "approved", town.approver.id)
    ]
    releases = done(town.nobody().get(f"/v1/tenders/{tender}/ocds/releases"), 200)["items"]
    assert [each["tag"] for each in releases] == [["tender"], ["tenderAmendment"]]
    amended = done(town.nobody().get(f"/v1/ocds/releases/{releases[1]['id']}"), 200)["tender"]["amendments"][0]
    assert (amended["amendsReleaseID"], amended["releaseID"]) == (releases[0]["id"], releases[1]["id"])


def test_a_deadline_is_never_moved_earlier(town: Town) -> None:
    """Control 2.5, with the attempt in the log."""
    tender = town.published()
    refused(
        town.officer.post(f"/v1/tenders/{tender}/corrigenda", corrigendum(tenderPeriod=in_hours(0.5))),
        422,
        "deadline_earlier",
    )
    assert town.journal(tender)[-1]["data"]["reason"] == "deadline_earlier"


def test_a_deadline_that_has_passed_is_not_extended(town: Town) -> None:
    """Control 2.5: neither by a new corrigendum nor by approving an old one."""
    tender = town.published()
    path = f"/v1/tenders/{tender}/corrigenda"
    made = done(town.officer.post(path, corrigendum(tenderPeriod=in_hours(2))), 201)
    deadline_has_passed(town, tender)
    refused(town.officer.post(path, corrigendum(tenderPeriod=in_hours(3))), 409, "act_not_allowed")
    refused(town.approver.post(f"{path}/{made['number']}/approval"), 409, "act_not_allowed")
    assert done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["stage"] == "closed"


def test_a_significant_change_that_comes_late_needs_an_extension(town: Town) -> None:
    """Control 2.2."""
    tender = town.published()
    answers_are_due(town, tender)
    path = f"/v1/tenders/{tender}/corrigenda"
    refused(town.officer.post(path, corrigendum(title="Otro título")), 409, "corrigendum_needs_extension")
    done(town.officer.post(path, corrigendum(title="Otro título", tenderPeriod=in_hours(30))), 201)


def test_of_two_corrigenda_on_one_version_one_wins(town: Town) -> None:
    tender = town.published()
    path = f"/v1/tenders/{tender}/corrigenda"
    first = done(town.officer.post(path, corrigendum(title="Primero")), 201)["number"]
    second = done(town.officer.post(path, corrigendum(title="Segundo")), 201)["number"]
    done(town.approver.post(f"{path}/{first}/approval"), 201)
    refused(town.approver.post(f"{path}/{second}/approval"), 409, "corrigendum_outdated")
    states = [each["state"] for each in done(town.officer.get(path), 200)["items"]]
    assert states == ["approved", "outdated"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, 422, "corrigendum_changes_nothing"),
        ({"title": "Adquisición de módems"}, 422, "corrigendum_changes_nothing"),
        ({"lots": [lot("lote-1", "item-1")]}, 422, "announced_part_removed"),
        ({"procedure": "open-one-envelope"}, 422, "fields_invalid"),
        ({"documents": ["0b5ad3c0-1d7c-4f8e-9d6a-2f4a1f6f9f10"]}, 422, "document_not_waiting"),
    ],
)
def test_a_corrigendum_that_cannot_be_changes_nothing(
    town: Town, changes: dict[str, Any], status: int, code: str
) -> None:
    tender = town.published()
    refused(town.officer.post(f"/v1/tenders/{tender}/corrigenda", corrigendum(**changes)), status, code)
    assert done(town.officer.get(f"/v1/tenders/{tender}/corrigenda"), 200)["items"] == []


def test_a_cancelled_tender_takes_nothing_more(town: Town) -> None:
    tender = town.published()
    path = f"/v1/tenders/{tender}/cancellation"
    refused(town.officer.post(path, {"grounds": "Sin presupuesto."}), 403, "role_missing")
    done(town.approver.post(path, {"grounds": "Sin presupuesto."}), 200)
    refused(town.approver.post(path, {"grounds": "Otra vez."}), 409, "act_not_allowed")
    refused(town.supplier().post(f"/v1/tenders/{tender}/questions", {"text": "¿Por qué?"}), 409, "act_not_allowed")
    told = {each["type"]: each["data"] for each in town.journal(tender)}
    assert told["TenderCancelled"]["grounds"] == "Sin presupuesto."
    assert told["ReleasePublished"]["tags"] == ["tenderCancellation"]
    ocid = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["ocid"]
    record = done(town.nobody().get(f"/v1/ocds/records/{ocid}"), 200)["records"][0]["compiledRelease"]
    assert record["tender"]["status"] == "cancelled"


def test_staff_of_another_buyer_touch_nothing(town: Town) -> None:
    """Control 10.1: the roles of one buyer are none at another."""
    tender = town.published()
    stranger = town.staff("officer", "approver", buyer="0b")
    body = corrigendum(title="Otro título")
    refused(stranger.post(f"/v1/tenders/{tender}/corrigenda", body), 403, "tender_of_another_buyer")
    refused(stranger.post(f"/v1/tenders/{tender}/cancellation", {"grounds": "x"}), 403, "tender_of_another_buyer")
    refused(stranger.upload(tender), 403, "tender_of_another_buyer")
