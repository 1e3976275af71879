"""Award, standstill, complaints, contract: the rules one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backbone.errors import Conflict, Forbidden, Invalid, LicitaError
from services.tenders.domain.award import (
    Proposal,
    cancel,
    check_awarder,
    check_reasons,
    confirm,
    decide,
)
from services.tenders.domain.complaint import Complaint, any_open, check_complainant, withdraw
from services.tenders.domain.complaint import decide as decide_complaint
from services.tenders.domain.contract import award_to_contract, check_number, sign
from services.tenders.domain.standstill import check_running, standstill_end
from tests.unit.tenders.facts_b import NOW, decision, eligibility, pyg, ranked

LOTS = ("lot-1", "lot-2")
RANKING = [ranked("x", 1), ranked("y", 2), ranked("z", 1, "lot-2")]
ALL = eligibility("x", "y", "z")
TICK = timedelta(microseconds=1)
ASUNCION = ZoneInfo("America/Asuncion")


def test_the_awarder_has_the_duty_and_did_not_evaluate() -> None:
    """Control 10.1: evaluator and awarder are two persons, checked at the act itself."""
    check_awarder("awa", on_duty=True, evaluators=["ana", "bea"])
    with pytest.raises(Forbidden) as refused:
        check_awarder("ana", on_duty=True, evaluators=["ana", "bea"])
    assert refused.value.code == "duty_incompatible"
    with pytest.raises(Forbidden) as refused:
        check_awarder("awa", on_duty=False, evaluators=["ana"])
    assert refused.value.code == "duty_missing"


def test_every_bidder_gets_a_reason_or_nothing_is_decided() -> None:
    """Control 8.6: missing reasons block the batch, with the list of them."""
    bids = [("lot-1", "x"), ("lot-1", "y")]
    check_reasons(bids, {("lot-1", "x"): "ganó", ("lot-1", "y"): "más cara"})
    with pytest.raises(Conflict) as refused:
        check_reasons(bids, {("lot-1", "x"): "ganó", ("lot-1", "y"): "  "})
    assert refused.value.extra["missing"] == [{"lot": "lot-1", "bid": "y"}]
    with pytest.raises(Invalid):
        check_reasons(bids, dict.fromkeys([*bids, ("lot-2", "x")], "porque sí"))


def test_all_lots_are_decided_at_once() -> None:
    proposals = [Proposal("lot-2", grounds="sobrepasa el presupuesto"), Proposal("lot-1", "x")]
    first, second = decide(proposals, LOTS, {}, RANKING, ALL, ["a1", "a2"])
    assert (first.lot, first.status, first.bid, first.value) == ("lot-1", "pending", "x", pyg(1000))
    assert (second.lot, second.status, second.grounds) == ("lot-2", "unsuccessful", "sobrepasa el presupuesto")


def test_a_lot_without_an_opening_is_unsuccessful_without_a_proposal() -> None:
    awards = decide([Proposal("lot-1", "x")], LOTS, {"lot-2": "pocas ofertas"}, RANKING, ALL, ["a1", "a2"])
    assert (awards[1].status, awards[1].grounds) == ("unsuccessful", "pocas ofertas")


@pytest.mark.parametrize(
    ("proposals", "expected"),
    [
        ([Proposal("lot-1", "x")], "award_lot_missing"),
        ([Proposal("lot-1", "x"), Proposal("lot-1", "x"), Proposal("lot-2", "z")], "lot_repeated"),
        ([Proposal("lot-1", "x"), Proposal("lot-3", "z")], "lot_not_open_to_award"),
        ([Proposal("lot-1"), Proposal("lot-2", "z")], "award_bid_or_grounds"),
        ([Proposal("lot-1", "x", "y además"), Proposal("lot-2", "z")], "award_bid_or_grounds"),
        ([Proposal("lot-1", "z"), Proposal("lot-2", "z")], "bid_not_ranked"),
        ([Proposal("lot-1", "y"), Proposal("lot-2", "z")], "award_not_to_best_bid"),
    ],
)
def test_a_decision_that_the_report_does_not_carry_is_refused(proposals: list[Proposal], expected: str) -> None:
    with pytest.raises(LicitaError) as refused:
        decide(proposals, LOTS, {}, RANKING, ALL, ["a1", "a2"])
    assert refused.value.code == expected


def test_a_debarred_bidder_is_passed_over_and_never_awarded() -> None:
    """Control 3.4: the award is blocked, citing the version of the list that was looked at."""
    answers = eligibility("y", "z", out=("x",))
    with pytest.raises(Conflict) as refused:
        decide([Proposal("lot-1", "x"), Proposal("lot-2", "z")], LOTS, {}, RANKING, answers, ["a1", "a2"])
    assert refused.value.params["list_version"] == "7/abc"
    awards = decide([Proposal("lot-1", "y"), Proposal("lot-2", "z")], LOTS, {}, RANKING, answers, ["a1", "a2"])
    assert awards[0].bid == "y"


def test_nothing_is_confirmed_before_the_standstill_ends() -> None:
    """Control 8.7: pending until the very instant, then active; lots without a winner stay so."""
    made = decision()
    with pytest.raises(Conflict) as refused:
        confirm(made, made.standstill_end - TICK, complaint_open=False)
    assert refused.value.code == "standstill_running"
    confirmed = confirm(made, made.standstill_end, complaint_open=False)
    assert [award.status for award in confirmed.awards] == ["active", "unsuccessful"]
    with pytest.raises(Conflict):
        confirm(confirmed, made.standstill_end, complaint_open=False)


def test_an_open_complaint_freezes_the_award_for_however_long() -> None:
    """Control 8.8."""
    made = decision()
    with pytest.raises(Conflict) as refused:
        confirm(made, made.standstill_end + timedelta(days=400), complaint_open=True)
    assert refused.value.code == "complaint_open"


def test_a_cancelled_decision_leaves_no_award_standing() -> None:
    cancelled = cancel(decision())
    assert {award.status for award in cancelled.awards} == {"cancelled"}
    with pytest.raises(Conflict):
        cancel(cancelled)
    with pytest.raises(Conflict):
        confirm(cancelled, cancelled.standstill_end, complaint_open=False)


def working(day: date) -> bool:
    return day.weekday() < 5 and day != date(2026, 3, 16)


def test_standstill_runs_to_the_end_of_a_working_day() -> None:
    """Control 8.7: the next-working-day rule, in the buyer's zone."""
    thursday = datetime(2026, 3, 5, 15, tzinfo=UTC)
    # Ten days on is a Sunday, the Monday after it a holiday: Tuesday's last instant, midnight in Asunción (UTC-3).
    assert standstill_end(thursday, timedelta(days=10), ASUNCION, working) == datetime(2026, 3, 18, 3, tzinfo=UTC)
    tuesday = datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert standstill_end(tuesday, timedelta(days=10), ASUNCION, working) == datetime(2026, 3, 14, 3, tzinfo=UTC)


