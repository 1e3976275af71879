"""Opening: a member opens a share, shares are checked and combined, the payload is unpacked."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import combinations, islice
from typing import Any

from licita_formats import age, shamir
from licita_formats.canonical import CanonicalError, loads_object
from licita_formats.encoding import from_base64
from licita_formats.sealed_bid.check import envelope_context
from licita_formats.sealed_bid.context import Context
from licita_formats.sealed_bid.derivation import (
    SHARE_BYTES,
    key_commitment,
    payload_identity,
    share_commitment,
    share_text,
)
from licita_formats.sealed_bid.errors import PackageRefused, ShareRefused
from licita_formats.sealed_bid.manifest import DEFAULT_LIMITS, Limits, Manifest
from licita_formats.sealed_bid.package import Sink, unpack
from licita_formats.streams import IteratorReader, Readable

MOST_ATTEMPTS = 1_000


@dataclass(frozen=True)
class Opened:
    """The bid's secret, the `AGE-SECRET-KEY-1…` that opens the payload, and the recipient that was committed to."""

    secret: bytes = field(repr=False)
    identity: str = field(repr=False)
    recipient: str


def open_share(envelope: dict[str, Any], identity: age.Identity) -> str:
    """On a member's device: the member's share in hexadecimal, checked against its commitment.

    Raises:
        ShareRefused: `share_not_addressed` where the identity is no member's; `dealer_share_unreadable` or
            `dealer_share_wrong` (member) where the bidder wrapped something else than was committed to.
    """
    context = envelope_context(envelope)
    recipient = str(identity.recipient)
    for number, entry in enumerate(envelope["shares"], start=1):
        if entry["recipient"] == recipient:
            share = _unwrap(entry, identity, context, number)
            if not _is_committed((number, entry), context, share):
                raise ShareRefused("dealer_share_wrong", member=entry["member"])
            return share.hex()
    raise ShareRefused("share_not_addressed")


def verify_share(envelope: dict[str, Any], member: str, share: str) -> None:
    """Checks a share that a member posted against what the bidder committed to.

    Raises:
        ShareRefused: `share_member_unknown` or `share_wrong` (members).
    """
    _checked(envelope, {member: share})


def combine(envelope: dict[str, Any], shares: Mapping[str, str]) -> Opened:
    """The bid's key from the shares by member.

    With more than k shares every subset is tried, so that a bidder who dealt some shares wrongly cannot choose, after
    the fact and through a member, whether the bid opens.

    Raises:
        ShareRefused: `share_member_unknown`; `share_wrong` (members: all whose shares are not those committed to);
            `shares_too_few` (count, k); `dealer_inconsistent` where the shares are as committed but give another key.
    """
    checked = _checked(envelope, shares)
    if len(checked) < envelope["k"]:
        raise ShareRefused("shares_too_few", count=len(checked), k=envelope["k"])
    for subset in islice(combinations(checked, envelope["k"]), MOST_ATTEMPTS):
        opened = _attempt(envelope, subset)
        if opened is not None:
            return opened
    raise ShareRefused("dealer_inconsistent")


def rescue(envelope: dict[str, Any], secret: bytes) -> Opened:
    """The bid's key from the secret in the bidder's receipt, for when shares were lost.

    Raises:
        ShareRefused: `secret_wrong` where it is not the secret of this envelope.
    """
    identity = payload_identity(secret, envelope_context(envelope))
    if not hmac.compare_digest(key_commitment(identity.recipient), envelope["key_commit"]):
        raise ShareRefused("secret_wrong")
    return Opened(secret, str(identity), str(identity.recipient))


def open_payload(
    source: Readable,
    identity: str,
    sink: Sink,
    *,
    context: Context | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Manifest:
    """Decrypts the ciphertext and writes each document to `sink(entry)`, a context manager that gives a stream.

    Whoever sees an error must drop what was written. `context` is the envelope's, which the manifest must repeat.

    Raises:
        AgeError: the ciphertext does not open under this identity, or was changed.
        PackageRefused: what is inside is not a package, or `manifest_context`.
    """
    chunks = age.decrypted_chunks(source, [age.Identity.parse(identity)])
    manifest = unpack(IteratorReader(chunks), sink, limits)
    if context is not None and manifest.context != context:
        raise PackageRefused("manifest_context")
    return manifest


def _unwrap(entry: dict[str, str], identity: age.Identity, context: Context, number: int) -> bytes:
    plain = BytesIO()
    try:
        age.decrypt(BytesIO(from_base64(entry["age"])), plain, [identity])
        text = plain.getvalue()
        share = bytes.fromhex(loads_object(text)["share"])
    except (ValueError, KeyError, TypeError, age.AgeError, CanonicalError) as error:
        raise ShareRefused("dealer_share_unreadable", member=entry["member"]) from error
    if text != share_text(context, number, share):
        raise ShareRefused("dealer_share_unreadable", member=entry["member"])
    return share


def _checked(envelope: dict[str, Any], shares: Mapping[str, str]) -> list[bytes]:
    """The shares as bytes, in the committee's order."""
    context = envelope_context(envelope)
    places = {entry["member"]: (number, entry) for number, entry in enumerate(envelope["shares"], start=1)}
    if unknown := sorted(set(shares) - set(places)):
        raise ShareRefused("share_member_unknown", members=unknown)
    given = {member: _from_hex(shares[member]) for member in places if member in shares}
    wrong = [member for member, share in given.items() if not _is_committed(places[member], context, share)]
    if wrong:
        raise ShareRefused("share_wrong", members=wrong)
    return list(given.values())


def _is_committed(place: tuple[int, dict[str, str]], context: Context, share: bytes) -> bool:
    """Whether the share is the one committed to at this place: a number and an entry of the envelope."""
    number, entry = place
    is_right = hmac.compare_digest(share_commitment(context, number, share), entry["commit"])
    return is_right and len(share) == SHARE_BYTES


def _from_hex(share: str) -> bytes:
    """The bytes; nothing where the text is not lower-case hexadecimal, which then fits no commitment."""
    try:
        data = bytes.fromhex(share)
    except ValueError:
        return b""
    return data if data.hex() == share else b""


def _attempt(envelope: dict[str, Any], shares: Sequence[bytes]) -> Opened | None:
    try:
        return rescue(envelope, shamir.combine(shares))
    except (shamir.ShamirError, ShareRefused):
        return None
