"""Receipts verify offline, and a byte changed in receipt or file is found."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from licita_formats.instants import format_instant, parse_instant
from licita_formats.notes import Signer
from licita_formats.receipts import Receipt, ReceiptRefused, ReceivedFile, sign_receipt, verify_receipt
from licita_formats.statements import sign_statement

SIGNER = Signer.generate("licita/bids")
FILES = {"technical": b"cifrado 1", "financial": b"cifrado 2"}
RECEIPT = Receipt(
    receipt="0e5c2c0e-6f1c-4df7-8a3b-53d46a3a5f10",
    kind="sealed",
    tender="tender-1",
    lot="lot-1",
    bid="bid-1",
    version=1,
    files=tuple(ReceivedFile(name, sha256(data).hexdigest(), len(data)) for name, data in FILES.items()),
    received_at=datetime(2026, 11, 24, 12, 0, 0, 1, UTC),
    deadline=datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=-3))),
    clock_offset=-120,
    eligibility_source="rpc",
    commitment="ab" * 32,
)


def streams(files: dict[str, bytes]) -> dict[str, BytesIO]:
    return {name: BytesIO(data) for name, data in files.items()}


def test_a_receipt_verifies_without_any_server() -> None:
    """Control 4.6: the published verifier confirms digest and signature from the receipt and the local files."""
    checked = verify_receipt(sign_receipt(RECEIPT, SIGNER), [SIGNER.verifier], streams(FILES))
    assert checked.receipt == RECEIPT
    assert checked.signers == ("licita/bids",)
    assert checked.checked == ("technical", "financial")
    assert checked.not_checked == ()


def test_files_that_are_not_at_hand_are_said_to_be_unchecked() -> None:
    checked = verify_receipt(sign_receipt(RECEIPT, SIGNER), [SIGNER.verifier])
    assert checked.not_checked == ("technical", "financial")


def test_one_byte_is_enough() -> None:
    """Control 4.6: altering one byte of a file or of the receipt fails."""
    note = sign_receipt(RECEIPT, SIGNER)
    with pytest.raises(ReceiptRefused, match="receipt_file_differs"):
        verify_receipt(note, [SIGNER.verifier], streams({"technical": b"cifrado 2"}))
    with pytest.raises(ReceiptRefused, match="receipt_file_unknown"):
        verify_receipt(note, [SIGNER.verifier], streams({"other": b""}))
    with pytest.raises(ReceiptRefused, match="receipt_signature"):
        verify_receipt(note.replace("tender-1", "tender-2"), [SIGNER.verifier])
    with pytest.raises(ReceiptRefused, match="receipt_signature"):
        verify_receipt(note, [Signer.generate("licita/bids").verifier])


def test_a_refusal_has_a_reason_and_nothing_else_has() -> None:
    refusal = replace(RECEIPT, kind="refused", reason="deadline_passed", files=(), commitment=None)
    assert verify_receipt(sign_receipt(refusal, SIGNER), [SIGNER.verifier]).receipt == refusal
    for wrong in (replace(refusal, reason=None), replace(RECEIPT, reason="deadline_passed")):
        with pytest.raises(ReceiptRefused, match="receipt_malformed"):
            sign_receipt(wrong, SIGNER)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "licita.receipt/v2"},
        {"kind": "lost"},
        {"kind": []},
        {"extra": 1},
        {"version": "1"},
        {"tender": ""},
        {"files": [{"envelope": "technical", "sha256": "AB", "size": 1}]},
        {"files": [{"envelope": "technical"}]},
        {"files": None},
        {"receivedAt": "2026-11-24T12:00:00Z"},
        {"receivedAt": 3},
        {"clockOffset": True},
        {"eligibilitySource": []},
        {"eligibilitySource": "rumour"},
    ],
)
def test_bodies_that_are_no_receipt(change: dict[str, Any]) -> None:
    note = sign_statement({**RECEIPT.as_json(), **change}, SIGNER)
    with pytest.raises(ReceiptRefused, match="receipt_malformed"):
        verify_receipt(note, [SIGNER.verifier])


def test_the_statement_can_be_read_without_our_code() -> None:
    body = json.loads(sign_receipt(RECEIPT, SIGNER).split("\n\n")[0])
    assert body["receivedAt"] == "2026-11-24T12:00:00.000001Z"
    assert body["deadline"] == "2026-11-24T12:30:00.000000Z"


def test_instants_have_one_form() -> None:
    assert format_instant(parse_instant("2026-11-24T12:00:00.000001Z")) == "2026-11-24T12:00:00.000001Z"
    for text in ("2026-11-24T12:00:00Z", "2026-11-24T12:00:00.1Z", "2026-11-24T12:00:00.000000+00:00", ""):
        with pytest.raises(ValueError, match=r"."):
            parse_instant(text)
    with pytest.raises(ValueError, match="zone"):
        format_instant(datetime(2026, 1, 1))  # noqa: DTZ001 - an instant without zone is what is refused
