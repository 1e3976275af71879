"""Receiving bids: receipts, refusals, the boundary, and that nobody waits for anybody else."""

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from licita.vendors.v1.events_pb2 import VendorDebarred, VendorSuspended
from licita_formats import age
from licita_formats.receipts import verify_receipt
from licita_formats.sealed_bid import record_commitment
from licita_formats.statements import open_statement
from minio.error import S3Error
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from backbone.ids import new_id
from services.bids.domain.eligibility import Eligibility
from services.bids.store import bids, tenders
from services.bids.store.tables import bid_versions, locks, records, sealed_files
from tests.integration.bids.conftest import Person, Tender, Town, digest, put, refused, sealed_part

MICROSECOND = timedelta(microseconds=1)


def verifiers(town: Town) -> list[Any]:
    return [town.service.signers["bids"].verifier]


def test_a_receipt_verifies_offline_and_not_for_another_byte(town: Town) -> None:
    """Controls 4.6 (verifiable offline), 5.2 (received is stated), 4.5 (bound to tender, lot, version, bidder)."""
    tender, bidder = town.tender(), town.supplier()
    sealed = town.seal(tender, bidder)
    answer = town.submit(tender, bidder, sealed)
    ciphertext = sealed.parts["offer"][1]
    checked = verify_receipt(answer["receipt"], verifiers(town), {"offer": BytesIO(ciphertext)})
    receipt = checked.receipt
    assert (receipt.kind, receipt.tender, receipt.lot, receipt.bid) == ("sealed", tender.id, "lot-1", answer["bid"])
    assert (receipt.version, receipt.notice_version, receipt.bidder) == (1, 1, bidder.organisation)
    assert receipt.received_at < receipt.deadline
    assert receipt.eligibility_source == "projection", "the vendors service is away in this test"
    assert isinstance(receipt.clock_offset, int)
    assert receipt.commitment == record_commitment(receipt.record(), bytes.fromhex(sealed.blind))
    with pytest.raises(Exception, match="receipt_file_differs"):
        verify_receipt(answer["receipt"], verifiers(town), {"offer": BytesIO(ciphertext[:-1] + b"\0")})


def test_the_receipt_says_when_the_register_was_asked(town: Town) -> None:
    class Register:
        def check_eligibility(self, _vendor: str) -> Eligibility:
            return Eligibility("rpc")

    with_register(town, Register())
    answer = town.submit(town.tender(), town.stranger())
    assert verify_receipt(answer["receipt"], verifiers(town)).receipt.eligibility_source == "rpc"


def with_register(town: Town, register: object) -> None:
    town.house = replace(town.house, vendors=register)  # type: ignore[arg-type]
    town.service.parts.web.extensions["house"] = town.house


def test_what_was_received_is_locked_in_the_store(town: Town) -> None:
    """Control 5.2: received means in the store under lock; the very version that was checked cannot be removed."""
    tender, bidder = town.tender(), town.supplier()
    answer = town.submit(tender, bidder)
    with town.database.read() as tx:
        held = tx.connection.execute(select(sealed_files).where(sealed_files.c.bid == answer["bid"])).one()
    client = town.house.vault._objects._client
    kept = client.get_object_retention(bucket_name="licita-sealed", object_name=held.object_key)
    assert kept is not None
    assert kept.mode == "COMPLIANCE"
    with pytest.raises(S3Error):
        client.remove_object(bucket_name="licita-sealed", object_name=held.object_key, version_id=held.version_id)


def test_the_store_refuses_other_bytes_than_announced(town: Town) -> None:
    """Control 4.3: an upload is bound to its digest and size."""
    tender, bidder = town.tender(), town.supplier()
    place = town.place(tender, bidder, b"announced")
    assert put(place, b"something").status in {400, 403}
    assert put(place, b"announced and more").status in {400, 403}


