"""The bidder's door: terms, uploads, bids, receipts.

Refusals of these acts are recorded by `commands.refuse` and told to the bidder in the problem document; the usual
event of a refusal would say before the opening who bids for what.
"""

from collections.abc import Mapping
from typing import Any

from flask import request

from backbone.acts import Call
from backbone.errors import LicitaError, NotFound
from backbone.events import Event
from backbone.principal import Principal
from services.bids.api.doors import doors
from services.bids.api.house import database, house
from services.bids.commands.refuse import record_refusal
from services.bids.commands.submit import Prepared, Received, Sealing, prepare, receive
from services.bids.commands.upload import Promise
from services.bids.commands.upload import request_upload as promise_upload
from services.bids.commands.withdraw import withdraw_bid as withdraw
from services.bids.domain.bid import Act
from services.bids.queries import own_bids
from services.bids.queries import terms as asked_terms
from services.bids.schemas.bids import (
    BidIn,
    OwnBidsOut,
    OwnBidsQuery,
    ReceiptsOut,
    ReceivedOut,
    TermsOut,
    UploadIn,
    UploadOut,
    WithdrawalIn,
)


def _refused(call: Call, error: LicitaError) -> Event | None:
    """Keeps the refusal as a record and puts it into the answer; there is no event beside the record's own."""
    sent = request.get_json(silent=True)
    lot = sent.get("lot", "") if isinstance(sent, dict) else ""
    facts = {"tender": call.path.get("tender_id", ""), "bid": call.path.get("bid_id", ""), "lot": lot}
    try:
        with database().begin() as tx:
            told = record_refusal(tx, house(), error, bidder=call.principal.organisation, **facts)
    except NotFound:
        return None
    error.extra = {**error.extra, **told}
    return None


def _sealing(body: Mapping[str, Any]) -> Sealing:
    return Sealing(body["lot"], [(each["upload"], each["envelope"]) for each in body["envelopes"]], body["blind"])


def _prepare_new(principal: Principal, body: Mapping[str, Any], tender_id: str) -> Prepared:
    return prepare(database(), house(), principal, tender_id, _sealing(body), Act.SEAL)


def _prepare_replacement(principal: Principal, body: Mapping[str, Any], bid_id: str) -> Prepared:
    return prepare(database(), house(), principal, bid_id, _sealing(body), Act.REPLACE)


@doors.ask("/v1/tenders/<tender_id>/terms", returns=TermsOut)
def terms(call: Call) -> dict[str, Any]:
    """What a bid answers, and the server's time."""
    return asked_terms.terms(call.tx, call.path["tender_id"])


@doors.act("POST", "/v1/tenders/<tender_id>/uploads", body=UploadIn, returns=UploadOut, status=201, refusal=_refused)
def request_upload(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A presigned place for one ciphertext."""
    promise: Promise = promise_upload(call.tx, house(), call.principal, call.path["tender_id"], **body)
    presigned = {"url": promise.presigned.url, "headers": promise.presigned.headers}
    return {"upload": promise.upload, "expires_at": promise.expires_at, **presigned}


@doors.act(
    "POST",
    "/v1/tenders/<tender_id>/bids",
    body=BidIn,
    returns=ReceivedOut,
    status=201,
    before=_prepare_new,
    refusal=_refused,
)
def submit_bid(call: Call, body: dict[str, Any]) -> Received:
    """Receives a sealed bid; answers with the signed receipt."""
    target = call.path["tender_id"]
    return receive(call.tx, house(), call.principal, target, _sealing(body), call.prepared, Act.SEAL)


@doors.act(
    "POST",
    "/v1/bids/<bid_id>/replacement",
    body=BidIn,
    returns=ReceivedOut,
    status=201,
    before=_prepare_replacement,
    refusal=_refused,
)
def replace_bid(call: Call, body: dict[str, Any]) -> Received:
    """Receives a new version of the bidder's own bid."""
    target = call.path["bid_id"]
    return receive(call.tx, house(), call.principal, target, _sealing(body), call.prepared, Act.REPLACE)


@doors.act("POST", "/v1/bids/<bid_id>/withdrawal", body=WithdrawalIn, returns=ReceivedOut, refusal=_refused)
def withdraw_bid(call: Call, body: dict[str, Any]) -> Received:
    """Withdraws the bidder's own bid."""
    return withdraw(call.tx, house(), call.principal, call.path["bid_id"], **body)


@doors.ask("/v1/bids", query=OwnBidsQuery, returns=OwnBidsOut)
def list_own_bids(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """The caller's own bids."""
    return {"items": own_bids.own_bids(call.tx, call.principal, query["tender"])}


@doors.ask("/v1/bids/<bid_id>/receipts", returns=ReceiptsOut)
def list_own_receipts(call: Call) -> dict[str, Any]:
    """All receipts of the caller's own bid."""
    return {"items": own_bids.own_receipts(call.tx, call.principal, call.path["bid_id"])}
