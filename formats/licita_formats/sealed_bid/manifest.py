"""The manifest: what is in a package, by name, size and digest. It is the package's first file."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from typing import Any

from licita_formats import canonical
from licita_formats.encoding import is_sha256
from licita_formats.sealed_bid.context import FORMAT, Context
from licita_formats.sealed_bid.errors import EnvelopeRefused, PackageRefused
from licita_formats.sealed_bid.names import folded, is_safe_name
from licita_formats.sealed_bid.offer import validate_offer
from licita_formats.streams import Readable, pieces

LONGEST_TEXT = 1_000
_AGE_BEGINNINGS = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")


@dataclass(frozen=True)
class Limits:
    """What a package may hold, in bytes where not said otherwise."""

    documents: int = 500  # a number
    document: int = 2 << 30
    total: int = 4 << 30
    manifest: int = 4 << 20


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Document:
    """A file to be sealed. `documentType` is of the OCDS codelist, `format` an IANA media type.

    `open` gives the content from its beginning; it is called twice, to measure and to pack.
    """

    name: str
    title: str
    document_type: str
    format: str
    open: Callable[[], AbstractContextManager[Readable]]

    @classmethod
    def from_bytes(cls, name: str, data: bytes, *, title: str, document_type: str, media_type: str) -> "Document":
        """A document whose content is in memory."""
        return cls(name, title, document_type, media_type, lambda: nullcontext(BytesIO(data)))


@dataclass(frozen=True)
class Entry:
    """A document as the manifest lists it. Field names are those of the JSON."""

    name: str
    title: str
    documentType: str  # noqa: N815 - the JSON follows OCDS
    format: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The context that the bidder sealed for, the documents in their order, and the offer of a financial envelope."""

    context: Context
    documents: tuple[Entry, ...]
    offer: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        offer = {} if self.offer is None else {"offer": self.offer}
        documents = [asdict(document) for document in self.documents]
        return {"v": FORMAT, "context": self.context.as_json(), "documents": documents, **offer}

    def encode(self) -> bytes:
        """The bytes of `manifest.json`: canonical JSON."""
        return canonical.dumps(self.as_json())

    @classmethod
    def decode(cls, data: bytes) -> "Manifest":
        """Reads `manifest.json`; unknown and missing fields are refused.

        Raises:
            PackageRefused: `manifest_malformed`.
        """
        try:
            value = canonical.loads_object(data)
            documents = tuple(Entry(**document) for document in value["documents"])
            manifest = cls(Context.from_json(value["context"]), documents, value.get("offer"))
            is_same = manifest.encode() == data
        except (canonical.CanonicalError, EnvelopeRefused, TypeError, KeyError) as error:
            raise PackageRefused("manifest_malformed") from error
        if not is_same:
            raise PackageRefused("manifest_malformed")
        return manifest

    def check(self, limits: Limits) -> None:
        """Checks names, texts, numbers, limits and the offer's sums.

        Raises:
            PackageRefused: `documents_none`, `documents_too_many`, `document_name` (name),
                `document_name_twice` (name), `document_malformed` (name, field), `document_too_large` (name),
                `package_too_large`, or as `validate_offer`.
        """
        if not self.documents and self.offer is None:
            raise PackageRefused("documents_none")
        if len(self.documents) > limits.documents:
            raise PackageRefused("documents_too_many", count=len(self.documents), limit=limits.documents)
        for document in self.documents:
            _check_entry(document, limits)
        _check_distinct([document.name for document in self.documents])
        if sum(document.size for document in self.documents) > limits.total:
            raise PackageRefused("package_too_large", limit=limits.total)
        if self.offer is not None:
            validate_offer(self.offer)


def describe(context: Context, documents: Sequence[Document], offer: dict[str, Any] | None, limits: Limits) -> Manifest:
    """Measures the documents and makes the manifest.

    Raises:
        PackageRefused: as `Manifest.check`, or `document_already_sealed` (name) for a file that already is an age file.
    """
    if len(documents) > limits.documents:  # before reading them all
        raise PackageRefused("documents_too_many", count=len(documents), limit=limits.documents)
    manifest = Manifest(context, tuple(_measure(document, limits) for document in documents), offer)
    manifest.check(limits)
    return manifest


def _measure(document: Document, limits: Limits) -> Entry:
    digest, size, beginning = hashlib.sha256(), 0, b""
    with document.open() as source:
        for piece in pieces(source):
            digest.update(piece)
            size += len(piece)
            beginning = beginning if len(beginning) >= LONGEST_TEXT else beginning + piece[:LONGEST_TEXT]
            if size > limits.document:
                raise PackageRefused("document_too_large", name=document.name, limit=limits.document)
    if beginning.lstrip().startswith(_AGE_BEGINNINGS):
        raise PackageRefused("document_already_sealed", name=document.name)
    return Entry(document.name, document.title, document.document_type, document.format, digest.hexdigest(), size)


def _check_entry(entry: Entry, limits: Limits) -> None:
    if not is_safe_name(entry.name):
        raise PackageRefused("document_name", name=str(entry.name))
    for field in fields(Entry):
        value = getattr(entry, field.name)
        if field.type in {str, "str"} and not (isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT):
            raise PackageRefused("document_malformed", name=entry.name, field=field.name)
    if not is_sha256(entry.sha256) or type(entry.size) is not int or entry.size < 0:
        raise PackageRefused("document_malformed", name=entry.name, field="sha256")
    if entry.size > limits.document:
        raise PackageRefused("document_too_large", name=entry.name, limit=limits.document)


def _check_distinct(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if folded(name) in seen:
            raise PackageRefused("document_name_twice", name=name)
        seen.add(folded(name))
