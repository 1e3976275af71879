"""Signed notes by the C2SP specification `signed-note`, with Ed25519 keys (signature type 0x01).

A note is a text that ends in a newline, an empty line, and one or more lines `— name base64(key id || signature)`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from licita_formats.encoding import from_base64, to_base64
from licita_formats.errors import FormatError

ED25519 = b"\x01"
KEY_ID_BYTES = 4
KEY_BYTES = 32
MOST_SIGNATURES = 64
_LEAD = "\N{EM DASH} "
_NOT_IN_A_NOTE = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_NOT_IN_A_NAME = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")


class NoteError(FormatError):
    """The note is malformed, or no known key signed it, or a known key's signature is wrong."""


@dataclass(frozen=True)
class Note:
    """A text and the names of the known keys whose signatures on it were verified, in the note's order."""

    text: str
    signers: tuple[str, ...]


@dataclass(frozen=True)
class Verifier:
    """A key name with its public key."""

    name: str
    public_key: Ed25519PublicKey

    def __post_init__(self) -> None:
        """Refuses names that the signature line could not carry.

        Raises:
            ValueError: the name is empty or has white space or a plus sign.
        """
        if not _name_is_valid(self.name):
            raise ValueError(f"not a key name: {self.name!r}")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Reads a verifier key `name+hex key id+base64(0x01 || public key)`.

        Raises:
            ValueError: malformed, another algorithm, or a key id that is not the key's.
        """
        name, _, rest = vkey.partition("+")
        _, _, encoded = rest.partition("+")
        data = from_base64(encoded)
        if data[:1] != ED25519 or len(data) != 1 + KEY_BYTES:
            raise ValueError("not an Ed25519 verifier key")
        verifier = cls(name, Ed25519PublicKey.from_public_bytes(data[1:]))
        if verifier.vkey != vkey:
            raise ValueError("the key id is not the key's")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes that go before each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._typed_key).digest()[:KEY_ID_BYTES]

    @cached_property
    def vkey(self) -> str:
        """The published form."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self._typed_key)}"

    @property
    def _typed_key(self) -> bytes:
        return ED25519 + self.public_key.public_bytes_raw()


class Signer:
    """Signs notes under a name."""

    def __init__(self, name: str, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.verifier = Verifier(name, private_key.public_key())

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A signer with a fresh key."""
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def name(self) -> str:
        """The key name."""
        return self.verifier.name

    @property
    def vkey(self) -> str:
        """The verifier key to publish."""
        return self.verifier.vkey

    def line(self, text: str) -> str:
        """The signature line for `text`."""
        signature = self._private_key.sign(text.encode())
        return f"{_LEAD}{self.name} {to_base64(self.verifier.key_id + signature)}\n"


def sign(text: str, *signers: Signer) -> bytes:
    """A note of `text` signed by all `signers`.

    Raises:
        NoteError: the text does not end in a newline or has control characters, or nobody signs.
    """
    _check_text(text)
    if not signers:
        raise NoteError("note_not_signed")
    return (text + "\n" + "".join(signer.line(text) for signer in signers)).encode()


def add_signature(note: bytes, signer: Signer) -> bytes:
    """The note with one more signature, for texts that several persons sign one after the other.

    Raises:
        NoteError: not a well-formed note, or full.
    """
    text, signatures = _split(note)
    if len(signatures) >= MOST_SIGNATURES:
        raise NoteError("note_has_too_many_signatures", limit=MOST_SIGNATURES)
    return note + signer.line(text).encode()


def open_note(note: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Checks the note. Signatures of keys that are not among `verifiers` are passed over, as the specification asks.

    Raises:
        NoteError: malformed; a known key's signature is wrong; or no known key signed.
    """
    text, signatures = _split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signers: dict[str, None] = {}
    for name, signature in signatures:
        verifier = known.get((name, signature[:KEY_ID_BYTES]))
        if verifier is not None:
            _verify(verifier, signature[KEY_ID_BYTES:], text)
            signers[name] = None
    if not signers:
        raise NoteError("note_signer_unknown", signers=[name for name, _ in signatures])
    return Note(text, tuple(signers))


def _verify(verifier: Verifier, signature: bytes, text: str) -> None:
    try:
        verifier.public_key.verify(signature, text.encode())
    except InvalidSignature as error:
        raise NoteError("note_signature_wrong", signer=verifier.name) from error


def _split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and each signature line as name and key id || signature."""
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise NoteError("note_not_utf8") from error
    text, separator, signatures = whole.rpartition("\n\n")
    text += "\n"
    if not separator or not signatures.endswith("\n"):
        raise NoteError("note_malformed")
    _check_text(text)
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("note_has_too_many_signatures", limit=MOST_SIGNATURES)
    return text, [_parse_line(line) for line in lines]


def _parse_line(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_LEAD).partition(" ")
    try:
        signature = from_base64(encoded)
    except ValueError as error:
        raise NoteError("note_signature_malformed") from error
    if not line.startswith(_LEAD) or not _name_is_valid(name) or len(signature) <= KEY_ID_BYTES:
        raise NoteError("note_signature_malformed")
    return name, signature


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _NOT_IN_A_NOTE.search(text):
        raise NoteError("note_text_malformed")


def _name_is_valid(name: str) -> bool:
    return bool(name) and not _NOT_IN_A_NAME.search(name)