def test_the_local_date_counts_not_that_of_utc() -> None:
    late = datetime(2026, 3, 7, 2, tzinfo=UTC)  # Friday evening in Asunción
    assert standstill_end(late, timedelta(0), ASUNCION, working) == datetime(2026, 3, 7, 3, tzinfo=UTC)


def test_without_a_calendar_the_period_is_exact() -> None:
    assert standstill_end(NOW, timedelta(seconds=8), ASUNCION, None) == NOW + timedelta(seconds=8)


def test_complaints_are_taken_until_the_last_instant() -> None:
    """Control 8.8."""
    made = decision()
    check_running(made, made.standstill_end - TICK)
    with pytest.raises(Conflict) as refused:
        check_running(made, made.standstill_end)
    assert refused.value.code == "standstill_over"
    with pytest.raises(Conflict):
        check_running(cancel(made), NOW)


def test_only_bidders_complain_and_only_the_complainant_withdraws() -> None:
    """Control 8.8: withdrawing leaves the record."""
    check_complainant("org-1", ["org-1", "org-2"])
    with pytest.raises(Forbidden):
        check_complainant("org-3", ["org-1", "org-2"])
    lodged = Complaint("c1", "d1", "org-1", "motivos", NOW)
    with pytest.raises(Forbidden):
        withdraw(lodged, "org-2", NOW)
    withdrawn = withdraw(lodged, "org-1", NOW)
    assert (withdrawn.outcome, withdrawn.grounds) == ("withdrawn", "motivos")
    assert any_open([withdrawn, lodged])
    assert not any_open([withdrawn])


def test_a_complaint_is_decided_once_with_reasons() -> None:
    lodged = Complaint("c1", "d1", "org-1", "motivos", NOW)
    for outcome, reasons, expected in [
        ("maybe", "x", "complaint_outcome_unknown"),
        ("upheld", " ", "complaint_reasons_missing"),
    ]:
        with pytest.raises(Invalid) as refused:
            decide_complaint(lodged, outcome, reasons, "rev", NOW)
        assert refused.value.code == expected
    decided = decide_complaint(lodged, "dismissed", "sin fundamento", "rev", NOW)
    assert decided.reviewer == "rev"
    with pytest.raises(Conflict):
        decide_complaint(decided, "upheld", "otra vez", "rev", NOW)


def test_a_contract_needs_an_active_award_without_one() -> None:
    made = decision()
    active = confirm(made, made.standstill_end, complaint_open=False)
    award = award_to_contract(active, "a1", [])
    end = made.standstill_end
    contract = sign("k1", award, " CO-1 ", end, end, end)
    assert (contract.number, contract.value, contract.supplier) == ("CO-1", pyg(1000), "bidder-of-x")
    for known, award_id, expected in [
        (active, "a9", "award_unknown"),
        (active, "a2", "award_not_active"),
        (made, "a1", "award_not_active"),
    ]:
        with pytest.raises(LicitaError) as refused:
            award_to_contract(known, award_id, [])
        assert refused.value.code == expected
    with pytest.raises(Conflict) as taken:
        award_to_contract(active, "a1", [contract])
    assert taken.value.code == "award_already_contracted"
    with pytest.raises(Conflict):
        check_number("CO-1", [contract])


def test_a_contract_is_dated_after_standstill_and_not_in_the_future() -> None:
    """Control 8.7: a signature dated within standstill is refused."""
    made = decision()
    end = made.standstill_end
    award = replace(made.awards[0], status="active")
    for signed_at, expected in [(end - TICK, "standstill_running"), (end + 2 * TICK, "contract_dated_in_future")]:
        with pytest.raises(LicitaError) as refused:
            sign("k1", award, "CO-1", signed_at, end, end + TICK)
        assert refused.value.code == expected
