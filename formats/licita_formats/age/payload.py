"""The payload: a nonce and chunks of 64 KiB under ChaCha20-Poly1305 (a variant of STREAM), one batch in memory."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from licita_formats.age.errors import PayloadError
from licita_formats.age.header import Header
from licita_formats.streams import ExactReader, Writable

CHUNK = 1 << 16
TAG = 16
SEALED_CHUNK = CHUNK + TAG
NONCE = 16


def ciphertext_size(plain_size: int, header: Header) -> int:
    """The size in bytes of the age file that has this header and `plain_size` bytes inside."""
    return header.size + NONCE + plain_size + TAG * max(1, -(-plain_size // CHUNK))


def plain_size(size: int, header: Header) -> int:
    """The size of what is inside an age file of `size` bytes with this header.

    Raises:
        PayloadError: no age file with this header has that size.
    """
    sealed = size - header.size - NONCE
    chunks = max(1, -(-sealed // SEALED_CHUNK))
    plain = sealed - TAG * chunks
    if plain < 0 or ciphertext_size(plain, header) != size:
        raise PayloadError("payload_size_impossible", size=size)
    return plain


def seal_chunks(source: ExactReader, payload_key: bytes, target: Writable) -> None:
    """Encrypts the rest of `source` to `target`."""
    cipher = ChaCha20Poly1305(payload_key)
    for index, chunk, last in _chunks(source, CHUNK):
        target.write(cipher.encrypt(_nonce(index, last=last), chunk, None))


def open_chunks(source: ExactReader, payload_key: bytes) -> Iterator[bytes]:
    """The plain chunks; each was authenticated before it is given.

    Raises:
        PayloadError: `payload_not_authentic` in place of the first chunk that was changed; `payload_cut_off` behind the
            last chunk there is, where it is not the last that was written; `payload_too_long` behind the last chunk
            where something follows it; `payload_last_chunk_empty`.
    """
    cipher = ChaCha20Poly1305(payload_key)
    for index, chunk, last in _chunks(source, SEALED_CHUNK):
        plain = _open_chunk(cipher, _nonce(index, last=last), chunk)
        if plain is None:
            yield from _opened_otherwise(cipher, index, chunk, last=last)
            raise PayloadError("payload_cut_off" if last else "payload_too_long")
        if index and not plain:
            raise PayloadError("payload_last_chunk_empty")
        yield plain


def _opened_otherwise(cipher: ChaCha20Poly1305, index: int, chunk: bytes, *, last: bool) -> Iterator[bytes]:
    """A whole chunk that is authentic but stands in the wrong place; the conformance vectors want it released."""
    plain = _open_chunk(cipher, _nonce(index, last=not last), chunk) if len(chunk) == SEALED_CHUNK else None
    if plain is None:
        raise PayloadError("payload_not_authentic")
    yield plain


def _open_chunk(cipher: ChaCha20Poly1305, nonce: bytes, chunk: bytes) -> bytes | None:
    try:
        return cipher.decrypt(nonce, chunk, None)
    except InvalidTag:
        return None


def _chunks(source: ExactReader, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Index, bytes and whether it is the last, of each chunk; there is always one, if only an empty one."""
    index = 0
    last = False
    while not last:
        chunk = source.read(size)
        last = source.at_end()
        yield index, chunk, last
        index += 1


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
