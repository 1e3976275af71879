"""The law up to the deadline, from events alone."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from licita_formats.canonical import dumps

from services.audit.domain.case import Case, Told
from services.audit.domain.findings import Finding, rule

TAKEN = {"sealed", "replaced"}


def instant(text: str) -> datetime:
    """An RFC 3339 text as an instant."""
    return datetime.fromisoformat(text)


def record_of(revealed: Told) -> dict[str, Any]:
    """The record that an opening revealed."""
    record: dict[str, Any] = json.loads(revealed.data["record_json"])
    return record


@rule
def author_is_not_approver(case: Case) -> Iterator[Finding]:
    """Drafter and approver are different persons (control 1.2)."""
    for approved in case.of("TenderApproved"):
        drafters = {event.data["drafter"] for event in case.before(approved, "TenderDrafted")}
        if approved.data["approver"] in drafters | {approved.data["drafter"]}:
            yield Finding("author_is_not_approver", approved, approved.data["approver"])


@rule
def published_as_approved(case: Case) -> Iterator[Finding]:
    """The digest approved is the digest published (control 1.2)."""
    for published in case.of("TenderPublished"):
        approved = case.before(published, "TenderApproved")
        last = approved[-1].data["draft_sha256"] if approved else ""
        if last != published.data["draft_sha256"]:
            yield Finding("published_as_approved", published, f"{last or '-'} / {published.data['draft_sha256']}")


@rule
def committee_keys_proven(case: Case) -> Iterator[Finding]:
    """Every member has opened the canary with the key that the notice names (control 4.3)."""
    for published in case.of("TenderPublished"):
        proven = {event.data["member"] for event in case.before(published, "CanaryOpened")}
        keys = {
            event.data["member"]: event.data["recipient"] for event in case.before(published, "CommitteeKeyRegistered")
        }
        for member in published.data["notice"]["committee"]["members"]:
            if member["member"] not in proven or keys.get(member["member"]) != member["recipient"]:
                yield Finding("committee_keys_proven", published, member["member"])


@rule
def deadline_never_earlier(case: Case) -> Iterator[Finding]:
    """Extensions only, in time, by two persons (controls 2.3, 2.5)."""
    for amended in case.of("NoticeAmended"):
        earlier = case.notice_before(amended)
        if earlier is None:
            yield Finding("deadline_never_earlier", amended, "-")
            continue
        old, new = (notice["tender_period_end"] for notice in (earlier, amended.data["notice"]))
        same_person = amended.data["proposer"] == amended.data["approver"]
        if instant(new) < instant(old) or amended.time >= instant(old) or same_person:
            yield Finding("deadline_never_earlier", amended, f"{old} / {new}")


@rule
def record_matches_commitment(case: Case) -> Iterator[Finding]:
    """HMAC-SHA256(blind, SHA-256(record)) stands in an earlier leaf (control 4.6)."""
    for revealed in case.of("RecordRevealed"):
        digest = hashlib.sha256(dumps(record_of(revealed))).digest()
        computed = hmac.new(bytes.fromhex(revealed.data["blind"]), digest, hashlib.sha256).hexdigest()
        leaf = case.commitments.get(computed)
        if computed != revealed.data["commitment"] or leaf is None or leaf.index > revealed.index:
            yield Finding("record_matches_commitment", revealed, computed)


@rule
def bid_before_deadline(case: Case) -> Iterator[Finding]:
    """`received < deadline`, by the record and by the instant of its leaf (controls 5.3, 5.4)."""
    deadline = instant(case.notice["tender_period_end"]) if case.notice else None
    for revealed in case.of("RecordRevealed"):
        record = record_of(revealed)
        if record["kind"] not in TAKEN or deadline is None:
            continue
        leaf = case.commitments.get(revealed.data["commitment"])
        instants = [instant(record["receivedAt"]), *([leaf.time] if leaf else [])]
        if max(instants) >= deadline:
            yield Finding("bid_before_deadline", revealed, f"{max(instants).isoformat()} / {deadline.isoformat()}")
