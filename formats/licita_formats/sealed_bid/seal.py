"""Sealing, on the bidder's device: encrypt under a fresh secret, split it, wrap one share for each member."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from licita_formats import age, shamir
from licita_formats.encoding import to_base64
from licita_formats.sealed_bid.context import FORMAT, Committee, Context, Member
from licita_formats.sealed_bid.derivation import (
    BLIND_BYTES,
    SECRET_BYTES,
    key_commitment,
    payload_identity,
    share_commitment,
    share_text,
)
from licita_formats.sealed_bid.errors import EnvelopeRefused
from licita_formats.sealed_bid.manifest import DEFAULT_LIMITS, Document, Limits, describe
from licita_formats.sealed_bid.package import pack
from licita_formats.streams import HashingWriter, IteratorReader, Writable


@dataclass(frozen=True)
class Sealed:
    """The envelope goes to the server with the ciphertext; `secret` and `blind` stay with the bidder."""

    envelope: dict[str, Any]
    secret: bytes = field(repr=False)
    blind: bytes = field(repr=False)


def seal(
    context: Context,
    committee: Committee,
    documents: Sequence[Document],
    target: Writable,
    offer: dict[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Sealed:
    """Writes the ciphertext of the documents to `target` and returns the envelope with its secrets.

    Raises:
        EnvelopeRefused: `wrong_committee` where the context names another committee.
        PackageRefused: the documents or the offer cannot be sealed; nothing was written before the first was measured.
    """
    if context.committee_sha256 != committee.sha256():
        raise EnvelopeRefused("wrong_committee")
    manifest = describe(context, documents, offer, limits)
    secret = secrets.token_bytes(SECRET_BYTES)
    recipient = payload_identity(secret, context).recipient
    ciphertext = HashingWriter(target)
    age.encrypt(IteratorReader(pack(manifest, documents)), ciphertext, [recipient])
    envelope = {
        "v": FORMAT,
        "context": context.as_json(),
        "k": committee.k,
        "n": committee.n,
        "ciphertext": {"sha256": ciphertext.sha256(), "size": ciphertext.size},
        "key_commit": key_commitment(recipient),
        "shares": wrapped_shares(context, committee, secret),
    }
    return Sealed(envelope, secret, secrets.token_bytes(BLIND_BYTES))


def wrapped_shares(context: Context, committee: Committee, secret: bytes) -> list[dict[str, str]]:
    """The secret split for the committee: one entry of the envelope's `shares` for each member, in its order."""
    shares = shamir.split(secret, committee.k, committee.n)
    return [
        _wrapped_share(context, number, member, share)
        for number, (member, share) in enumerate(zip(committee.members, shares, strict=True), start=1)
    ]


def _wrapped_share(context: Context, number: int, member: Member, share: bytes) -> dict[str, str]:
    sealed = BytesIO()
    age.encrypt(BytesIO(share_text(context, number, share)), sealed, [member.recipient])
    return {
        "member": member.member,
        "recipient": str(member.recipient),
        "commit": share_commitment(context, number, share),
        "age": to_base64(sealed.getvalue()),
    }
