"""The law from the opening to the contract, from events alone."""

from collections.abc import Iterator
from datetime import datetime

from services.audit.domain.case import Case, Told
from services.audit.domain.findings import Finding, rule
from services.audit.domain.rules_before_opening import TAKEN, instant, record_of


@rule
def opened_bid_was_recorded(case: Case) -> Iterator[Finding]:
    """An opened bid has its record and is its bidder's last word on the lot (controls 6.4, 7.4)."""
    records = [record_of(event) for event in case.of("RecordRevealed")]
    taken = {(record["bid"], record["version"]) for record in records if record["kind"] in TAKEN}
    withdrawn = {record["bid"] for record in records if record["kind"] == "withdrawn"}
    last = {bid: max(version for each, version in taken if each == bid) for bid, _ in taken}
    for opened in case.of("BidOpened"):
        bid, version = opened.data["bid"], opened.data["version"]
        if last.get(bid) != version or bid in withdrawn:
            yield Finding("opened_bid_was_recorded", opened, f"{bid} v{version}")


@rule
def opening_by_quorum(case: Case) -> Iterator[Finding]:
    """K distinct members of the committee of the notice handed in shares (control 7.1)."""
    for completed in case.of("OpeningCompleted"):
        notice = case.notice_before(completed)
        if notice is None:
            yield Finding("opening_by_quorum", completed, "-")
            continue
        committee = {member["member"] for member in notice["committee"]["members"]}
        handed = {
            event.data["member"]
            for event in case.before(completed, "SharesHandedIn")
            if event.data["envelope"] == completed.data["envelope"] and event.actor == event.data["member"]
        }
        if len(handed & committee) < notice["committee"]["threshold"]:
            yield Finding("opening_by_quorum", completed, ", ".join(sorted(handed)) or "-")


@rule
def opening_after_its_time(case: Case) -> Iterator[Finding]:
    """Shares and openings come at or after the opening time (controls 4.2, 7.2)."""
    for event in case.of("SharesHandedIn", "OpeningCompleted", "BidOpened"):
        notice = case.notice_before(event)
        if notice is None or event.time < max(instant(notice["opening_at"]), instant(notice["tender_period_end"])):
            yield Finding("opening_after_its_time", event, event.time.isoformat())


@rule
def financial_after_technical(case: Case) -> Iterator[Finding]:
    """Prices are seen after the technical result is final, and only of those who passed (control 7.7)."""
    for opened in case.of("BidOpened"):
        if opened.data["envelope"] != "financial":
            continue
        passed = {
            result["bid"]
            for event in case.before(opened, "TechnicalEvaluationFinalised")
            for result in event.data["results"]
            if result["passed"]
        }
        if opened.data["bid"] not in passed:
            yield Finding("financial_after_technical", opened, opened.data["bid"])


@rule
def only_opened_bids_ranked(case: Case) -> Iterator[Finding]:
    """The ranking holds no bid that was not opened whole (control 7.4)."""
    for report in case.of("EvaluationReportIssued"):
        opened = {event.data["bid"] for event in case.before(report, "BidOpened") if event.data["result"] == "opened"}
        for row in report.data["ranking"]:
            if row["bid"] not in opened:
                yield Finding("only_opened_bids_ranked", report, row["bid"])


@rule
def evaluator_declared(case: Case) -> Iterator[Finding]:
    """Declarations come before scores, and whoever has a conflict does not score (controls 3.7, 8.1)."""
    for signed in case.of("ScoresSigned"):
        own = [
            event
            for event in case.before(signed, "ConflictDeclared")
            if event.data["evaluator"] == signed.data["evaluator"]
        ]
        if not own or own[-1].data["has_conflict"]:
            yield Finding("evaluator_declared", signed, signed.data["evaluator"])


@rule
def evaluator_does_not_award(case: Case) -> Iterator[Finding]:
    """Whoever signed scores does not decide (control 10.1)."""
    for decided in case.of("AwardDecided"):
        if decided.data["awarder"] in {event.data["evaluator"] for event in case.of("ScoresSigned")}:
            yield Finding("evaluator_does_not_award", decided, decided.data["awarder"])


@rule
def award_after_report(case: Case) -> Iterator[Finding]:
    """No award without a report, and none to a bid that it did not rank (control 8.3)."""
    for decided in case.of("AwardDecided"):
        reports = case.before(decided, "EvaluationReportIssued")
        ranked = {row["bid"] for row in reports[-1].data["ranking"]} if reports else set()
        for award in decided.data["awards"]:
            if not reports or (award["bid"] and award["bid"] not in ranked):
                yield Finding("award_after_report", decided, award["bid"] or award["lot"])


@rule
def contract_after_standstill(case: Case) -> Iterator[Finding]:
    """Signing waits for the end of the standstill period (control 8.7)."""
    for signed in case.of("ContractSigned"):
        decided = case.before(signed, "AwardDecided")
        if not decided or min(signed.time, instant(signed.data["signed_at"])) < instant(
            decided[-1].data["standstill_end"]
        ):
            yield Finding("contract_after_standstill", signed, signed.data["signed_at"])


@rule
def no_contract_over_complaint(case: Case) -> Iterator[Finding]:
    """Every complaint lodged before was decided or withdrawn before (control 8.8)."""
    for signed in case.of("ContractSigned"):
        lodged = {event.data["complaint"] for event in case.before(signed, "ComplaintLodged")}
        settled = {event.data["complaint"] for event in case.before(signed, "ComplaintDecided", "ComplaintWithdrawn")}
        for complaint in sorted(lodged - settled):
            yield Finding("no_contract_over_complaint", signed, complaint)


@rule
def debarred_never_awarded(case: Case) -> Iterator[Finding]:
    """At award and at contract the supplier is under no debarment in force (control 3.4)."""
    acts = [(event, award["supplier"]) for event in case.of("AwardDecided") for award in event.data["awards"]]
    acts += [(event, event.data["supplier"]) for event in case.of("ContractSigned")]
    for event, supplier in acts:
        if supplier and _debarred(case, supplier, event.time):
            yield Finding("debarred_never_awarded", event, supplier)


def _debarred(case: Case, supplier: str, at: datetime) -> bool:
    def known(kind: str) -> list[Told]:
        return [
            each for each in case.vendors if each.kind == kind and each.data["vendor"] == supplier and each.time <= at
        ]

    lifted = {event.data["debarment"] for event in known("VendorDebarmentLifted")}
    return any(
        event.data["debarment"] not in lifted
        and instant(event.data["starts_at"]) <= at < instant(event.data["ends_at"])
        for event in known("VendorDebarred")
    )
