"""Routes of drafts and of tenders as everybody sees them."""

from typing import Any

from flask import after_this_request, request
from werkzeug import Response
from werkzeug.http import parse_etags

from backbone.acts import Call
from backbone.errors import Conflict, Invalid
from backbone.principal import Principal
from services.tenders.api import doors, house, tender_of
from services.tenders.commands import draft
from services.tenders.domain.tender import Tender
from services.tenders.queries import tenders as queries
from services.tenders.schemas.content import ContentIn, ContentPatch
from services.tenders.schemas.tender import TENDER_OUT, TENDER_PAGE, TendersQuery


def buyer_name(principal: Principal, _body: dict[str, Any]) -> str:
    """The buyer's name, asked of identity before the transaction begins.

    Raises:
        Conflict: identity does not know the organisation.
        Unavailable: identity does not answer.
    """
    name = house().clients.organisations([principal.organisation]).get(principal.organisation, "")
    if principal.organisation_kind != "buyer" or not name:
        raise Conflict("organisation_is_no_buyer")
    return name


@doors.act("POST", "/v1/tenders", body=ContentIn, returns=TENDER_OUT, status=201, before=buyer_name)
def draft_tender(call: Call, body: dict[str, Any]) -> Any:
    """Makes a draft; the caller is its drafter and can never be its approver."""
    own = house().own
    made = draft.draft_tender(
        call.tx,
        call.principal,
        body,
        buyer_name=call.prepared,
        policies=own.policies,
        ocid_prefix=own.ocid_prefix,
    )
    return shown(call, made)


@doors.act("PATCH", "/v1/tenders/<uuid:tender_id>", body=ContentPatch, returns=TENDER_OUT)
def edit_tender(call: Call, body: dict[str, Any]) -> Any:
    """Changes a draft. `If-Match` names the version that the change was made on."""
    edited = draft.edit_tender(call.tx, call.principal, tender_of(call), _matched_version(), body, house().own.policies)
    return shown(call, edited)


@doors.ask("/v1/tenders", query=TendersQuery, returns=TENDER_PAGE)
def list_tenders(call: Call, query: dict[str, Any]) -> Any:
    """Published tenders, oldest first; `mine` gives a buyer's staff their own, drafts too."""
    items, following = queries.list_tenders(
        call.tx, call.principal, stage=query["stage"], words=query["q"], mine=query["mine"], cursor=query["cursor"]
    )
    return {"items": items, "next": following}


@doors.ask("/v1/tenders/<uuid:tender_id>", returns=TENDER_OUT)
def show_tender(call: Call) -> Any:
    """One tender: for everybody once it is published. The answer's ETag is the version that If-Match wants."""
    return _tagged(queries.show_tender(call.tx, call.principal, tender_of(call), house().public_url))


def shown(call: Call, tender: Tender) -> dict[str, Any]:
    """The answer of an act on a tender."""
    return _tagged(queries.describe(call.tx, call.principal, tender, house().public_url))


def _tagged(told: dict[str, Any]) -> dict[str, Any]:
    def tag(response: Response) -> Response:
        if response.status_code < 300:  # noqa: PLR2004 - a success
            response.set_etag(str(told["version"]))
        return response

    after_this_request(tag)
    return told


def _matched_version() -> int:
    """The version in `If-Match`.

    Raises:
        Invalid: the header is missing or names no version.
    """
    tags = list(parse_etags(request.headers.get("If-Match", "")))
    if len(tags) != 1 or not tags[0].isascii() or not tags[0].isdecimal() or len(tags[0]) > 9:  # noqa: PLR2004 - digits
        raise Invalid("version_missing")
    return int(tags[0])
