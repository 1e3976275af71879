"""Routes from submission to publication, and cancellation."""

from typing import Any

from backbone.acts import Call
from services.tenders.api import doors, house, tender_of
from services.tenders.api.drafts import shown
from services.tenders.commands import approve, draft
from services.tenders.commands import cancel as cancellation
from services.tenders.schemas.preparation import ApprovalIn
from services.tenders.schemas.shapes import Grounds
from services.tenders.schemas.tender import TENDER_OUT

TENDER = "/v1/tenders/<uuid:tender_id>"


@doors.act("POST", f"{TENDER}/submission", returns=TENDER_OUT)
def submit_tender(call: Call) -> Any:
    """Hands the draft to an approver; `draftSha256` is what there is to approve."""
    submitted, _ = draft.submit_tender(call.tx, call.principal, tender_of(call), house().own.policies)
    return shown(call, submitted)


@doors.act("POST", f"{TENDER}/approval", body=ApprovalIn, returns=TENDER_OUT)
def approve_tender(call: Call, body: dict[str, Any]) -> Any:
    """Approves the very draft that the digest names; never possible for who had a hand in it."""
    return shown(call, approve.approve_tender(call.tx, call.principal, tender_of(call), body["draft_sha256"]))


@doors.act("POST", f"{TENDER}/return", body=Grounds, returns=TENDER_OUT)
def return_tender(call: Call, body: dict[str, Any]) -> Any:
    """Gives the draft back to its drafter, with grounds."""
    return shown(call, approve.return_tender(call.tx, call.principal, tender_of(call), body["grounds"]))


@doors.act("POST", f"{TENDER}/publication", body=ApprovalIn, returns=TENDER_OUT)
def publish_tender(call: Call, body: dict[str, Any]) -> Any:
    """Publishes what was approved, if its periods still obey the policy and every committee key is proven."""
    published = approve.publish_tender(
        call.tx, call.principal, tender_of(call), body["draft_sha256"], house().public_url
    )
    return shown(call, published)


@doors.act("POST", f"{TENDER}/cancellation", body=Grounds, returns=TENDER_OUT)
def cancel_tender(call: Call, body: dict[str, Any]) -> Any:
    """Ends the procedure without an award."""
    return shown(call, cancellation.cancel_tender(call.tx, call.principal, tender_of(call), body["grounds"]))
