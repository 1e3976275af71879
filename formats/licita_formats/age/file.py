"""Encrypting and decrypting whole age files, streaming."""

import hmac
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256

from licita_formats.age.errors import HeaderError, HeaderMacError, NoMatchError
from licita_formats.age.header import MAC_BYTES, Header, parse_header
from licita_formats.age.keys import Identity, Recipient, hkdf
from licita_formats.age.payload import NONCE, open_chunks, seal_chunks
from licita_formats.streams import ExactReader, Readable, Writable

FILE_KEY = 16


def encrypt(source: Readable, target: Writable, recipients: Sequence[Recipient]) -> Header:
    """Writes the age file of all of `source` for `recipients` to `target`; returns its header.

    Raises:
        ValueError: no recipients.
    """
    if not recipients:
        raise ValueError("an age file needs a recipient")
    file_key = os.urandom(FILE_KEY)
    nonce = os.urandom(NONCE)
    unsigned = Header(tuple(recipient.wrap(file_key) for recipient in recipients), bytes(MAC_BYTES))
    header = Header(unsigned.stanzas, _mac(unsigned, file_key))
    target.write(header.encode() + nonce)
    seal_chunks(ExactReader(source), hkdf(file_key, nonce, b"payload"), target)
    return header


def decrypt(source: Readable, target: Writable, identities: Sequence[Identity]) -> None:
    """Writes what is inside the age file `source` to `target`.

    Chunks are written as soon as each is authentic; whoever sees an error must drop what was written.

    Raises:
        AgeError: as `decrypted_chunks`.
    """
    for chunk in decrypted_chunks(source, identities):
        target.write(chunk)


def decrypted_chunks(source: Readable, identities: Sequence[Identity]) -> Iterator[bytes]:
    """The plain bytes of an age file, chunk by chunk.

    Raises:
        HeaderError: not a well-formed age file.
        NoMatchError: none of the identities opens it.
        HeaderMacError: the header was changed.
        PayloadError: the payload was cut, extended or changed.
    """
    reader = ExactReader(source)
    header = parse_header(reader)
    file_key = _unwrap(header, identities)
    if not hmac.compare_digest(header.mac, _mac(header, file_key)):
        raise HeaderMacError("header_mac_wrong")
    nonce = reader.read(NONCE)
    if len(nonce) != NONCE:
        raise HeaderError("nonce_cut_off")
    yield from open_chunks(reader, hkdf(file_key, nonce, b"payload"))


def _unwrap(header: Header, identities: Sequence[Identity]) -> bytes:
    """Tries every identity on every stanza; a malformed X25519 stanza is refused wherever it stands."""
    keys = [key for identity in identities for stanza in header.stanzas if (key := identity.unwrap(stanza)) is not None]
    if not keys:
        raise NoMatchError("no_identity_matches")
    return keys[0]


def _mac(header: Header, file_key: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, None, b"header"), header.authenticated, sha256)
