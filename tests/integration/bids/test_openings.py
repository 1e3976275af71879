"""Openings: who, when, all or nothing, what is announced, and that a crash changes nothing."""

import hashlib
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from licita_formats import age, canonical
from licita_formats.sealed_bid import record_commitment
from licita_formats.statements import open_statement
from sqlalchemy import text

from backbone.errors import Unavailable
from services.bids.commands import combine
from tests.integration.bids.conftest import HOUR, OFFER, PLAIN, Person, Tender, Town, refused

AFTER = 2 * HOUR


def opened(town: Town, count: int = 2, **changes: Any) -> tuple[Tender, list[Person], list[dict[str, Any]]]:
    """A tender with bids, past its deadline."""
    tender = town.tender(**changes)
    bidders = [town.supplier() for _ in range(count)]
    answers = [town.submit(tender, bidder) for bidder in bidders]
    town.clock.offset = AFTER
    return tender, bidders, answers


def acta_of(town: Town, tender: Tender, envelope: str = "offer") -> dict[str, Any]:
    answer = town.client.get(tender.path(f"openings/{envelope}/acta")).get_json()
    statement = open_statement(answer["acta"], [town.service.signers["bids"].verifier])
    assert hashlib.sha256(canonical.dumps(statement.body)).hexdigest() == answer["sha256"]
    return statement.body


def test_before_the_opening_nothing_leaves_and_the_attempt_is_logged(town: Town) -> None:
    """Control 4.2: before the authoritative instant the release endpoint refuses and logs, also for a full quorum."""
    tender, bidder = town.tender(), town.supplier()
    town.submit(tender, bidder)
    since = len(town.journal())
    for member in tender.members[:2]:
        refused(member.get(tender.path("openings/offer/shares")), 403, "opening_not_yet")
        refused(member.post(tender.path("openings/offer/shares"), {"shares": []}), 403, "opening_not_yet")
    told = town.journal(since)
    assert {event["type"] for event in told} == {"ActRefused"}
    assert {event["data"]["reason"] for event in told} == {"opening_not_yet"}
    assert {event["actor"] for event in told} == {member.person for member in tender.members[:2]}
    assert town.opening(tender)["state"] == "sealed"


def test_one_member_cannot_open_and_two_can(town: Town) -> None:
    """Controls 7.1 (quorum of distinct persons) and 4.2 (after the deadline two succeed, one fails)."""
    tender, _, answers = opened(town)
    first, second, third = tender.members
    assert town.hand_in(tender, first).get_json() == {"state": "collecting", "handedIn": 1, "threshold": 2}
    again = {"shares": town.shares(tender, first)}
    refused(first.post(tender.path("openings/offer/shares"), again), 409, "shares_already_handed_in")
    assert town.work() == 0
    state = town.opening(tender)
    assert (state["state"], state["bids"], [each["member"] for each in state["handedIn"]]) == (
        "collecting", [], [first.person],
    )  # fmt: skip
    assert town.hand_in(tender, second).get_json()["state"] == "combining"
    refused(third.post(tender.path("openings/offer/shares"), again), 409, "opening_over")
    assert town.work() == 1
    state = town.opening(tender)
    assert state["state"] == "opened"
    assert {(bid["bid"], bid["result"]) for bid in state["bids"]} == {(each["bid"], "opened") for each in answers}
    assert all(bid["offer"] == OFFER for bid in state["bids"])


def test_only_fresh_members_of_this_committee_act(town: Town) -> None:
    """Control 7.1: own credential, second factor, and membership in this tender's committee."""
    tender, _, _ = opened(town)
    path = tender.path("openings/offer/shares")
    refused(town.person("committee_member").get(path), 403, "not_a_committee_member")
    refused(town.person("committee_member", second_factor=False).get(path), 403, "second_factor_missing")
    refused(town.person("committee_member", mfa_at=1).get(path), 403, "second_factor_stale")
    refused(town.person("platform_admin", kind="platform").get(path), 403, "role_missing")
    assert town.client.get(path).status_code == 401


