"""The law as the replay checks it: a lawful tender has no finding, and each broken rule is found by its name.

Control 12.7 in part: anybody can repeat this from the log alone.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from licita_formats.canonical import dumps

from services.audit.domain import rules_after_opening, rules_before_opening
from services.audit.domain.case import Case, Told, state
from services.audit.domain.findings import RULES, SENTENCES, check

BOOKS = (rules_after_opening, rules_before_opening)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
DEADLINE, BLIND = START + timedelta(hours=1), "ab" * 32
Facts = list[tuple[str, str, dict[str, Any]]]


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def notice(deadline: datetime = DEADLINE) -> dict[str, Any]:
    members = [{"member": f"m{number}", "recipient": f"age1m{number}"} for number in (1, 2, 3)]
    return {
        "tender": "t", "ocid": "ocds-t", "version": 1, "tender_period_end": deadline.isoformat(),
        "opening_at": deadline.isoformat(), "committee": {"threshold": 2, "members": members},
    }  # fmt: skip


RECORD = {"kind": "sealed", "bid": "b", "version": 1, "receivedAt": at(30)}


def commitment(record: dict[str, Any]) -> str:
    return hmac.new(bytes.fromhex(BLIND), hashlib.sha256(dumps(record)).digest(), hashlib.sha256).hexdigest()


def lawful() -> list[list[Any]]:
    """Minute, kind, actor, data of every event of a procurement in order."""
    revealed = {"tender": "t", "commitment": commitment(RECORD), "record_json": dumps(RECORD).decode(), "blind": BLIND}
    opened = {"bid": "b", "version": 1, "result": "opened", "lot": "l"}
    ranked = {"lot": "l", "bid": "b", "bidder": "s", "rank": 1}
    award = {"award": "a", "lot": "l", "bid": "b", "supplier": "s"}
    keys = [[1, "CommitteeKeyRegistered", f"m{n}", {"member": f"m{n}", "recipient": f"age1m{n}"}] for n in (1, 2, 3)]
    canaries = [[2, "CanaryOpened", f"m{n}", {"member": f"m{n}"}] for n in (1, 2, 3)]
    shares = [
        [minute, "SharesHandedIn", member, {"envelope": envelope, "member": member}]
        for minute, envelope in ((61, "technical"), (71, "financial"))
        for member in ("m1", "m2")
    ]
    return [
        [0, "TenderDrafted", "d", {"tender": "t", "drafter": "d"}],
        *keys,
        *canaries,
        [3, "TenderApproved", "p", {"approver": "p", "drafter": "d", "draft_sha256": "x"}],
        [4, "TenderPublished", "p", {"notice": notice(DEADLINE - timedelta(minutes=5)), "draft_sha256": "x"}],
        [10, "NoticeAmended", "p", {"notice": notice(), "proposer": "d", "approver": "p"}],
        *shares,
        [62, "RecordRevealed", "", revealed],
        [62, "BidOpened", "", {**opened, "envelope": "technical"}],
        [62, "OpeningCompleted", "", {"envelope": "technical", "opened_at": at(62)}],
        [63, "ConflictDeclared", "e", {"evaluator": "e", "has_conflict": False}],
        [64, "ScoresSigned", "e", {"evaluator": "e"}],
        [65, "TechnicalEvaluationFinalised", "", {"results": [{"bid": "b", "passed": True}]}],
        [72, "BidOpened", "", {**opened, "envelope": "financial"}],
        [72, "OpeningCompleted", "", {"envelope": "financial", "opened_at": at(72)}],
        [75, "EvaluationReportIssued", "e", {"ranking": [ranked], "evaluators": ["e"]}],
        [80, "AwardDecided", "w", {"awards": [award], "awarder": "w", "standstill_end": at(90)}],
        [82, "ComplaintLodged", "s2", {"complaint": "c"}],
        [85, "ComplaintDecided", "r", {"complaint": "c", "outcome": "dismissed"}],
        [95, "ContractSigned", "o", {"award": "a", "supplier": "s", "signed_at": at(95)}],
    ]


def case_of(rows: list[list[Any]], leaf_minute: float = 30, vendors: tuple[Told, ...] = ()) -> Case:
    ordered = sorted(enumerate(rows), key=lambda pair: (pair[1][0], pair[0]))
    events = [
        Told(index + 10, f"event-{index}", kind, "x", START + timedelta(minutes=minute), "t", actor, data)
        for index, (_, (minute, kind, actor, data)) in enumerate(ordered)
    ]
    leaf = Told(5, "leaf", "RecordCommitted", "bids", START + timedelta(minutes=leaf_minute), "", "", {})
    return Case("t", events, {commitment(RECORD): leaf}, vendors)


def rows_of(rows: list[list[Any]], kind: str) -> list[list[Any]]:
    return [row for row in rows if row[1] == kind]


def test_a_lawful_tender_has_no_finding() -> None:
    case = case_of(lawful())
    assert check(case) == []
    assert state(case)["stage"] == "contracted"
    assert state(case.until(START + timedelta(minutes=20)))["stage"] == "published"


def change(kind: str, **values: Any) -> Callable[[list[list[Any]]], None]:
    def apply(rows: list[list[Any]]) -> None:
        rows_of(rows, kind)[-1][3].update(values)

    return apply


def move(kind: str, minute: float) -> Callable[[list[list[Any]]], None]:
    def apply(rows: list[list[Any]]) -> None:
        rows_of(rows, kind)[-1][0] = minute

    return apply


def drop(kind: str) -> Callable[[list[list[Any]]], None]:
    def apply(rows: list[list[Any]]) -> None:
        rows.remove(rows_of(rows, kind)[-1])

    return apply


LATE = {**RECORD, "receivedAt": DEADLINE.isoformat()}
BROKEN: dict[str, Callable[[list[list[Any]]], None]] = {
    "author_is_not_approver": change("TenderApproved", approver="d"),
    "published_as_approved": change("TenderPublished", draft_sha256="another"),
    "committee_keys_proven": drop("CanaryOpened"),
    "deadline_never_earlier": change("NoticeAmended", approver="d"),
    "record_matches_commitment": change("RecordRevealed", blind="cd" * 32),
    "bid_before_deadline": change("RecordRevealed", record_json=dumps(LATE).decode()),
    "opened_bid_was_recorded": change("BidOpened", version=2),
    "opening_by_quorum": drop("SharesHandedIn"),
    "opening_after_its_time": move("SharesHandedIn", 59),
    "financial_after_technical": change("TechnicalEvaluationFinalised", results=[{"bid": "b", "passed": False}]),
    "only_opened_bids_ranked": change("BidOpened", result="integrity_failure"),
    "evaluator_declared": change("ConflictDeclared", has_conflict=True),
    "evaluator_does_not_award": change("AwardDecided", awarder="e"),
    "award_after_report": move("EvaluationReportIssued", 81),
    "contract_after_standstill": change("AwardDecided", standstill_end=at(96)),
    "no_contract_over_complaint": drop("ComplaintDecided"),
}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_each_broken_rule_is_found_by_its_name(rule: str) -> None:
    """Controls 1.2, 2.3, 2.5, 3.7, 4.2, 4.3, 5.3, 5.4, 7.1, 7.4, 7.7, 8.3, 8.7, 8.8, 10.1, as the replay sees them."""
    rows = deepcopy(lawful())
    if rule == "only_opened_bids_ranked":
        for row in rows_of(rows, "BidOpened"):
            row[3]["result"] = "integrity_failure"
    BROKEN[rule](rows)
    assert rule in {finding.rule for finding in check(case_of(rows))}


def test_a_debarred_supplier_is_found() -> None:
    """Control 3.4: by the register's own events, not by what tenders says."""
    data = {"vendor": "s", "debarment": "x", "starts_at": at(0), "ends_at": at(1000)}
    debarred = Told(1, "v", "VendorDebarred", "vendors", START, "s", "r", data)
    rules = {finding.rule for finding in check(case_of(lawful(), vendors=(debarred,)))}
    assert rules == {"debarred_never_awarded"}
    lifted = Told(2, "w", "VendorDebarmentLifted", "vendors", START, "s", "r", {"vendor": "s", "debarment": "x"})
    assert check(case_of(lawful(), vendors=(debarred, lifted))) == []


def test_a_leaf_at_the_deadline_is_too_late_whatever_the_record_says() -> None:
    """Control 5.4: the instant of the leaf counts as well."""
    assert {finding.rule for finding in check(case_of(lawful(), leaf_minute=60))} == {"bid_before_deadline"}


def test_every_rule_is_broken_once_here_and_has_its_sentences() -> None:
    assert set(RULES) == set(BROKEN) | {"debarred_never_awarded"}
    assert set(SENTENCES) == set(RULES)
    assert all(spanish and english and spanish != english for spanish, english in SENTENCES.values())
    assert json.loads(dumps(RECORD)) == RECORD
