"""Streams in bounded memory: reading exactly, reading from an iterator, hashing while writing."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

READ_SIZE = 1 << 20


class Readable(Protocol):
    """A binary stream to read: a file, an S3 response, a `BytesIO`."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end only."""


class Writable(Protocol):
    """A binary stream to write, which takes all it is given."""

    def write(self, data: bytes, /) -> object:
        """Writes all of `data`."""


class ExactReader:
    """Reads exact lengths and lines from a stream that may give fewer bytes than asked. It may read ahead."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._buffer = bytearray()
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Exactly `size` bytes, fewer only at the end."""
        self._fill(size)
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return data

    def read_line(self, longest: int) -> bytes:
        """A line with its line feed; without one when the stream ends or `longest` bytes came before it."""
        while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) < longest and not self._ended:
            self._fill(len(self._buffer) + 1)
        return self.read(longest if end < 0 else min(end + 1, longest))

    def at_end(self) -> bool:
        """Whether nothing follows."""
        self._fill(1)
        return not self._buffer

    def _fill(self, wanted: int) -> None:
        while len(self._buffer) < wanted and not self._ended:
            data = self._source.read(max(wanted - len(self._buffer), 1 << 16))
            self._buffer += data
            self._ended = not data


class IteratorReader:
    """Makes a readable stream of an iterator of byte strings."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, empty at the end only."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        data, self._rest = self._rest[:size], self._rest[size:]
        return bytes(data)


class HashingWriter:
    """Passes on what is written and keeps its size and SHA-256."""

    def __init__(self, target: Writable | None = None) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> int:
        """Writes all of `data`."""
        self._digest.update(data)
        self.size += len(data)
        if self._target is not None:
            self._target.write(data)
        return len(data)

    def sha256(self) -> str:
        """The digest of everything written, in hexadecimal."""
        return self._digest.hexdigest()


def pieces(source: Readable, size: int = READ_SIZE) -> Iterator[bytes]:
    """The stream in pieces of at most `size` bytes."""
    while piece := source.read(size):
        yield piece


def measure(source: Readable) -> HashingWriter:
    """Reads the stream to its end; the answer has its size and SHA-256."""
    meter = HashingWriter()
    for piece in pieces(source):
        meter.write(piece)
    return meter
