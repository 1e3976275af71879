"""Records and packages: a process's releases, and what they compile to by the standard's merging rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ocdsmerge import Merger

from backbone.clock import rfc3339
from services.tenders.ocds.numbers import dumps, embed, loads
from services.tenders.ocds.release import EXTENSIONS

OMIT, WHOLE = "omitWhenMerged", "wholeListMerge"
# The merging rules of the fields that we write, stated here because the library would fetch the schema otherwise.
# Lists of objects with an id merge by that id; these are the exceptions.
MERGE_RULES: Mapping[tuple[str, ...], str] = {
    ("id",): OMIT,
    ("date",): OMIT,
    ("tag",): OMIT,
    ("parties", "roles"): WHOLE,
    ("parties", "additionalIdentifiers"): WHOLE,
    ("tender", "submissionMethod"): WHOLE,
    ("tender", "additionalProcurementCategories"): WHOLE,
    ("tender", "items", "additionalClassifications"): WHOLE,
    ("awards", "items", "additionalClassifications"): WHOLE,
    ("awards", "relatedLots"): WHOLE,
    ("awards", "relatedBids"): WHOLE,
    ("contracts", "items", "additionalClassifications"): WHOLE,
}
_MERGER = Merger(merge_rules=dict(MERGE_RULES))


def compiled(bodies: Sequence[bytes]) -> dict[str, Any]:
    """The compiled release of a process."""
    merged: dict[str, Any] = _MERGER.create_compiled_release([loads(body) for body in bodies])
    return merged


def release_package(bodies: Sequence[bytes], *, uri: str, publisher: str, published: datetime) -> bytes:
    """A package of releases, each byte for byte as it was published."""
    return dumps(_package(uri, publisher, published) | {"releases": [embed(body) for body in bodies]})


def record_package(ocid: str, bodies: Sequence[bytes], *, uri: str, publisher: str, published: datetime) -> bytes:
    """A package of one record: all releases and the compiled one."""
    record = {"ocid": ocid, "releases": [embed(body) for body in bodies], "compiledRelease": compiled(bodies)}
    return dumps(_package(uri, publisher, published) | {"records": [record]})


def _package(uri: str, publisher: str, published: datetime) -> dict[str, Any]:
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": list(EXTENSIONS),
        "publishedDate": rfc3339(published),
        "publisher": {"name": publisher},
    }
