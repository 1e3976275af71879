"""Documents of a tender: content-addressed, in versions; nothing is deleted, only superseded (control 1.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backbone.errors import Conflict, Invalid

LARGEST_BYTES = 15 * 1024 * 1024
MOST_DOCUMENTS = 200
TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "image/png",
        "image/jpeg",
        "text/plain",
        "text/csv",
    }
)


@dataclass(frozen=True)
class DocumentVersion:
    """One version of one document. `position` orders documents by their first upload, counted from 1.

    `reason` says why it replaces the version before. `published_at` is None until a notice names it.
    """

    document: str
    version: int
    position: int
    title: str
    document_type: str
    language: str
    format: str
    file_name: str
    sha256: str
    size: int
    object_key: str
    reason: str
    uploaded_by: str
    uploaded_at: datetime
    published_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """What a notice says of it."""
        return {
            "id": self.document,
            "version": self.version,
            "title": self.title,
            "documentType": self.document_type,
            "language": self.language,
            "format": self.format,
            "fileName": self.file_name,
            "sha256": self.sha256,
            "size": self.size,
        }


def next_place(versions: Sequence[DocumentVersion], replaces: str, reason: str) -> tuple[int, int]:
    """The version number and the position of a document to be added; `replaces` is a document's id or empty.

    Raises:
        Invalid: it replaces nothing known, or without a reason.
        Conflict: there are too many documents.
    """
    if not replaces:
        if len({each.document for each in versions}) >= MOST_DOCUMENTS:
            raise Conflict("documents_too_many", limit=MOST_DOCUMENTS)
        return 1, 1 + max((each.position for each in versions), default=0)
    own = [each for each in versions if each.document == replaces]
    if not own:
        raise Invalid("document_unknown", document=replaces)
    if not reason:
        raise Invalid("document_reason_missing")
    return 1 + max(each.version for each in own), own[0].position


def newest(versions: Iterable[DocumentVersion]) -> tuple[DocumentVersion, ...]:
    """The newest version of each document, in order."""
    latest: dict[str, DocumentVersion] = {}
    for each in sorted(versions, key=lambda one: (one.position, one.version)):
        latest[each.document] = each
    return tuple(latest.values())


def in_force(versions: Iterable[DocumentVersion]) -> tuple[DocumentVersion, ...]:
    """The newest published version of each document, in order."""
    return newest(each for each in versions if each.published_at is not None)


def superseded_by(version: DocumentVersion, versions: Iterable[DocumentVersion]) -> int:
    """The number of the published version that took its place; 0 while it is the current one."""
    later = [
        each.version
        for each in versions
        if each.document == version.document and each.version > version.version and each.published_at is not None
    ]
    return min(later, default=0)
