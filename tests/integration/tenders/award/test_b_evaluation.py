"""From the opening to the report, over REST, on a real database."""

import hashlib
from datetime import timedelta
from typing import Any

from licita.bids.v1 import events_pb2 as pb
from licita_formats import canonical
from licita_formats.statements import open_statement

from tests.integration.tenders.award.conftest import BOTH_LOTS, QUALITY, Case, Person, Reported, ok, refused
from tests.support.alone import Alone
from tests.support.issuer import Issuer
from tests.unit.tenders.facts_a import policy

NO_CONFLICT = {"hasConflict": False, "statement": "Ninguno."}


def declared(case: Case) -> Person:
    evaluator = case.evaluator()
    ok(evaluator.post("/evaluation/declarations", NO_CONFLICT), 201)
    return evaluator


def scores_of(case: Case, score: str = "80", criterion: str = "calidad", **changes: Any) -> dict[str, Any]:
    """Scores of `uno` in the first lot."""
    given = {"criterion": criterion, "score": score, "reason": "Cumple."}
    return {"lot": "lote-1", "bid": case.bids["uno", "lote-1"], "scores": [given]} | changes


def test_an_opening_moves_the_tender_on(case: Case) -> None:
    assert case.stage() == "closed"
    case.open("technical", dict.fromkeys(BOTH_LOTS))
    assert case.stage() == "technical_evaluation"


def test_an_event_heard_twice_counts_once(case: Case) -> None:
    case.open("technical", {("uno", "lote-1"): None})
    case.hear(pb.BidOpened(tender=case.tender.id, envelope="technical", lot="lote-1", bid=case.bids["uno", "lote-1"],
                           bidder=case.suppliers["dos"], version=9, result="opened"))  # fmt: skip
    bids = ok(declared(case).get("/evaluation"))["bids"]
    assert [(bid["bidder"], bid["version"]) for bid in bids] == [(case.suppliers["uno"], 1)]


def test_scores_are_ones_own_until_all_have_signed(case: Case) -> None:
    """Control 8.1: each score has author, time and reason; scores lock before anybody sees the others'."""
    case.open("technical", {("uno", "lote-1"): None})
    first, second = declared(case), declared(case)
    ok(first.put("/evaluation/scores", scores_of(case, "90")))
    ok(first.put("/evaluation/scores", scores_of(case, "91.5")))
    ok(second.put("/evaluation/scores", scores_of(case, "70")))
    [own] = ok(first.get("/evaluation"))["scores"]
    assert (own["evaluator"], own["score"], own["reason"]) == (first.id, "91.5", "Cumple.")
    assert ok(case.person("officer").get("/evaluation"))["scores"] == []
    digest = ok(first.post("/evaluation/signature"), 201)["scoresSha256"]
    assert case.told("ScoresSigned")[0]["sha256"] == digest
    refused(first.put("/evaluation/scores", scores_of(case, "60")), 409, "scores_already_signed")
    assert [each["evaluator"] for each in ok(second.get("/evaluation"))["scores"]] == [second.id]
    ok(second.post("/evaluation/signature"), 201)
    seen = ok(first.get("/evaluation"))
    assert seen["final"]
    assert {each["evaluator"] for each in seen["scores"]} == {first.id, second.id}
    assert seen["results"][0] | {"bid": ""} == {
        "lot": "lote-1", "bid": "", "bidder": case.suppliers["uno"], "passed": True, "score": "80.75", "below": [],
        "excluded": "",
    }  # fmt: skip
    refused(second.put("/evaluation/scores", scores_of(case, "60")), 409, "act_not_allowed")


def test_prices_stay_sealed_until_the_technical_result_is_final(case: Case) -> None:
    """Control 7.7: one signature is not enough; the result then tells who passed."""
    case.open("technical", dict.fromkeys(BOTH_LOTS))
    first, second = declared(case), declared(case)
    case.scores(first, QUALITY)
    ok(first.post("/evaluation/signature"), 201)
    assert (case.stage(), case.told("TechnicalEvaluationFinalised")) == ("technical_evaluation", [])
    case.scores(second, QUALITY)
    ok(second.post("/evaluation/signature"), 201)
    assert case.stage() == "financial_opening"
    [told] = case.told("TechnicalEvaluationFinalised")
    failed = [row["bid"] for row in told["results"] if not row["passed"]]
    assert failed == [case.bids["tres", "lote-1"]]
    refused(first.post("/evaluation/report", {}), 409, "act_not_allowed")


