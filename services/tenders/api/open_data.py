"""Routes of procedure policies and of OCDS data, all public."""

from typing import Any

from flask import Response

from backbone.acts import Call
from services.tenders.api import doors, house, tender_of
from services.tenders.queries import ocds
from services.tenders.queries.preparation import list_policies as list_all
from services.tenders.queries.preparation import policy_json
from services.tenders.schemas.preparation import POLICY_PAGE, RELEASE_PAGE
from services.tenders.schemas.shapes import FileContent


@doors.ask("/v1/policies", returns=POLICY_PAGE)
def list_policies(call: Call) -> Any:
    """Every procedure policy with its date and the articles that it cites."""
    return {"items": list_all(house().own.policies, call.tx.now()), "next": None}


@doors.ask("/v1/policies/<policy_id>", returns=POLICY_PAGE)
def show_policy(call: Call) -> Any:
    """All versions of one policy, oldest first."""
    book = house().own.policies
    found = book.versions(call.path["policy_id"])
    return {"items": [policy_json(each, book, call.tx.now()) for each in found], "next": None}


@doors.ask("/v1/tenders/<uuid:tender_id>/ocds/releases", returns=RELEASE_PAGE)
def list_releases(call: Call) -> Any:
    """The tender's OCDS releases, oldest first; none before publication."""
    return {"items": ocds.list_releases(call.tx, tender_of(call), house().public_url), "next": None}


@doors.ask("/v1/ocds/releases/<uuid:release_id>", returns=FileContent)
def show_release(call: Call) -> Any:
    """One release, byte for byte as it was published; the ETag is its SHA-256."""
    release = ocds.find_release(call.tx, str(call.path["release_id"]))
    answer = Response(release.body, content_type="application/json")
    answer.set_etag(release.sha256)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@doors.ask("/v1/ocds/records/<ocid>", returns=FileContent)
def show_record(call: Call) -> Any:
    """The record package of a contracting process: all its releases, and what they compile to."""
    body = ocds.show_record(call.tx, call.path["ocid"], base=house().public_url, publisher=house().own.publisher)
    return Response(body, content_type="application/json")
