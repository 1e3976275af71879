"""Makes sealed bids for the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from licita_formats.age import Identity
from licita_formats.sealed_bid import Committee, Context, Document, Entry, Member, Sealed, seal


@dataclass(frozen=True)
class SealedBid:
    """A bid sealed for a 2-of-3 committee, with everything that nobody has together in real life."""

    context: Context
    committee: Committee
    identities: dict[str, Identity]
    documents: list[Document]
    sealed: Sealed
    ciphertext: bytes


def make_committee(k: int, n: int) -> tuple[Committee, dict[str, Identity]]:
    identities = {f"member-{number}": Identity.generate() for number in range(1, n + 1)}
    return Committee(k, tuple(Member(name, key.recipient) for name, key in identities.items())), identities


def make_context(committee: Committee, **changes: object) -> Context:
    facts = {
        "tender": "tender-1",
        "lot": "lot-1",
        "envelope": "technical",
        "bidder": "bidder-1",
        "version": 1,
        "notice_sha256": "ab" * 32,
        "committee_sha256": committee.sha256(),
    }
    return Context(**{**facts, **changes})  # type: ignore[arg-type]


def make_document(name: str = "Declaración jurada.pdf", data: bytes = b"%PDF-1.7 nada") -> Document:
    return Document.from_bytes(
        name, data, title=f"Título de {name}", document_type="eligibilityDocuments", media_type="application/pdf"
    )


def make_bid(k: int = 2, n: int = 3) -> SealedBid:
    committee, identities = make_committee(k, n)
    context = make_context(committee)
    documents = [make_document(), make_document("Oferta técnica ñandú.txt", b"x" * 70_000)]
    target = BytesIO()
    sealed = seal(context, committee, documents, target)
    return SealedBid(context, committee, identities, documents, sealed, target.getvalue())


class Memory:
    """A sink that keeps the documents of a package."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def sink(self, entry: Entry) -> Iterator[BytesIO]:
        target = BytesIO()
        yield target
        self.files[entry.name] = target.getvalue()