def test_the_acta_and_the_events_say_the_same_and_can_be_checked(town: Town) -> None:
    """Controls 7.4, 7.5 and 7.6: what is announced is fixed, hashes match, keys let anybody check."""
    tender, bidders, answers = opened(town)
    with_late(town, tender, town.supplier())
    since = len(town.journal())
    state = town.open(tender)
    acta = acta_of(town, tender)
    told = town.journal(since)
    (completed,) = [event["data"] for event in told if event["type"] == "OpeningCompleted"]
    assert completed["acta_sha256"] == state["actaSha256"]
    assert completed["members"] == [member.person for member in tender.members[:2]]
    assert set(completed["bids"]) == {each["bid"] for each in answers}
    revealed = [event["data"] for event in told if event["type"] == "RecordRevealed"]
    committed = {event["data"]["commitment"] for event in town.journal() if event["type"] == "RecordCommitted"}
    for record in revealed:
        body = canonical.loads_object(record["record_json"].encode())
        assert record_commitment(body, bytes.fromhex(record["blind"])) == record["commitment"]
        assert record["commitment"] in committed
    assert [row["reason"] for row in acta["lateAttempts"]] == ["deadline_passed"]
    assert [row["name"] for row in acta["attendees"]] == [f"Miembro {each.person[:4]}" for each in tender.members[:2]]
    assert {row["bidder"]["name"] for row in acta["bids"]} == {"Oferente S.A."}
    assert {row["bidder"]["id"] for row in acta["bids"]} == {each.organisation for each in bidders}
    page = town.client.get(tender.path("openings/offer/acta.html?lang=es"))
    assert "Acta de apertura" in page.text
    assert state["actaSha256"] in page.text
    assert "Record of the opening" in town.client.get(tender.path("openings/offer/acta.html?lang=en")).text


def with_late(town: Town, tender: Tender, bidder: Person) -> None:
    refused(bidder.post(tender.path("uploads"), {"sha256": "ab" * 32, "size": 5}), 409, "deadline_passed")


def test_the_published_key_opens_the_logged_ciphertext(town: Town) -> None:
    """Control 7.5: an auditor decrypts what was received with the key in the acta alone."""
    tender, bidder = town.tender(), town.supplier()
    sealed = town.seal(tender, bidder)
    town.submit(tender, bidder, sealed)
    town.clock.offset = AFTER
    town.open(tender)
    (bid,) = acta_of(town, tender)["bids"]
    ciphertext = sealed.parts["offer"][1]
    assert bid["ciphertext"] == {"sha256": hashlib.sha256(ciphertext).hexdigest(), "size": len(ciphertext)}
    plain = BytesIO()
    age.decrypt(BytesIO(ciphertext), plain, [age.Identity.parse(bid["identity"])])
    assert PLAIN in plain.getvalue()


def test_opened_documents_are_for_the_buyer_and_oversight(town: Town) -> None:
    """Control 7.4: only what was opened can be read, and only after it was."""
    tender, _, (answer, *_) = opened(town)
    path = tender.path(f"openings/offer/bids/{answer['bid']}/documents/offer.pdf")
    evaluator = town.person("evaluator", organisation=tender.notice.buyer)
    refused(evaluator.get(path), 404, "document_unknown")
    town.open(tender)
    found = evaluator.get(path)
    assert (found.data, found.headers["Content-Disposition"]) == (PLAIN, "attachment; filename*=UTF-8''offer.pdf")
    assert town.person("auditor", kind="oversight").get(path).data == PLAIN
    refused(town.person("evaluator", organisation="another").get(path), 403, "not_of_the_buyer")
    refused(town.supplier().get(path), 403, "role_missing")
    refused(evaluator.get(path.replace("offer.pdf", "otra.pdf")), 404, "document_unknown")


