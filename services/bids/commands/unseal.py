"""Opening one envelope of one bid: checked against its receipt, combined, decrypted, its documents stored.

Whatever is wrong with one bid is that bid's result and stops no other. Only a server that does not answer is an error.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from licita_formats.age import AgeError
from licita_formats.sealed_bid import (
    Entry,
    Manifest,
    PackageRefused,
    ShareRefused,
    combine,
    envelope_context,
    open_payload,
    record_commitment,
)

from backbone.errors import NotFound
from services.bids.commands.record import envelopes_digest
from services.bids.documents import Vault, matches
from services.bids.domain.bid import SealedFile
from services.bids.domain.opening import INTEGRITY_FAILURE, OPENED, Batch, Result
from services.bids.domain.record import Record
from services.bids.domain.tender import Tender

Unpacked = tuple[Manifest, list[dict[str, Any]]]


class _Failed(Exception):
    """What did not match, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def unseal(
    vault: Vault, tender: Tender, envelope: str, record: Record, files: Sequence[SealedFile], batches: Sequence[Batch]
) -> Result:
    """What became of this envelope of the bid that `record` is the last receipt of; `files` are all of its version.

    Raises:
        Unavailable: the store does not answer; nothing is decided.
    """
    identity = ""
    file = next(each for each in files if each.envelope == envelope)
    try:
        _check_receipt(record, files)
        shares = {batch.member: share for batch in batches if (share := batch.shares.get(record.bid)) is not None}
        identity = combine(file.sealed, shares).identity
        manifest, documents = _unpack(vault, tender, record.bid, file, identity)
        _check_offer(tender, envelope, manifest)
    except NotFound:
        return _failure(record, "ciphertext_missing", identity)
    except (_Failed, ShareRefused, AgeError, PackageRefused) as error:
        return _failure(record, error.code, identity)
    return Result(record.bid, OPENED, "", identity, manifest.offer, tuple(documents))


def _failure(record: Record, code: str, identity: str) -> Result:
    return Result(record.bid, INTEGRITY_FAILURE, code, identity)


def _check_receipt(record: Record, files: Sequence[SealedFile]) -> None:
    """The rows say what the bidder's receipt and its commitment in the log say."""
    told = [{"envelope": file.envelope, "sha256": file.sha256, "size": file.size} for file in files]
    same = told == record.body["files"]
    same = same and envelopes_digest([file.sealed for file in files]) == record.body["envelopesSha256"]
    if not same or record_commitment(record.body, bytes.fromhex(record.blind)) != record.commitment:
        raise _Failed("receipt_differs")


def _check_offer(tender: Tender, envelope: str, manifest: Manifest) -> None:
    """The price is in the envelope opened last, and nowhere else. Its sums were checked with the manifest."""
    last = envelope == tender.envelopes[-1]
    if last and manifest.offer is None:
        raise _Failed("offer_missing")
    if not last and manifest.offer is not None:
        raise _Failed("offer_out_of_place")


def _unpack(vault: Vault, tender: Tender, bid: str, file: SealedFile, identity: str) -> Unpacked:
    """Decrypts to temporary files; documents go to the store only after all of them were checked."""
    with ExitStack() as stack:
        plain: list[tuple[Entry, BinaryIO]] = []

        @contextmanager
        def sink(entry: Entry) -> Iterator[BinaryIO]:
            target = cast("BinaryIO", stack.enter_context(TemporaryFile()))
            plain.append((entry, target))
            yield target

        copy = stack.enter_context(vault.ciphertext(file))
        if not matches(copy, file):
            raise _Failed("ciphertext_differs")
        manifest = open_payload(copy, identity, sink, context=envelope_context(file.sealed))
        keys = [f"{bid}/{file.envelope}/{place}" for place in range(len(plain))]
        for key, (entry, target) in zip(keys, plain, strict=True):
            vault.keep_opened(key, target, entry.format, tender.keep_until)
    return manifest, [{**asdict(entry), "key": key} for key, (entry, _) in zip(keys, plain, strict=True)]
