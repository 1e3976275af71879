"""Routes of the opening committee."""

from typing import Any

from licita_formats.encoding import to_base64

from backbone.acts import Call
from backbone.principal import Principal
from services.tenders.api import doors, house, tender_of
from services.tenders.commands import committee
from services.tenders.queries.preparation import committee_json
from services.tenders.queries.preparation import show_committee as show
from services.tenders.schemas.preparation import CANARY_OUT, COMMITTEE_OUT, CanaryIn, CommitteeIn, KeyIn

COMMITTEE = "/v1/tenders/<uuid:tender_id>/committee"
DUTY = "committee_member"


def on_duty(_principal: Principal, _body: dict[str, Any], tender_id: Any) -> frozenset[str]:
    """Who holds the duty in this tender, asked of identity before the transaction begins."""
    return house().clients.holders(str(tender_id), DUTY)


@doors.act("PUT", COMMITTEE, body=CommitteeIn, returns=COMMITTEE_OUT, before=on_duty)
def appoint_committee(call: Call, body: dict[str, Any]) -> Any:
    """Appoints the opening committee of a draft, from persons who hold the duty."""
    people = [str(member) for member in body["members"]]
    appointed = committee.appoint_committee(
        call.tx, call.principal, tender_of(call), body["threshold"], people, call.prepared
    )
    return committee_json(appointed)


@doors.ask(COMMITTEE, returns=COMMITTEE_OUT)
def show_committee(call: Call) -> Any:
    """The committee, its keys and its fingerprint; for everybody once the tender is published."""
    return show(call.tx, call.principal, tender_of(call))


@doors.act("POST", f"{COMMITTEE}/keys", body=KeyIn, returns=CANARY_OUT, status=201)
def register_committee_key(call: Call, body: dict[str, Any]) -> Any:
    """Keeps the member's public key; answers a canary that only its holder can open."""
    sealed = committee.register_key(call.tx, call.principal, tender_of(call), body["recipient"])
    return {"canary": to_base64(sealed)}


@doors.act("POST", f"{COMMITTEE}/canary", body=CanaryIn, returns=COMMITTEE_OUT)
def open_committee_canary(call: Call, body: dict[str, Any]) -> Any:
    """The member tells what was inside: the key works."""
    secret = bytes.fromhex(body["secret"])
    return committee_json(committee.open_canary(call.tx, call.principal, tender_of(call), secret))