def test_without_a_commit_there_is_no_bid(town: Town) -> None:
    """Control 4.7: whole or nothing."""
    tender, bidder = town.tender(), town.supplier()
    body = town.body(tender, bidder, town.seal(tender, bidder))
    assert bidder.get("/v1/bids").get_json()["items"] == []
    body["envelopes"][0]["upload"] = town.place(tender, bidder, town.seal(tender, bidder).parts["offer"][1])["upload"]
    assert bidder.post(tender.path("bids"), body).status_code == 422
    assert bidder.get("/v1/bids").get_json()["items"] == []


def test_an_upload_that_never_came_is_told(town: Town) -> None:
    tender, bidder = town.tender(), town.supplier()
    part, data = town.seal(tender, bidder).parts["offer"]
    upload = town.place(tender, bidder, data)["upload"]
    body = {"lot": "lot-1", "blind": "ab" * 32, "envelopes": [{"upload": upload, "envelope": part.envelope}]}
    refused(bidder.post(tender.path("bids"), body), 409, "upload_missing")


def _twice_encrypted(town: Town, tender: Tender, bidder: Person) -> tuple[bytes, str]:
    """A file for two recipients: one of them would be a second way in."""
    target = BytesIO()
    age.encrypt(BytesIO(b"x" * 100), target, [age.Identity.generate().recipient for _ in range(2)])
    return target.getvalue(), "ciphertext_recipients"


def _not_encrypted(town: Town, tender: Tender, bidder: Person) -> tuple[bytes, str]:
    return b"%PDF-1.7 in the clear", "ciphertext_not_age"


def _cut_off(town: Town, tender: Tender, bidder: Person) -> tuple[bytes, str]:
    data = town.seal(tender, bidder).parts["offer"][1]
    return data[: age.parse_header(BytesIO(data)).size + 20], "ciphertext_size_impossible"


@pytest.mark.parametrize("make", [_twice_encrypted, _not_encrypted, _cut_off])
def test_unfit_ciphertexts_are_refused_at_once(
    town: Town, make: Callable[[Town, Tender, Person], tuple[bytes, str]]
) -> None:
    """Control 4.3: format and single encryption are checked without decrypting, with a plain reason."""
    tender, bidder = town.tender(), town.supplier()
    data, code = make(town, tender, bidder)
    envelope = deepcopy(town.seal(tender, bidder).parts["offer"][0].envelope)
    envelope["ciphertext"] = digest(data)
    upload = town.upload(tender, bidder, data)
    body = {"lot": "lot-1", "blind": "ab" * 32, "envelopes": [{"upload": upload, "envelope": envelope}]}
    refused(bidder.post(tender.path("bids"), body), 422, code)
    with town.database.read() as tx:
        assert tx.connection.execute(select(locks).where(locks.c.tender == tender.id)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("tender", "another", "wrong_tender"),
        ("lot", "lot-2", "wrong_lot"),
        ("bidder", "another", "wrong_bidder"),
        ("version", 2, "wrong_version"),
        ("notice_sha256", "0b" * 32, "outdated_notice"),
        ("committee_sha256", "0b" * 32, "wrong_committee"),
    ],
)
def test_an_envelope_is_bound_to_its_context(town: Town, field: str, value: object, code: str) -> None:
    """Controls 4.3 and 4.5: an envelope replayed into another tender, lot or version is refused."""
    tender, bidder = town.tender(), town.supplier()
    sealed = town.seal(tender, bidder)
    sealed.parts["offer"][0].envelope["context"][field] = value
    refused(bidder.post(tender.path("bids"), town.body(tender, bidder, sealed)), 422, code)


def test_all_envelopes_of_the_notice_are_needed(town: Town) -> None:
    tender, bidder = town.tender(envelopes=("technical", "financial")), town.supplier()
    body = town.body(tender, bidder, town.seal(tender, bidder))
    problem = refused(
        bidder.post(tender.path("bids"), body | {"envelopes": body["envelopes"][:1]}), 422, "envelopes_differ"
    )
    assert problem["params"]["expected"] == "technical, financial"
    assert bidder.post(tender.path("bids"), body).status_code == 201


