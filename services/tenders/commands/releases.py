"""Publishing OCDS releases: one for each legal act, in the transaction of the act."""

from collections.abc import Mapping, Sequence
from typing import Any

from backbone.database import Transaction
from backbone.ids import new_id
from services.tenders.domain.tender import Tender
from services.tenders.events.preparation import release_published
from services.tenders.ocds.release import encode, release
from services.tenders.store import releases as store


def publish_release(
    tx: Transaction,
    tender: Tender,
    tags: Sequence[str],
    blocks: Mapping[str, Any],
    *,
    release_id: str = "",
    states_notice: bool = False,
) -> str:
    """Writes a release and tells of it; returns its id. The caller holds the tender's lock.

    `blocks` are the release's top-level parts, amounts as Decimal. `states_notice` marks the releases that state or
    amend the notice, to which later amendments refer.
    """
    release_id, now = release_id or new_id(), tx.now()
    body, sha256 = encode(release(tender, release_id, tags, now, blocks))
    store.add(
        tx,
        store.Release(
            id=release_id,
            tender=tender.id,
            ocid=tender.ocid,
            number=store.next_number(tx, tender.id),
            tags=tuple(tags),
            date=now,
            sha256=sha256,
            body=body,
            amends=states_notice,
        ),
    )
    tx.emit(release_published(tender, release_id, tags, sha256))
    return release_id