def test_a_conflict_of_interest_excludes_and_must_be_replaced(case: Case) -> None:
    """Control 8.1 and 10.1: the conflicted evaluator neither sees nor scores; two others have to sign."""
    case.open("technical", {("uno", "lote-1"): None})
    first, conflicted = declared(case), case.evaluator()
    ok(conflicted.post("/evaluation/declarations", {"hasConflict": True, "statement": "Es mi pariente."}), 201)
    refused(conflicted.put("/evaluation/scores", scores_of(case)), 403, "evaluator_has_conflict")
    refused(conflicted.get("/evaluation"), 403, "evaluator_has_conflict")
    refused(conflicted.post("/evaluation/declarations", NO_CONFLICT), 409, "conflict_already_declared")
    ok(first.put("/evaluation/scores", scores_of(case)))
    ok(first.post("/evaluation/signature"), 201)
    assert case.stage() == "technical_evaluation"
    substitute = declared(case)
    ok(substitute.put("/evaluation/scores", scores_of(case)))
    ok(substitute.post("/evaluation/signature"), 201)
    assert case.stage() == "financial_opening"
    assert {told["evaluator"]: told["has_conflict"] for told in case.told("ConflictDeclared")}[conflicted.id]


def test_the_last_conflict_makes_the_result_final_too(case: Case) -> None:
    case.open("technical", {("uno", "lote-1"): None})
    third = case.evaluator()
    case.evaluate(case.evaluator(), case.evaluator(), quality=QUALITY)
    assert case.stage() == "technical_evaluation"
    ok(third.post("/evaluation/declarations", {"hasConflict": True, "statement": "Sí."}), 201)
    assert case.stage() == "financial_opening"


def test_what_is_not_announced_or_not_published_cannot_be_scored(case: Case) -> None:
    """Controls 7.4 and 8.1; refusals are on record."""
    case.open("technical", {("uno", "lote-1"): None})
    evaluator, undeclared, stranger = declared(case), case.evaluator(), case.person("evaluator")
    put = evaluator.put
    refused(put("/evaluation/scores", scores_of(case, bid="another")), 422, "bid_not_announced")
    refused(put("/evaluation/scores", scores_of(case, lot="lote-2")), 422, "bid_not_announced")
    refused(put("/evaluation/scores", scores_of(case, criterion="precio")), 422, "criterion_not_published")
    refused(put("/evaluation/scores", scores_of(case, "100.01")), 422, "score_out_of_range")
    for malformed in ("1e400", "NaN", "-Infinity", "mucho", "", None, "\x00"):
        assert put("/evaluation/scores", scores_of(case, malformed)).status_code == 422, malformed  # type: ignore[arg-type]
    refused(undeclared.put("/evaluation/scores", scores_of(case)), 409, "conflict_declaration_missing")
    refused(stranger.put("/evaluation/scores", scores_of(case)), 403, "duty_missing")
    refused(stranger.post("/evaluation/declarations", NO_CONFLICT), 403, "duty_missing")
    refused(case.person("officer").put("/evaluation/scores", scores_of(case)), 403, "role_missing")
    missing = refused(evaluator.post("/evaluation/signature"), 409, "scores_missing")["missing"]
    assert missing == [{"lot": "lote-1", "bid": case.bids["uno", "lote-1"], "criterion": "calidad"}]
    acts = {(told["act"], told["reason"]) for told in case.told("ActRefused")}
    assert {("tenders.write_scores", "bid_not_announced"), ("tenders.sign_scores", "scores_missing")} <= acts


def test_the_report_ranks_explains_and_is_signed(reported: Reported, service: Alone) -> None:
    """Control 8.3: the report has evaluators with their declarations, scores, prices, ranking and rejections."""
    case, report = reported.case, reported.report
    assert case.stage() == "evaluated"
    placed = [(row["lot"], row["rank"], row["bidder"], row["totalScore"]) for row in report["ranking"]]
    uno, dos = case.suppliers["uno"], case.suppliers["dos"]
    assert placed == [
        ("lote-1", 1, dos, "92.00"),  # (80 * 40 + 100 * 60) / 100
        ("lote-1", 2, uno, "90.00"),  # (90 * 40 + 90 * 60) / 100
        ("lote-2", 1, dos, "92.00"),
    ]
    assert [row["code"] for row in report["rejections"]] == ["below_minimum"]
    body = open_statement(report["statement"], [service.signers["tenders"].verifier]).body
    assert hashlib.sha256(canonical.dumps(body)).hexdigest() == report["sha256"]
    assert [told["sha256"] for told in case.told("EvaluationReportIssued")] == [report["sha256"]]
    assert len(body["evaluators"]) == 2
    assert len(body["lots"][0]["scores"]) == 6
    assert "&lt;S.A.&gt;" in report["html"]["es"]
    assert "<S.A.>" not in report["html"]["es"]
    refused(reported.evaluator.post("/evaluation/report", {}), 409, "act_not_allowed")


def test_the_report_is_filed_in_the_document_store(reported: Reported) -> None:
    house = reported.case.house
    folder = f"papers/{reported.case.tender.id}/{reported.report['id']}"
    with house.objects.get(house.bucket, f"{folder}/statement.txt") as stored:
        assert stored.read().decode() == reported.report["statement"]
    with house.objects.get(house.bucket, f"{folder}/en.html") as stored:
        assert "Evaluation report" in stored.read().decode()


