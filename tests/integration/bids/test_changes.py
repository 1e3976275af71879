"""Replacing and withdrawing before the deadline, corrigenda, and housekeeping."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from licita_formats.receipts import Receipt, verify_receipt
from sqlalchemy import select, text

from backbone.errors import Unavailable
from services.bids.commands.sweep import extend_locks, sweep_uploads
from services.bids.store.tables import locks, uploads
from tests.integration.bids.conftest import HOUR, Person, Tender, Town, digest, put, refused

BLIND = "cd" * 32


def receipt_of(town: Town, answer: dict[str, Any]) -> Receipt:
    return verify_receipt(answer["receipt"], [town.service.signers["bids"].verifier]).receipt


def replace_bid(town: Town, tender: Tender, bidder: Person, bid: str, version: int) -> Any:
    body = town.body(tender, bidder, town.seal(tender, bidder, version=version))
    return bidder.post(f"/v1/bids/{bid}/replacement", body)


def test_replaced_twice_then_withdrawn_each_with_its_receipt(town: Town) -> None:
    """Controls 6.1 and 6.2: every act has its own receipt, and a withdrawal names the last one."""
    tender, bidder = town.tender(), town.supplier()
    first = town.submit(tender, bidder)
    answers = [first, *(replace_bid(town, tender, bidder, first["bid"], version).get_json() for version in (2, 3))]
    receipts = [receipt_of(town, answer) for answer in answers]
    assert [(each.kind, each.version) for each in receipts] == [("sealed", 1), ("replaced", 2), ("replaced", 3)]
    path = f"/v1/bids/{first['bid']}/withdrawal"
    for wrong in (receipts[0].receipt, "unknown"):
        problem = refused(bidder.post(path, {"receipt": wrong, "blind": BLIND}), 409, "receipt_differs")
        assert "refusal" in problem
    done = bidder.post(path, {"receipt": receipts[2].receipt, "blind": BLIND})
    assert done.status_code == 200
    assert receipt_of(town, done.get_json()).kind == "withdrawn"
    told = bidder.get(f"/v1/bids/{first['bid']}/receipts").get_json()["items"]
    assert [each["kind"] for each in told] == ["sealed", "replaced", "replaced", "refused", "refused", "withdrawn"]
    (own,) = bidder.get(f"/v1/bids?tender={tender.id}").get_json()["items"]
    assert (own["state"], own["version"]) == ("withdrawn", 3)


def test_after_a_withdrawal_a_new_bid_may_come(town: Town) -> None:
    """Control 6.1: unlimited before the deadline; the new bid is another one."""
    tender, bidder = town.tender(), town.supplier()
    first = town.submit(tender, bidder)
    body = {"receipt": receipt_of(town, first).receipt, "blind": BLIND}
    assert bidder.post(f"/v1/bids/{first['bid']}/withdrawal", body).status_code == 200
    refused(bidder.post(f"/v1/bids/{first['bid']}/withdrawal", body), 409, "bid_withdrawn")
    refused(replace_bid(town, tender, bidder, first["bid"], 2), 409, "bid_withdrawn")
    second = town.submit(tender, bidder)
    assert second["version"] == 1
    assert second["bid"] != first["bid"]


def test_a_second_bid_for_the_lot_is_a_replacement_only(town: Town) -> None:
    tender, bidder = town.tender(), town.supplier()
    first = town.submit(tender, bidder)
    again = bidder.post(tender.path("bids"), town.body(tender, bidder, town.seal(tender, bidder)))
    problem = refused(again, 409, "bid_exists")
    assert (problem["bid"], problem["version"]) == (first["bid"], 1)
    assert town.submit(tender, bidder, town.seal(tender, bidder, lot="lot-2"))["version"] == 1


def test_nobody_but_the_bidder_touches_a_bid(town: Town) -> None:
    """Control 6.1: only by the bidder; to others the bid is not even there, and staff have no way at all."""
    tender, bidder, other = town.tender(), town.supplier(), town.supplier()
    first = town.submit(tender, bidder)
    body = {"receipt": receipt_of(town, first).receipt, "blind": BLIND}
    refused(other.post(f"/v1/bids/{first['bid']}/withdrawal", body), 404, "bid_unknown")
    refused(other.get(f"/v1/bids/{first['bid']}/receipts"), 404, "bid_unknown")
    officer = town.person("officer", organisation=tender.notice.buyer)
    refused(officer.post(f"/v1/bids/{first['bid']}/withdrawal", body), 403, "role_missing")


def test_after_the_deadline_nothing_is_replaced_or_withdrawn(town: Town) -> None:
    """Control 6.3: refused in writing, and the bid stays as it was."""
    tender, bidder = town.tender(), town.supplier()
    first = town.submit(tender, bidder)
    body = town.body(tender, bidder, town.seal(tender, bidder, version=2))
    town.clock.offset = HOUR
    late = bidder.post(f"/v1/bids/{first['bid']}/replacement", body)
    assert "refusal" in refused(late, 409, "deadline_passed")
    told = {"receipt": receipt_of(town, first).receipt, "blind": BLIND}
    assert "refusal" in refused(bidder.post(f"/v1/bids/{first['bid']}/withdrawal", told), 409, "deadline_passed")
    (own,) = bidder.get(f"/v1/bids?tender={tender.id}").get_json()["items"]
    assert (own["state"], own["version"]) == ("sealed", 1)


def test_after_a_corrigendum_a_bid_is_flagged_and_a_new_one_answers_the_new_notice(town: Town) -> None:
    """Control 4.5: bound to the version of the notice."""
    tender, bidder, other = town.tender(), town.supplier(), town.supplier()
    town.submit(tender, bidder)
    before = town.body(tender, other, town.seal(tender, other))
    town.amend(tender)
    (own,) = bidder.get(f"/v1/bids?tender={tender.id}").get_json()["items"]
    assert (own["noticeVersion"], own["answersCurrentNotice"]) == (1, False)
    refused(other.post(tender.path("bids"), before), 422, "outdated_notice")
    assert receipt_of(town, replace_bid(town, tender, bidder, own["bid"], 2).get_json()).notice_version == 2


def test_an_older_telling_of_the_notice_changes_nothing(town: Town) -> None:
    tender = town.tender()
    old = type(tender.notice)()
    old.CopyFrom(tender.notice)
    town.amend(tender)
    tender.notice.CopyFrom(old)
    tender.notice.version -= 1
    town.amend(tender, ends_in=5 * HOUR)
    assert town.client.get(tender.path("terms")).get_json()["notice"]["version"] == 2


def test_locks_follow_an_opening_that_was_put_off(town: Town) -> None:
    tender, bidder = town.tender(), town.supplier()
    town.submit(tender, bidder)
    town.amend(tender, ends_in=50 * HOUR)
    while extend_locks(town.database, town.house):
        pass
    with town.database.read() as tx:
        held = tx.connection.execute(select(locks).where(locks.c.tender == tender.id)).one()
    client = town.house.vault._objects._client
    kept = client.get_object_retention(bucket_name="licita-sealed", object_name=held.object_key)
    assert kept is not None
    assert abs(kept.retain_until_date - held.locked_until) < timedelta(seconds=1)
    assert held.locked_until > tender.notice.opening_at.ToDatetime(held.locked_until.tzinfo)


def test_uploads_without_a_bid_are_swept_away(town: Town) -> None:
    """Object first, row second: a crash leaves an orphan that goes, never a bid without its envelope."""
    tender, bidder = town.tender(ends_in=50 * HOUR), town.supplier()
    place = town.place(tender, bidder, b"orphan")
    assert put(place, b"orphan").status == 200
    kept = town.submit(tender, bidder)
    assert sweep_uploads(town.database, town.house) == 0
    town.clock.offset = 7 * HOUR
    while sweep_uploads(town.database, town.house):
        pass
    with town.database.read() as tx:
        left = tx.connection.execute(select(uploads).where(uploads.c.tender == tender.id)).all()
    assert [row.committed for row in left] == [True]
    client = town.house.vault._objects._client
    names = {each.object_name for each in client.list_objects(bucket_name="licita-sealed", include_version=True)}
    assert place["url"].partition("/licita-sealed/")[2].partition("?")[0] not in names
    assert left[0].object_key in names
    town.clock.offset = timedelta(0)
    assert bidder.get(f"/v1/bids/{kept['bid']}/receipts").status_code == 200


def test_a_store_that_is_away_changes_nothing(town: Town) -> None:
    class Away:
        def take(self, *_: object) -> None:
            raise Unavailable("storage_unavailable")

    tender, bidder = town.tender(), town.supplier()
    body = town.body(tender, bidder, town.seal(tender, bidder))
    since = len(town.journal())
    town.service.parts.web.extensions["house"] = replace(town.house, vault=Away())  # type: ignore[arg-type]
    answer = bidder.post(tender.path("bids"), body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert town.journal(since) == []
    town.service.parts.web.extensions["house"] = town.house
    assert bidder.post(tender.path("bids"), body).status_code == 201


def test_an_upload_is_no_larger_than_the_notice_allows(town: Town) -> None:
    tender, bidder = town.tender(max_envelope_bytes=10), town.supplier()
    refused(bidder.post(tender.path("uploads"), digest(b"eleven char")), 422, "envelope_too_large")
    assert bidder.post(tender.path("uploads"), digest(b"ten chars.")).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lot": "lot-1", "envelopes": [], "blind": BLIND},
        {"lot": "lot-1", "envelopes": [{"upload": "x", "envelope": {}}], "blind": BLIND.upper()},
        {"lot": "lot-1", "envelopes": [{"upload": "x", "envelope": {}}], "blind": BLIND, "receivedAt": "2020-01-01"},
        {"lot": "lot\x00", "envelopes": [{"upload": "x\x00", "envelope": {"context": 1}}], "blind": BLIND},
    ],
)
def test_bad_input_is_refused_and_changes_nothing(town: Town, body: dict[str, Any]) -> None:
    tender, bidder = town.tender(), town.supplier()
    answer = bidder.post(tender.path("bids"), body)
    assert 400 <= answer.status_code < 500, answer.text
    with town.database.read() as tx:
        assert (
            tx.connection.execute(
                text("SELECT count(*) FROM bids WHERE bidder = :b"), {"b": bidder.organisation}
            ).scalar_one()
            == 0
        )


@pytest.mark.parametrize("path", ["/v1/tenders/%00/terms", "/v1/tenders/x/openings/%00", "/v1/bids/%00/receipts"])
def test_an_address_that_names_nothing_is_not_found(town: Town, path: str) -> None:
    assert town.supplier().get(path).status_code == 404
