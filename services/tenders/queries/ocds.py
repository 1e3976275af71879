"""OCDS data as it is served. What is here was published: it is for everybody."""

from typing import Any
from urllib.parse import urljoin

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import NotFound
from services.tenders.ocds.record import record_package
from services.tenders.store import releases
from services.tenders.store.releases import Release


def list_releases(tx: Transaction, tender_id: str, base: str) -> list[dict[str, Any]]:
    """The tender's releases, oldest first, each with its address and digest."""
    return [
        {
            "id": each.id,
            "ocid": each.ocid,
            "tag": list(each.tags),
            "date": rfc3339(each.date),
            "sha256": each.sha256,
            "url": urljoin(base, f"/v1/ocds/releases/{each.id}"),
        }
        for each in releases.releases_of(tx, tender_id)
    ]


def find_release(tx: Transaction, release_id: str) -> Release:
    """One release.

    Raises:
        NotFound: there is none with this id.
    """
    found = releases.find(tx, release_id)
    if found is None:
        raise NotFound("release_unknown", release=release_id)
    return found


def show_record(tx: Transaction, ocid: str, *, base: str, publisher: str) -> bytes:
    """The record package of a process; its date is that of the last release, so that it changes only with the data.

    Raises:
        NotFound: nothing was published under this ocid.
    """
    known = releases.releases_of_process(tx, ocid) if ocid.isprintable() else []
    if not known:
        raise NotFound("record_unknown", ocid=ocid)
    uri = urljoin(base, f"/v1/ocds/records/{ocid}")
    return record_package(ocid, [each.body for each in known], uri=uri, publisher=publisher, published=known[-1].date)
