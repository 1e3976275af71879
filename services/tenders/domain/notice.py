"""The published notice: its canonical JSON, the digest that approvals sign, the digest that bids are bound to.

`draft_sha256` is the SHA-256 of the canonical JSON (RFC 8785) of `draft_json`: everything that the drafter wrote, the
documents by their digests, the committee by its persons, the policy by its reference. It is what an approver approves,
and publication compares it again (controls 1.2 and 10.4).

`notice_sha256` is the SHA-256 of the canonical JSON of `terms_json`: everything that a bid answers. Periods are not in
it, because an extension must not invalidate bids; so a corrigendum that only extends leaves it as it is, and one that
changes lots, criteria, documents or texts gives another, which bidders then answer anew.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from licita_formats import canonical

from backbone.clock import rfc3339
from services.tenders.domain.committee import Committee
from services.tenders.domain.content import content_json
from services.tenders.domain.document import DocumentVersion
from services.tenders.domain.tender import Tender

DRAFT_FORMAT = "licita.draft/v1"
TERMS_FORMAT = "licita.notice/v1"
PERIODS = ("tenderPeriod", "openingDate", "enquiryPeriod")


@dataclass(frozen=True)
class Change:
    """One difference between two notices: a JSON pointer (RFC 6901) into the notice, and JSON text before and after.

    Texts stand as they are; everything else as canonical JSON; what is not there, as the empty text.
    """

    pointer: str
    before: str
    after: str


def draft_json(tender: Tender, documents: Sequence[DocumentVersion], committee: Committee | None) -> dict[str, Any]:
    """What is approved."""
    return {
        "v": DRAFT_FORMAT,
        "tender": tender.id,
        "ocid": tender.ocid,
        "buyer": tender.buyer,
        "policy": tender.policy.reference,
        "content": content_json(tender.content),
        "documents": [each.as_json() for each in documents],
        "committee": {
            "threshold": committee.threshold if committee else 0,
            "members": [each.member for each in committee.members] if committee else [],
        },
    }


def draft_sha256(tender: Tender, documents: Sequence[DocumentVersion], committee: Committee | None) -> str:
    """The digest of `draft_json`."""
    return _sha256(draft_json(tender, documents, committee))


def notice_json(tender: Tender, documents: Sequence[DocumentVersion], committee: Committee) -> dict[str, Any]:
    """The notice as the public reads it; JSON pointers of corrigenda point into this."""
    sealed = committee.sealed_bid()
    return {
        "tender": tender.id,
        "ocid": tender.ocid,
        "buyer": {"id": tender.buyer, "name": tender.buyer_name},
        "policy": tender.policy.reference,
        **content_json(tender.content),
        "envelopes": list(tender.policy.envelopes),
        "minimumBids": tender.policy.minimum_bids,
        "maxEnvelopeBytes": tender.policy.max_envelope_bytes,
        "committee": sealed.as_json() | {"sha256": sealed.sha256()},
        "documents": [each.as_json() for each in documents],
    }


def terms_json(notice: dict[str, Any]) -> dict[str, Any]:
    """The part of a notice that a bid answers."""
    return {"v": TERMS_FORMAT} | {name: value for name, value in notice.items() if name not in PERIODS}


def notice_sha256(notice: dict[str, Any]) -> str:
    """The digest of `terms_json`."""
    return _sha256(terms_json(notice))


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """What differs, place by place; members of lists are compared by their place."""
    return tuple(_differences("", before, after))


_ABSENT = object()


def _differences(pointer: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(each for each in after if each not in before)]:
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from _differences(place, before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            yield from _differences(f"{pointer}/{index}", _at(before, index), _at(after, index))
    elif before != after:
        yield Change(pointer, _text(before), _text(after))


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else _ABSENT


def _text(value: Any) -> str:
    if value is _ABSENT:
        return ""
    return value if isinstance(value, str) else canonical.dumps(value).decode()


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical.dumps(value)).hexdigest()


@dataclass(frozen=True)
class NoticeVersion:
    """A notice as it was published; never changed afterwards."""

    version: int
    sha256: str
    notice: dict[str, Any]
    published_at: datetime

    def as_json(self) -> dict[str, Any]:
        """The notice with its version, digest and instant."""
        told = {"version": self.version, "noticeSha256": self.sha256, "publishedAt": rfc3339(self.published_at)}
        return self.notice | told
