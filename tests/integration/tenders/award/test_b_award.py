"""From the report to the contract, over REST, on a real database."""

import json
import threading
from typing import Any

import pytest
from licita_formats.statements import open_statement

from backbone.ids import new_id
from tests.integration.tenders.award.conftest import Case, Person, Reported, ok, refused
from tests.support.alone import Alone

COMPLAINT = {"grounds": "El criterio de calidad no se aplicó como está publicado."}


def letters(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(person.get("/letters"))["items"]
    return items


def reviewer(case: Case) -> Person:
    return case.person("reviewer", organisation=new_id(), kind="oversight")


def officer(case: Case) -> Person:
    return case.person("officer")


def award_ids(case: Case) -> list[str]:
    return [each["id"] for each in ok(case.nobody().get("/awards"))["items"]]


def test_who_evaluated_does_not_award(reported: Reported) -> None:
    """Control 10.1: checked at the act, also for somebody who holds both the role and, wrongly, the duty."""
    case = reported.case
    both = case.as_person(reported.evaluator.id, "awarder")
    case.neighbours.duties[case.tender.id, "awarder"].add(both.id)
    refused(both.post("/awards", reported.body()), 403, "duty_incompatible")
    refused(reported.evaluator.post("/awards", reported.body()), 403, "role_missing")
    refused(case.person("awarder").post("/awards", reported.body()), 403, "duty_missing")
    stranger = case.person("awarder", organisation=new_id(), duty="awarder")
    refused(stranger.post("/awards", reported.body()), 403, "tender_of_another_buyer")
    assert case.stage() == "evaluated"


def test_reasons_for_every_bidder_or_nothing(reported: Reported) -> None:
    """Control 8.6: missing reasons block the whole batch; nobody gets a letter."""
    body = reported.body()
    silent = body | {"reasons": body["reasons"][:-1]}
    [missing] = refused(reported.awarder.post("/awards", silent), 409, "award_reasons_missing")["missing"]
    assert missing == {key: body["reasons"][-1][key] for key in ("lot", "bid")}
    assert reported.case.told("BidderNotified") == []
    assert letters(officer(reported.case)) == []


def test_a_debarred_bidder_cannot_be_awarded(reported: Reported) -> None:
    """Control 3.4: blocked with the version of the list; the next in the ranking may win; the checks are kept."""
    case = reported.case
    case.neighbours.debarred.add(case.suppliers["dos"])
    params = refused(reported.awarder.post("/awards", reported.body()), 409, "supplier_not_eligible")["params"]
    assert (params["reason"], params["list_version"]) == ("vendor_debarred", "3/ab")
    body = reported.body() | {
        "awards": [
            {"lot": "lote-1", "bid": case.bids["uno", "lote-1"]},
            {"lot": "lote-2", "unsuccessful": "El único oferente está inhabilitado."},
        ]
    }
    decided = ok(reported.awarder.post("/awards", body), 201)
    with case.database.read() as tx:
        query = "SELECT vendor, eligible, list_version FROM eligibility_checks WHERE subject = %s"
        checks = tx.connection.exec_driver_sql(query, (decided["id"],)).all()
    assert (case.suppliers["dos"], False, "3/ab") in checks
    assert len(checks) == 3


def test_every_bidder_gets_its_own_letter_at_once(awarded: Reported, service: Alone) -> None:
    """Control 8.6: own reasons, scores, the winner, the standstill's end; and the reading is recorded."""
    case = awarded.case
    assert {told["bidder"] for told in case.told("BidderNotified")} == set(case.suppliers.values())
    [sent] = letters(officer(case))[:1]
    assert sent["readAt"] is None
    [own] = letters(case.supplier("tres"))
    assert own["readAt"] is not None
    body = open_statement(own["statement"], [service.signers["tenders"].verifier]).body
    [lot] = body["lots"]
    bid = case.bids["tres", "lote-1"]
    assert lot["bids"][0]["reason"] == f"Motivo de {bid}"
    assert lot["winner"]["bidder"] == case.suppliers["dos"]
    assert lot["bids"][0]["criteria"][0] | {"title": ""} == {
        "id": "calidad", "title": "", "maxScore": "100", "average": "20.00", "winner": "80.00",
    }  # fmt: skip
    others = [f"Motivo de {each}" for key, each in case.bids.items() if key[0] != "tres"]
    assert not any(reason in own["statement"] for reason in others)
    again = letters(case.supplier("tres"))[0]["readAt"]
    assert again == own["readAt"]
    read = {row["bidder"]: row["readAt"] for row in letters(officer(case))}
    assert read[case.suppliers["tres"]] == own["readAt"]
    assert read[case.suppliers["uno"]] is None


def test_a_letter_as_a_page_is_for_its_addressee(awarded: Reported) -> None:
    case = awarded.case
    path = f"/letters/{case.suppliers['uno']}/html"
    page = case.supplier("uno").get(path, query_string={"lang": "en"})
    assert page.status_code == 200, page.text
    assert "Award letter" in page.text
    assert "&lt;S.A.&gt;" in page.text
    refused(case.supplier("dos").get(path), 404, "letter_unknown")
    refused(case.nobody().get(path), 401, "account_needed")


def test_standstill_keeps_the_contract_back(awarded: Reported) -> None:
    """Control 8.7: pending until standstill ends, then active by the clock alone; then the contract."""
    case = awarded.case
    items = ok(case.nobody().get("/awards"))["items"]
    assert {each["status"] for each in items} == {"pending"}
    first, second = (each["id"] for each in items)
    buyer = officer(case)
    refused(buyer.post("/contracts", {"award": first, "number": "CO-1"}), 409, "standstill_running")
    case.pass_standstill()
    assert case.stage() == "awarded"
    assert set(case.told("AwardConfirmed")[0]["awards"]) == {first, second}
    early = {"award": first, "number": "CO-1", "signedAt": "2020-01-01T00:00:00Z"}
    refused(buyer.post("/contracts", early), 409, "standstill_running")
    late = {"award": first, "number": "CO-1", "signedAt": "2090-01-01T00:00:00Z"}
    refused(buyer.post("/contracts", late), 422, "contract_dated_in_future")
    signed = ok(buyer.post("/contracts", {"award": first, "number": "CO-1"}), 201)
    assert signed["value"] == {"amount": "1800", "currency": "PYG"}
    assert "CO-1" in signed["html"]["es"]
    refused(buyer.post("/contracts", {"award": first, "number": "CO-2"}), 409, "award_already_contracted")
    refused(buyer.post("/contracts", {"award": second, "number": "CO-1"}), 409, "contract_number_taken")
    ok(buyer.post("/contracts", {"award": second, "number": "CO-2"}), 201)
    assert case.stage() == "contracted"
    assert [each["number"] for each in ok(case.nobody().get("/contracts"))["items"]] == ["CO-1", "CO-2"]
    page = case.nobody().get(f"/contracts/{signed['id']}.html", query_string={"lang": "en"})
    assert "CO-1" in page.text
    assert case.told("ContractSigned")[0]["contract"] == signed["id"]


def test_a_contract_confirms_an_award_whose_time_has_come(awarded: Reported) -> None:
    case = awarded.case
    with case.database.begin() as tx:
        change = "UPDATE award_decisions SET standstill_end = clock_timestamp() WHERE tender = %s"
        tx.connection.exec_driver_sql(change, (case.tender.id,))
    ok(officer(case).post("/contracts", {"award": award_ids(case)[0], "number": "CO-1"}), 201)
    assert len(case.told("AwardConfirmed")) == 1
    case.pass_standstill()
    assert len(case.told("AwardConfirmed")) == 1


def test_a_supplier_debarred_after_the_award_gets_no_contract(awarded: Reported) -> None:
    """Control 3.4: checked again at the contract."""
    case = awarded.case
    case.pass_standstill()
    case.neighbours.debarred.add(case.suppliers["dos"])
    refused(
        officer(case).post("/contracts", {"award": award_ids(case)[0], "number": "CO-1"}), 409, "supplier_not_eligible"
    )
    stranger = case.person("officer", organisation=new_id())
    refused(
        stranger.post("/contracts", {"award": award_ids(case)[0], "number": "CO-1"}), 403, "tender_of_another_buyer"
    )


def test_a_complaint_freezes_and_dismissing_it_frees(awarded: Reported, service: Alone) -> None:
    """Control 8.8: receipted, frozen beyond the standstill's end, decided in public."""
    case = awarded.case
    lodged = ok(case.supplier("tres").post("/complaints", COMPLAINT), 201)
    receipt = open_statement(lodged["receipt"], [service.signers["tenders"].verifier]).body
    assert (receipt["complaint"], receipt["grounds"]) == (lodged["id"], COMPLAINT["grounds"])
    assert case.stage() == "complaint"
    case.pass_standstill()
    assert case.stage() == "complaint"
    contract = {"award": award_ids(case)[0], "number": "CO-1"}
    refused(officer(case).post("/contracts", contract), 409, "complaint_open")
    dismissed = {"outcome": "dismissed", "reasons": "Los puntajes están fundados."}
    path = f"/complaints/{lodged['id']}/decision"
    refused(officer(case).post(path, dismissed), 403, "role_missing")
    ok(reviewer(case).post(path, dismissed), 201)
    refused(reviewer(case).post(path, dismissed), 409, "complaint_already_ended")
    case.pass_standstill()
    assert case.stage() == "awarded"
    [public] = ok(case.nobody().get("/complaints"))["items"]
    assert (public["outcome"], public["reasons"]) == ("dismissed", dismissed["reasons"])


def test_an_upheld_complaint_cancels_the_award_and_it_is_decided_anew(awarded: Reported) -> None:
    """Control 8.8: the cancelled decision stays in the history."""
    case = awarded.case
    first = ok(case.supplier("uno").post("/complaints", COMPLAINT), 201)["id"]
    second = ok(case.supplier("tres").post("/complaints", COMPLAINT), 201)["id"]
    upheld = {"outcome": "upheld", "reasons": "Se omitió un criterio."}
    ok(reviewer(case).post(f"/complaints/{first}/decision", upheld), 201)
    assert case.stage() == "evaluated"
    assert {each["status"] for each in ok(case.nobody().get("/awards"))["items"]} == {"cancelled"}
    refused(awarded.awarder.post("/awards", awarded.body()), 409, "complaint_open")
    ok(reviewer(case).post(f"/complaints/{second}/decision", upheld), 201)
    assert (case.stage(), len(case.told("AwardCancelled"))) == ("evaluated", 1)
    ok(awarded.awarder.post("/awards", awarded.body()), 201)
    assert case.stage() == "standstill"
    statuses = [each["status"] for each in ok(case.nobody().get("/awards"))["items"]]
    assert statuses == ["pending", "pending", "cancelled", "cancelled"]
    assert len(letters(officer(case))) == 6


def test_a_withdrawn_complaint_stays_on_record(awarded: Reported) -> None:
    """Control 8.8."""
    case = awarded.case
    lodged = ok(case.supplier("uno").post("/complaints", COMPLAINT), 201)["id"]
    refused(case.supplier("dos").post(f"/complaints/{lodged}/withdrawal"), 403, "complaint_of_another")
    refused(case.supplier("uno").post(f"/complaints/{new_id()}/withdrawal"), 404, "complaint_unknown")
    ok(case.supplier("uno").post(f"/complaints/{lodged}/withdrawal"), 201)
    assert case.stage() == "standstill"
    assert [each["outcome"] for each in ok(case.nobody().get("/complaints"))["items"]] == ["withdrawn"]


def test_who_may_complain_and_until_when(awarded: Reported) -> None:
    """Control 8.8: bidders, within standstill."""
    case = awarded.case
    outsider = case.person("supplier_admin", organisation=new_id(), kind="supplier")
    refused(outsider.post("/complaints", COMPLAINT), 403, "complainant_is_no_bidder")
    case.pass_standstill()
    refused(case.supplier("uno").post("/complaints", COMPLAINT), 409, "act_not_allowed")


def test_lots_without_winner_end_the_tender_after_standstill(reported: Reported) -> None:
    case = reported.case
    body = reported.body() | {
        "awards": [
            {"lot": lot, "unsuccessful": "Los precios exceden lo presupuestado."} for lot in ("lote-1", "lote-2")
        ]
    }
    ok(reported.awarder.post("/awards", body), 201)
    assert case.stage() == "standstill"
    case.pass_standstill()
    assert case.stage() == "unsuccessful"
    assert [told["lot"] for told in case.told("TenderUnsuccessful")] == ["lote-1", "lote-2"]


def test_each_act_publishes_its_release(awarded: Reported) -> None:
    """Control 8.7: the OCDS award is pending, then active; the contract follows."""
    case = awarded.case
    case.pass_standstill()
    ok(officer(case).post("/contracts", {"award": award_ids(case)[0], "number": "CO-1"}), 201)
    with case.database.read() as tx:
        query = "SELECT body FROM releases WHERE tender = %s ORDER BY number"
        bodies = tx.connection.exec_driver_sql(query, (case.tender.id,)).scalars().all()
    releases = [json.loads(bytes(body)) for body in bodies]
    assert [release["tag"] for release in releases] == [["award"], ["awardUpdate"], ["contract"]]
    statuses = [{each["status"] for each in release["awards"]} for release in releases[:2]]
    assert statuses == [{"pending"}, {"active"}]
    assert releases[2]["contracts"][0]["value"] == {"amount": 1800, "currency": "PYG"}
    assert releases[2]["contracts"][0]["awardID"] == releases[0]["awards"][0]["id"]


def test_two_awards_at_once_make_one(reported: Reported) -> None:
    """The tender's lock serialises: the second finds another stage."""
    answers: list[int] = []
    start = threading.Barrier(2)
    other = reported.case.person("awarder", duty="awarder")

    def act(person: Person) -> None:
        start.wait()
        answers.append(person.post("/awards", reported.body()).status_code)

    threads = [threading.Thread(target=act, args=(person,)) for person in (reported.awarder, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409]
    assert len(reported.case.told("AwardDecided")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"awards": "all", "reasons": []},
        {"awards": [{"lot": "lote-1", "bid": "x", "extra": 1}], "reasons": []},
        {"awards": [{"lot": "lote\x00", "bid": "x"}], "reasons": []},
        {"awards": [{"lot": "lote-1", "bid": "x"}] * 1001, "reasons": []},
    ],
)
def test_malformed_decisions_are_refused_and_change_nothing(reported: Reported, body: dict[str, Any]) -> None:
    assert reported.awarder.post("/awards", body).status_code == 422
    assert reported.case.stage() == "evaluated"
