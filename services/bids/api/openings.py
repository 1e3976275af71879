"""The committee's and the public's door: openings, shares, actas, opened documents."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response
from licita_formats.streams import pieces

from backbone.acts import Call
from services.bids.api.doors import doors
from services.bids.api.house import house
from services.bids.commands import annex
from services.bids.commands.shares import HandedIn
from services.bids.commands.shares import hand_in_shares as hand_in
from services.bids.documents import Vault
from services.bids.queries import openings
from services.bids.schemas.openings import (
    ActaOut,
    AnnexIn,
    AnnexOut,
    HandedInOut,
    LanguageQuery,
    OpeningOut,
    SharesIn,
    StageSharesOut,
)

STAGE = "/v1/tenders/<tender_id>/openings/<envelope>"
NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'"


@doors.ask(STAGE, returns=OpeningOut)
def get_opening(call: Call) -> dict[str, Any]:
    """The public state of an opening."""
    view = openings.opening(call.tx, **call.path)
    return {
        **vars(view),
        "tender": view.tender.id,
        "threshold": view.tender.committee.k,
        "handed_in": view.batches,
        "bids": [{**vars(bid), **vars(result), "documents": _public(result.documents)} for bid, result in view.results],
    }


@doors.ask(f"{STAGE}/shares", returns=StageSharesOut)
def get_shares(call: Call) -> dict[str, Any]:
    """The envelopes whose shares a member opens on the own device."""
    return {"bids": openings.shares_to_open(call.tx, call.principal, **call.path)}


@doors.act("POST", f"{STAGE}/shares", body=SharesIn, returns=HandedInOut, status=201)
def hand_in_shares(call: Call, body: dict[str, Any]) -> HandedIn:
    """Takes a member's shares of all bids of the stage."""
    given = [(each["bid"], each["share"]) for each in body["shares"]]
    return hand_in(call.tx, call.principal, call.path["tender_id"], call.path["envelope"], given)


@doors.ask(f"{STAGE}/acta", returns=ActaOut)
def get_acta(call: Call) -> dict[str, Any]:
    """The signed acta and its annexes."""
    return openings.acta(call.tx, **call.path)


@doors.ask(f"{STAGE}/acta.html", query=LanguageQuery, returns=ActaOut)
def get_acta_page(call: Call, query: dict[str, Any]) -> Response:
    """The acta as a page, byte for byte as it was made at the opening."""
    page = openings.acta(call.tx, **call.path)["pages"][query["lang"]]
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = query["lang"]
    response.headers["Content-Security-Policy"] = NO_SCRIPTS
    return response


@doors.act("POST", f"{STAGE}/acta/annexes", body=AnnexIn, returns=AnnexOut, status=201)
def add_annex(call: Call, body: dict[str, Any]) -> dict[str, str]:
    """Adds a signed annex to an acta."""
    return {"annex": annex.add_annex(call.tx, house(), call.principal, **call.path, **body)}


@doors.ask(f"{STAGE}/bids/<bid_id>/documents/<name>", returns=ActaOut)
def get_opened_document(call: Call) -> Response:
    """A document of an opened envelope, always as a download."""
    path = call.path
    found = openings.opened_document(
        call.tx, call.principal, path["tender_id"], path["envelope"], path["bid_id"], path["name"]
    )
    response = Response(_stream(house().vault, found["key"]), content_type="application/octet-stream")
    response.content_length = found["size"]
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(found["sha256"])
    return response


def _public(documents: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Manifest entries without where they lie in the store."""
    return [{name: value for name, value in each.items() if name != "key"} for each in documents]


def _stream(vault: Vault, key: str) -> Iterator[bytes]:
    with vault.opened(key) as source:
        yield from pieces(source)
