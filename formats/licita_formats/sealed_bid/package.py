"""The package: a TAR of the manifest and the documents, padded by PADMÉ, with one possible form.

Headers are those of Python's `tarfile` in POSIX (pax) format with mode 0644 and everything else zero. A reader
therefore computes from the manifest what each header must be and compares: no field of a hostile archive is trusted.
"""

import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from licita_formats.sealed_bid.errors import PackageRefused
from licita_formats.sealed_bid.manifest import DEFAULT_LIMITS, Document, Entry, Limits, Manifest
from licita_formats.sealed_bid.names import MANIFEST
from licita_formats.streams import ExactReader, HashingWriter, Readable, Writable, pieces

BLOCK = 512
END = 2 * BLOCK
_SIZE_FIELD = slice(124, 136)
_PIECE = 1 << 16

Sink = Callable[[Entry], AbstractContextManager[Writable]]


def padme(size: int) -> int:
    """The PADMÉ length for `size`: at most 12 % more, and a length says O(log log) bits of the true one."""
    if size < 2:  # noqa: PLR2004 - the logarithm of the logarithm needs two
        return size
    exponent = size.bit_length() - 1
    hidden_bits = exponent - exponent.bit_length()
    return -(-size >> hidden_bits) << hidden_bits


def package_size(manifest: Manifest) -> int:
    """The size in bytes of the padded package, always a multiple of 512."""
    files = [(MANIFEST, len(manifest.encode())), *((entry.name, entry.size) for entry in manifest.documents)]
    used = sum(len(_header(name, size)) + size + _gap(size) for name, size in files) + END
    padded = padme(used)
    return padded + _gap(padded)


def pack(manifest: Manifest, documents: Sequence[Document]) -> Iterator[bytes]:
    """The package's bytes, in pieces. `manifest` is what `describe` made of the same documents.

    Raises:
        PackageRefused: `document_changed` (name) where a document is no longer what was measured.
    """
    data = manifest.encode()
    used = 0
    for piece in _files(data, manifest, documents):
        used += len(piece)
        yield piece
    yield from _zeros(package_size(manifest) - used)


def unpack(source: Readable, sink: Sink, limits: Limits = DEFAULT_LIMITS) -> Manifest:
    """Reads a package. Each document is written to what `sink` gives for it, only after the manifest was checked whole.

    Whoever sees an error must drop what was written.

    Raises:
        PackageRefused: as `Manifest.check`, `package_malformed`, or `document_digest` (name).
    """
    reader = ExactReader(source)
    manifest = Manifest.decode(_read_manifest(reader, limits))
    manifest.check(limits)
    used = len(_header(MANIFEST, len(data := manifest.encode()))) + len(data) + _gap(len(data))
    for entry in manifest.documents:
        header = _header(entry.name, entry.size)
        _require(reader.read(len(header)) == header)
        with sink(entry) as target:
            _copy(reader, entry, target)
        used += len(header) + entry.size + _gap(entry.size)
    _require_zeros(reader, package_size(manifest) - used)
    _require(reader.at_end())
    return manifest


def _files(data: bytes, manifest: Manifest, documents: Sequence[Document]) -> Iterator[bytes]:
    yield _header(MANIFEST, len(data)) + data + bytes(_gap(len(data)))
    for entry, document in zip(manifest.documents, documents, strict=True):
        yield _header(entry.name, entry.size)
        yield from _content(entry, document)
        yield bytes(_gap(entry.size))


def _content(entry: Entry, document: Document) -> Iterator[bytes]:
    meter = HashingWriter()
    with document.open() as source:
        for piece in pieces(source):
            meter.write(piece)
            if meter.size > entry.size:
                raise PackageRefused("document_changed", name=entry.name)
            yield piece
    if (meter.size, meter.sha256()) != (entry.size, entry.sha256):
        raise PackageRefused("document_changed", name=entry.name)


def _read_manifest(reader: ExactReader, limits: Limits) -> bytes:
    header = reader.read(BLOCK)
    try:
        size = int(header[_SIZE_FIELD].rstrip(b"\0 "), 8)
    except ValueError as error:
        raise PackageRefused("package_malformed") from error
    _require(header == _header(MANIFEST, size))
    if size > limits.manifest:
        raise PackageRefused("manifest_too_large", limit=limits.manifest)
    data = reader.read(size)
    _require(len(data) == size)
    _require_zeros(reader, _gap(size))
    return data


def _copy(reader: ExactReader, entry: Entry, target: Writable) -> None:
    meter = HashingWriter(target)
    while meter.size < entry.size:
        piece = reader.read(min(_PIECE, entry.size - meter.size))
        _require(bool(piece))
        meter.write(piece)
    if meter.sha256() != entry.sha256:
        raise PackageRefused("document_digest", name=entry.name)
    _require_zeros(reader, _gap(entry.size))


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _gap(size: int) -> int:
    return -size % BLOCK


def _zeros(count: int) -> Iterator[bytes]:
    while count:
        piece = bytes(min(count, _PIECE))
        count -= len(piece)
        yield piece


def _require_zeros(reader: ExactReader, count: int) -> None:
    for expected in _zeros(count):
        _require(reader.read(len(expected)) == expected)


def _require(holds: bool) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not holds:
        raise PackageRefused("package_malformed")