def test_withdrawn_and_superseded_bids_stay_sealed_for_ever(town: Town) -> None:
    """Control 6.4: their shares are never handed out; the acta says that they were withdrawn, without content."""
    tender, stays, leaves = town.tender(), town.supplier(), town.supplier()
    first = town.submit(tender, stays)
    body = town.body(tender, stays, town.seal(tender, stays, version=2))
    assert stays.post(f"/v1/bids/{first['bid']}/replacement", body).status_code == 201
    gone = town.submit(tender, leaves)
    receipt = leaves.get(f"/v1/bids/{gone['bid']}/receipts").get_json()["items"][0]["receipt"]
    assert (
        leaves.post(f"/v1/bids/{gone['bid']}/withdrawal", {"receipt": receipt, "blind": "ab" * 32}).status_code == 200
    )
    town.clock.offset = AFTER
    handed = tender.members[2].get(tender.path("openings/offer/shares")).get_json()["bids"]
    assert [(each["bid"], each["envelope"]["context"]["version"]) for each in handed] == [(first["bid"], 2)]
    town.open(tender)
    acta = acta_of(town, tender)
    assert [each["bid"] for each in acta["bids"]] == [first["bid"]]
    assert [each["bid"] for each in acta["withdrawals"]] == [gone["bid"]]
    assert gone["bid"] not in str([acta["bids"], acta["notOpened"]])
    refused(tender.members[2].get(tender.path("openings/offer/shares")), 409, "opening_over")


def test_a_batch_with_a_wrong_share_is_refused_and_attributed(town: Town) -> None:
    """A member's wrong share is detected and named; nothing of the batch is taken."""
    tender, _, _ = opened(town)
    member = tender.members[0]
    shares = town.shares(tender, member)
    wrong = [shares[0], {**shares[1], "share": shares[0]["share"]}]
    since = len(town.journal())
    problem = refused(member.post(tender.path("openings/offer/shares"), {"shares": wrong}), 422, "share_wrong")
    assert problem["params"] == {"bid": shares[1]["bid"], "member": member.person}
    (event,) = town.journal(since)
    assert (event["type"], event["actor"], event["data"]["reason"]) == ("ActRefused", member.person, "share_wrong")
    for partial in (shares[:1], [*shares, {"bid": "another", "share": "00"}]):
        refused(member.post(tender.path("openings/offer/shares"), {"shares": partial}), 422, "shares_incomplete")
    assert town.opening(tender)["handedIn"] == []


def test_a_share_that_the_bidder_dealt_badly_stops_nobody(town: Town) -> None:
    """The member says so, the acta names it; the bid opens from the others' shares."""
    tender, _, _ = opened(town)
    first, second, third = tender.members
    shares = town.shares(tender, first)
    shares[0]["share"] = None  # type: ignore[assignment]
    assert first.post(tender.path("openings/offer/shares"), {"shares": shares}).status_code == 201
    assert town.hand_in(tender, second).get_json()["state"] == "collecting"
    assert town.work() == 0
    assert town.hand_in(tender, third).get_json()["state"] == "combining"
    assert town.work() == 1
    assert {bid["result"] for bid in town.opening(tender)["bids"]} == {"opened"}
    assert acta_of(town, tender)["attendees"][0]["unusableShares"] == [shares[0]["bid"]]


def test_too_few_good_shares_fail_one_bid_when_the_wait_is_over(town: Town) -> None:
    tender, _, _ = opened(town)
    bad = ""
    for member in tender.members[:2]:
        shares = town.shares(tender, member)
        bad, shares[0]["share"] = shares[0]["bid"], None  # type: ignore[assignment]
        assert member.post(tender.path("openings/offer/shares"), {"shares": shares}).status_code == 201
    assert town.work() == 0
    town.clock.offset = AFTER + HOUR
    assert town.work() == 1
    results = {bid["bid"]: (bid["result"], bid["failure"]) for bid in town.opening(tender)["bids"]}
    assert results.pop(bad) == ("integrity_failure", "shares_too_few")
    assert set(results.values()) == {("opened", "")}


def test_a_batch_lapses_after_the_window_and_the_delay_is_public(town: Town) -> None:
    """Controls 7.1 (within a limited window) and 7.2 ("delayed since" is public)."""
    tender, _, _ = opened(town)
    first, second, _ = tender.members
    assert town.opening(tender)["delayedSince"] is not None, "two hours after a window of half an hour"
    assert town.hand_in(tender, first).status_code == 201
    town.clock.offset = AFTER + HOUR
    assert town.hand_in(tender, second).get_json()["handedIn"] == 1
    assert town.hand_in(tender, first).get_json() == {"state": "combining", "handedIn": 2, "threshold": 2}
    assert town.work() == 1


