"""The acta and its pages."""

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from licita_formats import canonical

from services.bids.domain import acta
from services.bids.domain.acta import Facts, Party
from services.bids.domain.bid import Bid, SealedFile, State
from services.bids.domain.opening import INTEGRITY_FAILURE, OPENED, Result
from services.bids.domain.record import Record
from services.bids.papers import acta_pages
from tests.unit.bids.samples import DEADLINE, PEOPLE, batch, bid, tender

HOSTILE = "<script>alert('x')</script> & Cía."
OFFER = {
    "items": [{"id": "item-1", "quantity": "2", "unitValue": {"amount": "50000", "currency": "PYG"}}],
    "value": {"amount": "100000", "currency": "PYG"},
}
DOCUMENT = {
    "name": "oferta.pdf",
    "title": "Oferta",
    "documentType": "bidders",
    "format": "application/pdf",
    "sha256": "ef" * 32,
    "size": 7,
    "key": "bid-1/offer/0",
}


def record(of: Bid, kind: str = "sealed", *, lot: str = "lot-1", reason: str | None = None) -> Record:
    return Record(
        of.receipt, kind, "tender-1", lot, of.id, of.bidder, of.received_at, {"reason": reason}, "bb", "cc", ""
    )


def facts() -> Facts:
    """Two bids, one of which fails; one withdrawn, one late, and a lot without bids."""
    bids = [bid(1), bid(2), bid(3, state=State.WITHDRAWN)]
    file = SealedFile("offer", "aa" * 32, 1234, "key", "version", {})
    return Facts(
        tender=tender(envelopes=("offer",)),
        envelope="offer",
        opened_at=DEADLINE + timedelta(hours=1),
        batches=[
            batch(PEOPLE[0], DEADLINE, bid_1="aa", bid_2=None),
            batch(PEOPLE[1], DEADLINE, bid_1="bb", bid_2="cc"),
        ],
        bids=bids,
        files={"bid-1": file, "bid-2": file},
        results={
            "bid-1": Result("bid-1", OPENED, "", "AGE-SECRET-KEY-1X", OFFER, (DOCUMENT,)),
            "bid-2": Result("bid-2", INTEGRITY_FAILURE, "ciphertext_differs"),
        },
        records=[
            record(bid(1)),
            record(bid(2)),
            record(bid(3), "withdrawn"),
            record(bid(4), "refused", reason="deadline_passed"),
            record(bid(5), "refused", reason="vendor_debarred"),
            record(bid(6), "withdrawn", lot="lot-2"),
        ],
        abandoned=["lot-2"],
        people={PEOPLE[0]: HOSTILE},
        parties={"bidder-1": Party("bidder-1", HOSTILE, "PY-RUC", "80000001-1")},
    )


def test_the_acta_lists_what_must_be_announced() -> None:
    """Controls 7.4 and 7.6: attendees, bids, prices, withdrawals, late attempts, failures, hashes, keys."""
    body = acta.write(facts())
    assert canonical.loads_object(canonical.dumps(body)) == body
    opened, failed = body["bids"]
    assert opened["offer"] == OFFER
    assert (opened["identity"], opened["blind"]) == ("AGE-SECRET-KEY-1X", "bb")
    assert "key" not in opened["documents"][0]
    assert (failed["result"], failed["failure"], failed["offer"]) == (INTEGRITY_FAILURE, "ciphertext_differs", None)
    assert [row["bid"] for row in body["withdrawals"]] == ["bid-3"]
    assert [row["reason"] for row in body["lateAttempts"]] == ["deadline_passed"]
    assert [row["reason"] for row in body["otherRefusals"]] == ["vendor_debarred"]
    assert body["attendees"][0]["unusableShares"] == ["bid-2"]


def test_nothing_is_told_of_bidders_in_a_lot_that_was_given_up() -> None:
    body = acta.write(facts())
    assert [row["lot"] for row in body["abandonedLots"]] == ["lot-2"]
    assert "bidder-6" not in canonical.dumps(body).decode()


def test_a_bid_made_against_an_older_notice_says_so() -> None:
    amended = replace(facts(), tender=tender(notice_version=2, envelopes=("offer",)))
    body = acta.write(amended)
    assert (body["bids"][0]["answersCurrentNotice"], body["bids"][0]["noticeVersion"]) == (False, 1)
    assert "anterior a la vigente" in acta_pages(body, "00")["es"]


def test_a_technically_failed_bid_is_named_without_content() -> None:
    """Control 7.7: the acta of the financial stage says whose envelope stays sealed."""
    later = replace(facts(), results={}, abandoned=[], tender=tender())
    assert {row["bid"] for row in acta.write(later)["notOpened"]} == {"bid-1", "bid-2"}


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            ["Acta de apertura de ofertas", "Falla de integridad", "Llegó cuando el plazo había vencido", "100.000"],
        ),
        (
            "en",
            ["Record of the opening of bids", "Integrity failure", "It came when the deadline had passed", "100,000"],
        ),
    ],
)
def test_the_page_is_in_the_reader_s_language_and_escapes_names(language: str, words: list[str]) -> None:
    body = acta.write(facts())
    page = acta_pages(body, acta.digest(body))[language]
    outline = Outline()
    outline.feed(page)
    assert "script" not in outline.tags
    assert "&lt;script&gt;" in page
    assert all(word in page for word in words)
    assert acta.digest(body) in page
    assert "Macro" not in page
    assert page.startswith("<!doctype html>")
