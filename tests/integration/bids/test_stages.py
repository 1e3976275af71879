"""Lots and stages: too few bids, two envelopes, cancellation, the acta that is never changed."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from licita.tenders.v1.events_pb2 import TenderCancelled
from licita_formats import canonical
from licita_formats.statements import open_statement
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.integration.bids.conftest import OFFER, SealedBid, Town, refused, sealed_part
from tests.integration.bids.test_openings import AFTER, acta_of, opened


def test_too_few_bids_open_nothing(town: Town) -> None:
    """A lot with fewer bids than the notice asks for is given up; its bidders are not named."""
    tender, bidders, _ = opened(town, 1, minimum_bids=2)
    assert town.shares(tender, tender.members[0]) == []
    since = len(town.journal())
    state = town.open(tender)
    assert (state["state"], state["bids"]) == ("abandoned", [])
    told = town.journal(since)
    assert {event["data"]["lot"] for event in told if event["type"] == "OpeningAbandoned"} == {"lot-1", "lot-2"}
    assert not {"BidOpened", "OpeningCompleted", "RecordRevealed"} & {event["type"] for event in told}
    assert bidders[0].organisation not in str(acta_of(town, tender))


def test_one_lot_given_up_does_not_stop_the_other(town: Town) -> None:
    tender, _, answers = opened(town)
    since = len(town.journal())
    state = town.open(tender)
    assert state["state"] == "opened"
    assert {bid["bid"] for bid in state["bids"]} == {each["bid"] for each in answers}
    told = [event["data"]["lot"] for event in town.journal(since) if event["type"] == "OpeningAbandoned"]
    assert told == ["lot-2"]


def test_the_financial_envelope_waits_for_the_technical_result(town: Town) -> None:
    """Control 7.7: refused until final; envelopes of those who failed are never opened."""
    tender, bidders, answers = opened(town, envelopes=("technical", "financial"))
    path = tender.path("openings/financial/shares")
    refused(tender.members[0].get(path), 403, "technical_evaluation_open")
    state = town.open(tender, "technical")
    assert all(bid["offer"] is None for bid in state["bids"])
    refused(tender.members[0].get(path), 403, "technical_evaluation_open")
    passed, failed = (each["bid"] for each in answers)
    town.finalise(tender, {passed: True, failed: False}, datetime.now(UTC) + AFTER - timedelta(minutes=1))
    assert [each["bid"] for each in town.shares(tender, tender.members[0], "financial")] == [passed]
    forced = [{"bid": bid, "share": None} for bid in (passed, failed)]
    refused(tender.members[0].post(path, {"shares": forced}), 422, "shares_incomplete")
    state = town.open(tender, "financial")
    assert [(bid["bid"], bid["offer"]) for bid in state["bids"]] == [(passed, OFFER)]
    acta = acta_of(town, tender, "financial")
    assert [(each["bid"], each["reason"]) for each in acta["notOpened"]] == [(failed, "technical_not_passed")]
    assert acta["notOpened"][0]["bidder"]["id"] == bidders[1].organisation


def test_a_price_in_the_technical_envelope_is_not_announced(town: Town) -> None:
    tender, bidder = town.tender(envelopes=("technical", "financial")), town.supplier()
    parts = {
        name: sealed_part(tender.context("lot-1", name, bidder.organisation), tender.committee, offer)
        for name, offer in (("technical", OFFER), ("financial", OFFER))
    }
    town.submit(tender, bidder, SealedBid("lot-1", parts))
    town.clock.offset = AFTER
    (bid,) = town.open(tender, "technical")["bids"]
    assert (bid["result"], bid["failure"], bid["offer"]) == ("integrity_failure", "offer_out_of_place", None)


def test_a_cancelled_tender_is_not_opened(town: Town) -> None:
    tender, _, _ = opened(town)
    town.tell("tenders", TenderCancelled(tender=tender.id, grounds="x"))
    refused(tender.members[0].get(tender.path("openings/offer/shares")), 409, "tender_cancelled")


def test_an_acta_is_never_changed_only_annexed(town: Town) -> None:
    """Control 7.6: no edit; an annex has its reason, its number and a signature."""
    tender, _, _ = opened(town)
    officer = town.person("officer", organisation=tender.notice.buyer)
    annex = {"reason": "Error de hecho", "text": "Se deja constancia de un error.\nNada cambia."}
    refused(officer.post(tender.path("openings/offer/acta/annexes"), annex), 409, "not_opened_yet")
    refused(officer.get(tender.path("openings/offer/acta")), 404, "not_opened_yet")
    town.open(tender)
    before = acta_of(town, tender)
    for table in ("actas", "results", "acta_annexes"):
        if table == "acta_annexes":
            assert officer.post(tender.path("openings/offer/acta/annexes"), annex).status_code == 201
        with pytest.raises(DBAPIError, match="never changed"), town.service.database.begin() as tx:
            tx.connection.execute(text(f"UPDATE {table} SET tender = tender"))  # noqa: S608
        with pytest.raises(DBAPIError, match="never changed"), town.service.database.begin() as tx:
            tx.connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    other = town.person("officer", organisation="another")
    refused(other.post(tender.path("openings/offer/acta/annexes"), annex), 403, "not_of_the_buyer")
    (note,) = town.client.get(tender.path("openings/offer/acta")).get_json()["annexes"]
    body = open_statement(note, [town.service.signers["bids"].verifier]).body
    assert (body["number"], body["reason"], body["author"]) == (1, annex["reason"], officer.person)
    assert body["actaSha256"] == hashlib.sha256(canonical.dumps(before)).hexdigest()
    assert acta_of(town, tender) == before