@contextmanager
def by_hand(town: Town) -> Any:
    """A database administrator who switches the guards off."""
    with town.service.database.begin() as tx:
        tx.connection.execute(text("ALTER TABLE sealed_files DISABLE TRIGGER unchanging"))
        yield tx.connection
        tx.connection.execute(text("ALTER TABLE sealed_files ENABLE TRIGGER unchanging"))


def test_overwriting_the_object_changes_nothing(town: Town) -> None:
    """Control 7.5: the version that was checked is the one that is opened."""
    tender, _, answers = opened(town)
    with town.service.database.read() as tx:
        found = tx.connection.execute(
            text("SELECT object_key FROM sealed_files WHERE bid = :bid"), {"bid": answers[0]["bid"]}
        )
        key = found.scalar_one()
    town.house.vault._objects.put("licita-sealed", key, BytesIO(b"other"), 5)
    assert {bid["result"] for bid in town.open(tender)["bids"]} == {"opened"}


@pytest.mark.parametrize(
    ("harm", "failure"), [("flip", "ciphertext_differs"), ("row", "receipt_differs"), ("gone", "ciphertext_missing")]
)
def test_one_harmed_bid_is_announced_and_the_others_open(town: Town, harm: str, failure: str) -> None:
    """Control 7.5: one byte flipped after the receipt shows as integrity failure, others proceed."""
    tender, _, (answer, *_) = opened(town, 3)
    with by_hand(town) as connection:
        where = {"bid": answer["bid"]}
        row = connection.execute(text("SELECT object_key, size FROM sealed_files WHERE bid = :bid"), where).one()
        if harm == "flip":
            with town.house.vault._objects.get("licita-sealed", row.object_key) as stream:
                data = bytearray(stream.read())
            data[-1] ^= 1
            put = town.house.vault._objects.put("licita-sealed", row.object_key, BytesIO(bytes(data)), len(data))
            where["version"] = put.version
            connection.execute(text("UPDATE sealed_files SET version_id = :version WHERE bid = :bid"), where)
        elif harm == "row":
            connection.execute(text("UPDATE sealed_files SET size = size + 1 WHERE bid = :bid"), where)
        else:
            connection.execute(text("UPDATE sealed_files SET object_key = 'nothing' WHERE bid = :bid"), where)
    results = {bid["bid"]: bid for bid in town.open(tender)["bids"]}
    harmed = results.pop(answer["bid"])
    assert (harmed["result"], harmed["failure"], harmed["offer"]) == ("integrity_failure", failure, None)
    assert [bid["result"] for bid in results.values()] == ["opened", "opened"]


def test_a_crash_in_the_middle_announces_nothing_and_resumes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Controls 7.2 (all or none in one transaction) and 7.8 in part (resume changes nothing announced)."""
    tender, _, _ = opened(town, 3)
    for member in tender.members[:2]:
        town.hand_in(tender, member)
    since = len(town.journal())

    class Away:
        def names(self, _people: Sequence[str]) -> dict[str, str]:
            raise Unavailable("service_unavailable", service="identity")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    present = town.house
    town.house = replace(present, people=Away())  # type: ignore[arg-type]
    assert town.work() == 0
    town.house = present
    with monkeypatch.context() as patch:
        patch.setattr(combine, "_tell", killed)
        with pytest.raises(KeyboardInterrupt):
            town.work()
    assert (town.opening(tender)["state"], town.opening(tender)["bids"], town.journal(since)) == ("combining", [], [])
    assert town.work() == 1
    told = town.journal(since)
    assert town.work() == 0
    assert town.journal(since) == told
    assert [event["type"] for event in told].count("BidOpened") == 3


def test_two_workers_announce_once(town: Town) -> None:
    tender, _, _ = opened(town)
    for member in tender.members[:2]:
        town.hand_in(tender, member)
    with town.database.read() as tx:
        stage = combine._look(tx, tender.id, "offer")
    outcomes = [combine._unseal(town.house, stage, bid) for bid in stage.chosen]
    done = []
    for _ in range(2):
        with town.database.begin() as tx:
            done.append(combine.announce(tx, town.house, stage, outcomes, {}, {}))
    assert done == [True, False]