def test_an_upload_of_somebody_else_is_unknown(town: Town) -> None:
    tender, bidder, other = town.tender(), town.supplier(), town.supplier()
    sealed = town.seal(tender, bidder)
    body = town.body(tender, other, sealed)
    refused(bidder.post(tender.path("bids"), body), 404, "upload_unknown")


@pytest.mark.parametrize(("offset", "status"), [(-1, 201), (0, 409), (1, 409)])
def test_the_boundary_of_the_deadline(town: Town, offset: int, status: int) -> None:
    """Control 5.3: at end - 1 µs in time, at end and end + 1 µs late, by the database clock."""
    tender, bidder = town.tender(ends_in=timedelta(seconds=2)), town.supplier()
    body = town.body(tender, bidder, town.seal(tender, bidder))
    end = tender.notice.tender_period_end.ToDatetime(UTC)
    while datetime.now(UTC) <= end + timedelta(seconds=0.1):
        threading.Event().wait(0.1)
    town.clock.fixed = end + offset * MICROSECOND
    answer = bidder.post(tender.path("bids"), body)
    assert answer.status_code == status, answer.text
    if status == 409:
        problem = refused(answer, 409, "deadline_passed")
        statement = open_statement(problem["refusal"], verifiers(town)).body
        assert statement["type"] == "licita.refusal/v1"
        assert (statement["reason"], statement["bidder"]) == ("deadline_passed", bidder.organisation)


def test_nobody_inserts_a_late_bid_even_by_hand(town: Town) -> None:
    """Control 5.4: the database itself refuses a bid with a past receipt time, or at or after the deadline."""
    tender, bidder = town.tender(), town.supplier()
    answer = town.submit(tender, bidder)
    row = {"bid": answer["bid"], "version": 2, "notice_version": 1, "notice_sha256": "0a" * 32, "receipt": new_id()}
    for moved in (timedelta(hours=-1), timedelta(hours=1)):
        with pytest.raises(DBAPIError, match="a bid is received now"), town.service.database.begin() as tx:
            tx.connection.execute(insert(bid_versions).values(**row, received_at=tx.now() + moved))
    town.amend(tender, ends_in=timedelta(seconds=-1))
    with pytest.raises(DBAPIError, match="not before the deadline"), town.service.database.begin() as tx:
        tx.connection.execute(insert(bid_versions).values(**row, received_at=tx.now()))
    with pytest.raises(DBAPIError, match="never changed"), town.service.database.begin() as tx:
        tx.connection.execute(text("UPDATE bid_versions SET received_at = received_at - interval '1 hour'"))


def test_a_late_attempt_leaves_no_trace_of_who_and_what(town: Town) -> None:
    """Controls 5.4 (signed refusal, logged without content) and 5.6 (the log does not say who tried)."""
    tender, bidder = town.tender(ends_in=timedelta(seconds=-1)), town.supplier()
    since = len(town.journal())
    problem = refused(bidder.post(tender.path("uploads"), digest(b"late")), 409, "deadline_passed")
    (event,) = town.journal(since)
    assert (event["type"], event["subject"], event["actor"]) == ("RecordCommitted", "", "")
    statement = open_statement(problem["refusal"], verifiers(town)).body
    commitment = statement.pop("commitment")
    assert event["data"] == {"commitment": commitment}
    assert record_commitment(statement, bytes.fromhex(problem["blind"])) == commitment
    assert statement["files"] == []


def test_the_number_of_bids_cannot_be_read(town: Town) -> None:
    """Control 5.6: with no bid and with several, every public answer is the same; events say nothing of a tender."""
    tender = town.tender()
    since = len(town.journal())
    views = ("terms", "openings/offer")
    public = [town.client.get(tender.path(view)).get_json() for view in views]
    officer = town.person("officer", organisation=tender.notice.buyer)
    for _ in range(3):
        town.submit(tender, town.supplier())
    after = [town.client.get(tender.path(view)).get_json() for view in views]
    for before, now in zip(public, after, strict=True):
        before.pop("serverTime", None), now.pop("serverTime", None)
        assert now == before
    assert officer.get("/v1/bids").status_code == 403
    told = [event for event in town.journal(since) if event["type"] != "ActRefused"]
    assert {(event["type"], event["subject"], event["actor"]) for event in told} == {("RecordCommitted", "", "")}
    assert {tuple(event["data"]) for event in told} == {("commitment",)}


