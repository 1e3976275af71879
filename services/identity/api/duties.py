"""Routes of duties in a tender."""

from typing import Any

from backbone.acts import Call
from services.identity.api import doors
from services.identity.commands import duties
from services.identity.queries import duties as queries
from services.identity.schemas.duties import DutyIn, DutyOut, DutyPage


@doors.act("POST", "/v1/tenders/<uuid:tender_id>/duties", body=DutyIn, returns=DutyOut, status=201)
def assign_duty(call: Call, body: dict[str, Any]) -> Any:
    """Appoints a member of the buyer to a duty."""
    person, duty = str(body["person"]), body["duty"]
    return duties.assign_duty(call.tx, call.principal, _tender(call), person=person, duty=duty)


@doors.ask("/v1/tenders/<uuid:tender_id>/duties", returns=DutyPage)
def list_duties(call: Call) -> Any:
    """Who does what, for the buyer's staff and auditors."""
    return {"items": queries.list_duties(call.tx, call.principal, _tender(call)), "next": None}


@doors.act("DELETE", "/v1/tenders/<uuid:tender_id>/duties/<uuid:person_id>/<string:duty>", returns=DutyOut)
def revoke_duty(call: Call) -> Any:
    """Ends an appointment."""
    person, duty = str(call.path["person_id"]), call.path["duty"]
    return duties.revoke_duty(call.tx, call.principal, _tender(call), person=person, duty=duty)


def _tender(call: Call) -> str:
    return str(call.path["tender_id"])