def test_who_may_read_the_report_before_and_after_the_award(reported: Reported) -> None:
    case = reported.case
    refused(case.nobody().get("/evaluation/report"), 404, "report_unknown")
    refused(case.supplier("uno").get("/evaluation/report"), 404, "report_unknown")
    ok(case.person("officer").get("/evaluation/report"))
    ok(case.person("auditor", organisation="x", kind="oversight").get("/evaluation/report"))
    ok(reported.awarder.post("/awards", reported.body()), 201)
    ok(case.nobody().get("/evaluation/report"))
    page = case.nobody().get("/evaluation/report.html", query_string={"lang": "en"})
    assert page.content_type == "text/html; charset=utf-8"
    assert "Evaluation report" in page.text


def test_a_report_needs_reasons_for_what_no_score_explains(scored: Case) -> None:
    """Control 8.3: the gaps are listed, and nothing is issued."""
    case = scored
    passed = {key: price for key, price in BOTH_LOTS.items() if key[0] != "tres"}
    passed.pop(("dos", "lote-2"))
    lost = pb.BidOpened(tender=case.tender.id, envelope="financial", lot="lote-2", bid=case.bids["dos", "lote-2"],
                        bidder=case.suppliers["dos"], version=1, result="integrity_failure",
                        failure="ciphertext_changed")  # fmt: skip
    case.hear(lost)
    case.open("financial", passed)
    people = sorted(case.neighbours.holders(case.tender.id, "evaluator"))
    evaluator = case.evaluator()
    refused(evaluator.post("/evaluation/report", {}), 403, "not_a_signing_evaluator")
    signer = case.as_person(people[0], "evaluator")
    gaps = refused(signer.post("/evaluation/report", {}), 409, "report_incomplete")["gaps"]
    assert gaps == [{"code": "rejection_reason_missing", "lot": "lote-2", "bid": case.bids["dos", "lote-2"]}]
    reason = {"lot": "lote-2", "bid": case.bids["dos", "lote-2"], "reason": "El sobre llegó dañado."}
    report = ok(signer.post("/evaluation/report", {"rejections": [reason]}), 201)
    assert ("El sobre llegó dañado.", "ciphertext_changed") in {(r["reason"], r["code"]) for r in report["rejections"]}


def test_no_award_without_a_report(scored: Case) -> None:
    """Control 8.3: blocked, with the list of gaps."""
    awarder = scored.person("awarder", duty="awarder")
    body = {"awards": [], "reasons": scored.reasons()}
    gaps = refused(awarder.post("/awards", body), 409, "report_missing")["gaps"]
    assert gaps == [{"code": "financial_opening_missing"}]


def test_where_nobody_passes_no_price_is_opened(case: Case) -> None:
    """Control 7.7: the financial envelopes of failed bidders are never asked for."""
    case.open("technical", {("tres", "lote-1"): None})
    case.evaluate(case.evaluator(), case.evaluator(), quality=QUALITY)
    assert case.stage() == "evaluation"


def test_one_envelope_is_scored_after_its_opening(service: Alone, identity: Issuer) -> None:
    case = Case(service, identity, policy=policy(envelopes=("offer",), standstill=timedelta(seconds=30)))
    case.open("offer", {("uno", "lote-1"): 100, ("dos", "lote-1"): 80})
    assert case.stage() == "evaluation"
    first = case.evaluator()
    refused(first.post("/evaluation/report", {}), 403, "not_a_signing_evaluator")
    case.evaluate(first, case.evaluator(), quality=QUALITY)
    assert case.stage() == "evaluation"
    ranking = ok(first.post("/evaluation/report", {}), 201)["ranking"]
    assert [(row["rank"], row["totalScore"]) for row in ranking] == [(1, "92.00"), (2, "84.00")]


def test_too_few_bids_end_a_lot_and_with_the_last_lot_the_tender(case: Case) -> None:
    case.hear(pb.OpeningAbandoned(tender=case.tender.id, lot="lote-1", grounds="too_few_bids"))
    assert case.stage() == "closed"
    case.hear(pb.OpeningAbandoned(tender=case.tender.id, lot="lote-2", grounds="too_few_bids"))
    assert case.stage() == "unsuccessful"
    assert [told["lot"] for told in case.told("TenderUnsuccessful")] == ["lote-1", "lote-2"]
    case.hear(pb.OpeningCompleted(tender=case.tender.id, envelope="technical"))
    assert case.stage() == "unsuccessful"


def test_price_only_needs_signatures_and_no_scores(service: Alone, identity: Issuer) -> None:
    case = Case(service, identity, policy=policy(envelopes=("offer",)))
    with case.database.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM criteria WHERE tender = %s AND id = 'calidad'", (case.tender.id,))
        tx.connection.exec_driver_sql("UPDATE criteria SET weight = 100 WHERE tender = %s", (case.tender.id,))
    case.open("offer", {("uno", "lote-1"): 100, ("dos", "lote-1"): 80})
    people = [declared(case), declared(case)]
    for each in people:
        ok(each.post("/evaluation/signature"), 201)
    ranking = ok(people[0].post("/evaluation/report", {}), 201)["ranking"]
    assert [row["totalScore"] for row in ranking] == ["100.00", "80.00"]
