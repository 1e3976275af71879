"""`licita.sealed-bid/v1`: nobody reads a bid before its opening, and afterwards anybody can check what was opened.

The bidder's device seals (`seal`), the server checks without decrypting (`check_envelope`, `check_ciphertext`), members
open their shares on their devices (`open_share`), and k of them give the key (`combine`, `open_payload`).
"""

from licita_formats.sealed_bid.check import check_ciphertext, check_envelope, envelope_context
from licita_formats.sealed_bid.context import FORMAT, Committee, Context, Member
from licita_formats.sealed_bid.derivation import leaf_commitment, payload_identity, record_commitment
from licita_formats.sealed_bid.errors import EnvelopeRefused, PackageRefused, SealedBidError, ShareRefused
from licita_formats.sealed_bid.manifest import Document, Entry, Limits, Manifest
from licita_formats.sealed_bid.names import is_safe_name
from licita_formats.sealed_bid.offer import validate_offer
from licita_formats.sealed_bid.opening import Opened, combine, open_payload, open_share, rescue, verify_share
from licita_formats.sealed_bid.package import Sink, pack, padme, unpack
from licita_formats.sealed_bid.seal import Sealed, seal

__all__ = [
    "FORMAT",
    "Committee",
    "Context",
    "Document",
    "Entry",
    "EnvelopeRefused",
    "Limits",
    "Manifest",
    "Member",
    "Opened",
    "PackageRefused",
    "Sealed",
    "SealedBidError",
    "ShareRefused",
    "Sink",
    "check_ciphertext",
    "check_envelope",
    "combine",
    "envelope_context",
    "is_safe_name",
    "leaf_commitment",
    "open_payload",
    "open_share",
    "pack",
    "padme",
    "payload_identity",
    "record_commitment",
    "rescue",
    "seal",
    "unpack",
    "validate_offer",
    "verify_share",
]
