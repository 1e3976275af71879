"""Receipts and refusals: statements by which the service `bids` says what it received, when, and what it did with it.

A receipt is `licita.receipt/v1`, a refusal `licita.refusal/v1`, each signed as a statement. A bidder checks it offline,
against the service's published key and the ciphertexts on the own disk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from licita_formats.encoding import is_sha256
from licita_formats.errors import FormatError
from licita_formats.instants import format_instant, parse_instant
from licita_formats.notes import NoteError, Signer, Verifier
from licita_formats.statements import open_statement, sign_statement
from licita_formats.streams import Readable, measure

TYPE = "licita.receipt/v1"
REFUSAL_TYPE = "licita.refusal/v1"
Kind = Literal["sealed", "replaced", "withdrawn", "refused"]
EligibilitySource = Literal["rpc", "projection"]


class ReceiptRefused(FormatError):
    """The receipt does not verify, or the files are not those it is for."""


@dataclass(frozen=True)
class ReceivedFile:
    """A ciphertext as it was received: the envelope's name in the tender, SHA-256 in hexadecimal, size in bytes."""

    envelope: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Receipt:
    """What the service states.

    `received_at` is when every byte was there and its hash verified, by the database clock; `deadline` held then.
    `clock_offset` is the measured offset of that clock in microseconds, None where it was not measured.
    `eligibility_source` says whether the bidder's eligibility was asked of the register (`rpc`) or read from this
    service's own copy (`projection`). `commitment` is the one in the log's leaf. `reason` is the code of a refusal,
    which may come before there is a lot or a bid to name (then empty). `bidder` is the organisation, `notice_version`
    the notice that was answered, `envelopes_sha256` the SHA-256 of the canonical JSON of the list of the bid's
    sealed-bid envelopes in the order of `files`. The record that `commitment` commits to is this body without it.
    """

    receipt: str
    kind: Kind
    tender: str
    lot: str
    bid: str
    version: int
    files: tuple[ReceivedFile, ...]
    received_at: datetime
    deadline: datetime
    clock_offset: int | None = None
    eligibility_source: EligibilitySource | None = None
    commitment: str | None = None
    reason: str | None = None
    bidder: str | None = None
    notice_version: int | None = None
    envelopes_sha256: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The statement's body."""
        return {
            "type": REFUSAL_TYPE if self.kind == "refused" else TYPE,
            "receipt": self.receipt,
            "kind": self.kind,
            "tender": self.tender,
            "lot": self.lot,
            "bid": self.bid,
            "version": self.version,
            "files": [asdict(file) for file in self.files],
            "receivedAt": format_instant(self.received_at),
            "deadline": format_instant(self.deadline),
            "clockOffset": self.clock_offset,
            "eligibilitySource": self.eligibility_source,
            "commitment": self.commitment,
            "reason": self.reason,
            "bidder": self.bidder,
            "noticeVersion": self.notice_version,
            "envelopesSha256": self.envelopes_sha256,
        }

    def record(self) -> dict[str, Any]:
        """What `commitment` commits to: the body without it."""
        return {name: value for name, value in self.as_json().items() if name != "commitment"}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Receipt":
        """Reads a statement's body; unknown and missing fields are refused.

        Raises:
            ReceiptRefused: `receipt_malformed`.
        """
        try:
            receipt = _read(body)
            is_right = _is_consistent(receipt) and receipt.as_json() == body
        except (KeyError, TypeError, ValueError) as error:
            raise ReceiptRefused("receipt_malformed") from error
        if not is_right:
            raise ReceiptRefused("receipt_malformed")
        return receipt


@dataclass(frozen=True)
class CheckedReceipt:
    """A receipt that verified, who signed it, and the envelopes whose files were compared and were not given."""

    receipt: Receipt
    signers: tuple[str, ...]
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]


def sign_receipt(receipt: Receipt, signer: Signer) -> str:
    """The receipt as a signed statement.

    Raises:
        ReceiptRefused: `receipt_malformed` where its parts contradict each other.
    """
    if not _is_consistent(receipt):
        raise ReceiptRefused("receipt_malformed")
    return sign_statement(receipt.as_json(), signer)


def verify_receipt(
    note: str, verifiers: Iterable[Verifier], files: Mapping[str, Readable] | None = None
) -> CheckedReceipt:
    """Checks a receipt's signature and, by envelope, the files that the bidder still has.

    Raises:
        ReceiptRefused: `receipt_signature` (reason), `receipt_malformed`, `receipt_file_unknown` (envelope) for a file
            that the receipt does not name, `receipt_file_differs` (envelope).
    """
    try:
        statement = open_statement(note, verifiers)
    except NoteError as error:
        raise ReceiptRefused("receipt_signature", reason=error.code) from error
    receipt = Receipt.from_json(statement.body)
    received = {file.envelope: file for file in receipt.files}
    given = files or {}
    for envelope, source in given.items():
        _compare(envelope, source, received)
    left = tuple(envelope for envelope in received if envelope not in given)
    return CheckedReceipt(receipt, statement.signers, tuple(given), left)


def _compare(envelope: str, source: Readable, received: Mapping[str, ReceivedFile]) -> None:
    if envelope not in received:
        raise ReceiptRefused("receipt_file_unknown", envelope=envelope)
    meter = measure(source)
    if ReceivedFile(envelope, meter.sha256(), meter.size) != received[envelope]:
        raise ReceiptRefused("receipt_file_differs", envelope=envelope)


def _read(body: dict[str, Any]) -> Receipt:
    named = {
        "receivedAt": "received_at",
        "clockOffset": "clock_offset",
        "eligibilitySource": "eligibility_source",
        "noticeVersion": "notice_version",
        "envelopesSha256": "envelopes_sha256",
    }
    values = {named.get(name, name): value for name, value in body.items() if name != "type"}
    values["files"] = tuple(ReceivedFile(**file) for file in values["files"])
    for name in ("received_at", "deadline"):
        values[name] = parse_instant(values[name])
    return Receipt(**values)


def _is_consistent(receipt: Receipt) -> bool:
    """Types and codes are right, a refusal and only a refusal has a reason, and no envelope is there twice."""
    texts = [receipt.receipt, receipt.tender, *(file.envelope for file in receipt.files)]
    about = [receipt.lot, receipt.bid]  # a refusal may come before there is either
    optional = [receipt.commitment, receipt.reason, receipt.bidder]
    return (
        all(isinstance(text, str) and text for text in texts)
        and all(isinstance(text, str) and (text or receipt.kind == "refused") for text in about)
        and all(text is None or (isinstance(text, str) and text) for text in optional)
        and (receipt.envelopes_sha256 is None or is_sha256(receipt.envelopes_sha256))
        and receipt.kind in get_args(Kind)
        and (receipt.kind == "refused") == (receipt.reason is not None)
        and receipt.eligibility_source in {*get_args(EligibilitySource), None}
        and type(receipt.version) is int
        and type(receipt.notice_version) in {int, type(None)}
        and type(receipt.clock_offset) in {int, type(None)}
        and all(is_sha256(file.sha256) and type(file.size) is int and file.size >= 0 for file in receipt.files)
        and len({file.envelope for file in receipt.files}) == len(receipt.files)
    )
