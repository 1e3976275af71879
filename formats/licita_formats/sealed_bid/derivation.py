"""The formulas of the format: the bid's key from its secret, and the commitments."""

import hashlib
import hmac
from typing import Any

from licita_formats import canonical
from licita_formats.age import Identity, Recipient
from licita_formats.age.keys import hkdf
from licita_formats.sealed_bid.context import FORMAT, Context

SECRET_BYTES = 32
BLIND_BYTES = 32
SHARE_BYTES = SECRET_BYTES + 1
_IDENTITY_INFO = f"{FORMAT}/age-x25519".encode()
_RECIPIENT_LABEL = f"{FORMAT}/recipient\n".encode()
_SHARE_LABEL = f"{FORMAT}/share\n".encode()


def payload_identity(secret: bytes, context: Context) -> Identity:
    """The age identity of the payload. Under another context the same secret gives another key."""
    return Identity.from_secret(hkdf(secret, context.digest(), _IDENTITY_INFO))


def key_commitment(recipient: Recipient) -> str:
    """`key_commit`: the digest of the payload's recipient, over its 32 raw bytes."""
    return hashlib.sha256(_RECIPIENT_LABEL + recipient.raw).hexdigest()


def share_commitment(context: Context, number: int, share: bytes) -> str:
    """`commit` of a share: over the context's digest, the share's number as one byte, and the share's 33 bytes."""
    return hashlib.sha256(_SHARE_LABEL + context.digest() + bytes([number]) + share).hexdigest()


def share_text(context: Context, number: int, share: bytes) -> bytes:
    """What is inside a share's age file: canonical JSON."""
    return canonical.dumps({"v": FORMAT, "ctx": context.digest().hex(), "i": number, "share": share.hex()})


def record_commitment(record: dict[str, Any], blind: bytes) -> str:
    """The hiding commitment that goes into the log: HMAC-SHA256(blind, SHA-256(JCS(record))), in hexadecimal.

    Raises:
        CanonicalError: the record is outside the model of canonical JSON.
        ValueError: the blind is not 32 bytes.
    """
    if len(blind) != BLIND_BYTES:
        raise ValueError("a blind has 32 bytes")
    return hmac.digest(blind, hashlib.sha256(canonical.dumps(record)).digest(), "sha256").hex()


def leaf_commitment(envelope: dict[str, Any], blind: bytes) -> str:
    """`commit` of the leaf `bid.sealed`: the record is the whole envelope."""
    return record_commitment(envelope, blind)
