"""Strict text encodings: each value has exactly one text, and every other text is refused."""

import base64
import binascii
import re

_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The reverse; the canonical form only.

    Raises:
        ValueError: another alphabet, missing padding, white space, or unused bits that are not zero.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error
    if to_base64(data) != text:
        raise ValueError("base64 is not canonical")
    return data


def to_raw_base64(data: bytes) -> str:
    """Base64 without padding, as age writes it."""
    return to_base64(data).rstrip("=")


def from_raw_base64(text: str) -> bytes:
    """The reverse of `to_raw_base64`, as strict as `from_base64`; padding is refused.

    Raises:
        ValueError: not canonical unpadded base64.
    """
    if text.endswith("="):
        raise ValueError("base64 has padding")
    return from_base64(text + "=" * (-len(text) % 4))


def is_sha256(value: object) -> bool:
    """Whether `value` is a SHA-256 digest in lower-case hexadecimal."""
    return isinstance(value, str) and _HEX_DIGEST.fullmatch(value) is not None