@pytest.mark.parametrize("kind", ["unknown", "suspended", "debarred"])
def test_who_may_not_bid_gets_a_signed_refusal(town: Town, kind: str) -> None:
    """Control 3.4 in part: eligibility is checked when the bid is received, also while the register is away."""
    tender = town.tender()
    bidder = town.stranger() if kind == "unknown" else town.supplier()
    if kind == "suspended":
        town.tell("vendors", VendorSuspended(vendor=bidder.organisation, grounds="x"))
    if kind == "debarred":
        told = VendorDebarred(vendor=bidder.organisation, debarment=new_id())
        told.starts_at.FromDatetime(datetime.now(UTC) - timedelta(days=1))
        told.ends_at.FromDatetime(datetime.now(UTC) + timedelta(days=1))
        town.tell("vendors", told)
    answer = bidder.post(tender.path("bids"), town.body(tender, bidder, town.seal(tender, bidder)))
    problem = refused(answer, 403, f"vendor_{kind}")
    assert open_statement(problem["refusal"], verifiers(town)).body["reason"] == f"vendor_{kind}"


def test_two_bidders_never_wait_for_each_other(town: Town) -> None:
    """A bid that is just being received holds its tender and its bidder's lot; another bidder's goes through."""
    tender, slow, quick = town.tender(), town.supplier(), town.supplier()
    with town.database.begin() as tx:
        tenders.find(tx, tender.id, share=True)
        bids.serialise(tx, tender.id, "lot-1", slow.organisation)
        assert town.submit(tender, quick)["version"] == 1


def test_one_bidder_s_acts_on_a_lot_wait_in_line(town: Town) -> None:
    tender, bidder = town.tender(), town.supplier()
    bodies = [town.body(tender, bidder, town.seal(tender, bidder)) for _ in range(3)]
    answers: list[int] = []

    def send(body: dict[str, Any]) -> None:
        client = town.service.parts.web.test_client()
        answers.append(client.post(tender.path("bids"), json=body, headers=bidder.headers).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409]
    assert [bid["version"] for bid in bidder.get("/v1/bids").get_json()["items"]] == [1]


def test_the_deadline_cannot_move_while_a_bid_is_received(town: Town) -> None:
    """The tender is locked against change from the decision to the commit."""
    tender = town.tender()
    amended = threading.Event()

    def amend() -> None:
        town.amend(tender)
        amended.set()

    with town.database.begin() as tx:
        tenders.find(tx, tender.id, share=True)
        thread = threading.Thread(target=amend)
        thread.start()
        assert not amended.wait(0.5)
    thread.join()
    assert amended.is_set()


def test_a_repeated_submission_gives_the_first_answer(town: Town) -> None:
    tender, bidder = town.tender(), town.supplier()
    body = town.body(tender, bidder, town.seal(tender, bidder))
    key = {"Idempotency-Key": new_id()}
    first, second = (bidder.post(tender.path("bids"), body, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    with town.database.read() as tx:
        assert len(tx.connection.execute(select(records).where(records.c.tender == tender.id)).all()) == 1


def test_nothing_of_a_bid_is_stored_in_the_clear(town: Town) -> None:
    """Control 4.1: no plaintext marker of a bid is in the database or in what was uploaded."""
    tender, bidder = town.tender(), town.supplier()
    _, ciphertext = sealed_part(tender.context("lot-1", "offer", bidder.organisation), tender.committee, None)
    assert b"nobody reads" not in ciphertext
    town.submit(tender, bidder)
    with town.database.read() as tx:
        for table in ("bids", "bid_versions", "sealed_files", "records", "outbox", "uploads", "idempotency_keys"):
            found = tx.connection.execute(text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%nobody reads%'"))  # noqa: S608
            assert found.scalar_one() == 0
