"""One file of a multipart request, checked before anything is stored: its name, its size, its kind, its digest."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from backbone.errors import Invalid

CHUNK_BYTES = 64 * 1024
LONGEST_NAME = 150
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
# How files of a media type begin; a type without a row here is taken at its word.
BEGINNINGS: Mapping[str, bytes] = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}


class Incoming(Protocol):
    """What werkzeug's FileStorage offers: a stream spooled to disk beyond half a megabyte."""

    stream: BinaryIO
    filename: str | None
    mimetype: str


@dataclass(frozen=True)
class Upload:
    """A file that may be stored. `stream` stands at its beginning; `sha256` is hex, `size` in bytes."""

    stream: BinaryIO
    name: str
    content_type: str
    size: int
    sha256: str


def examine(incoming: Incoming, *, largest: int, types: frozenset[str]) -> Upload:
    """Reads the file once, in pieces.

    Raises:
        Invalid: `file_name_refused`, `file_type_refused`, `file_type_mismatch`, `file_empty` or `file_too_large`.
    """
    name = safe_name(incoming.filename or "")
    if incoming.mimetype not in types:
        raise Invalid("file_type_refused", type=incoming.mimetype[:100], allowed=", ".join(sorted(types)))
    size, digest = _measure(incoming.stream, largest)
    beginning = BEGINNINGS.get(incoming.mimetype, b"")
    if incoming.stream.read(len(beginning)) != beginning:
        raise Invalid("file_type_mismatch", type=incoming.mimetype)
    incoming.stream.seek(0)
    return Upload(incoming.stream, name, incoming.mimetype, size, digest)


def safe_name(name: str) -> str:
    """The name in NFC, if it names one plain file on every system.

    Raises:
        Invalid: empty, too long, hidden, a path, or with characters that control or turn text.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    strange = any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in plain)
    if not plain or len(plain) > LONGEST_NAME or plain[0] == "." or strange or set(plain) & set('/\\:*?"<>|\ufffd'):
        raise Invalid("file_name_refused")
    return plain


def _measure(stream: BinaryIO, largest: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK_BYTES):
        size += len(piece)
        if size > largest:
            raise Invalid("file_too_large", limit=largest)
        digest.update(piece)
    if not size:
        raise Invalid("file_empty")
    stream.seek(0)
    return size, digest.hexdigest()
