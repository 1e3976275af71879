"""Routes of debarments."""

from typing import Any

from backbone.acts import Call
from services.vendors.api import doors
from services.vendors.api.register import vendor_of
from services.vendors.commands import debar
from services.vendors.domain.debarment import Debarment
from services.vendors.queries import debarments as queries
from services.vendors.schemas.common import Grounds
from services.vendors.schemas.debarments import DebarmentIn, DebarmentOut, DebarmentPage, DebarmentsQuery


@doors.act("POST", "/v1/vendors/<uuid:vendor_id>/debarments", body=DebarmentIn, returns=DebarmentOut, status=201)
def debar_vendor(call: Call, body: dict[str, Any]) -> Any:
    """Puts an authority's decision on the public list."""
    return _shown(call, debar.debar_vendor(call.tx, call.principal, vendor_of(call), **body))


@doors.act(
    "POST",
    "/v1/vendors/<uuid:vendor_id>/debarments/<uuid:debarment_id>/lifting",
    body=Grounds,
    returns=DebarmentOut,
    status=201,
)
def lift_debarment(call: Call, body: dict[str, Any]) -> Any:
    """Ends a debarment before its time; it stays in the public history."""
    debarment_id = str(call.path["debarment_id"])
    return _shown(call, debar.lift_debarment(call.tx, call.principal, vendor_of(call), debarment_id, body["grounds"]))


@doors.ask("/v1/debarments", query=DebarmentsQuery, returns=DebarmentPage)
def list_debarments(call: Call, query: dict[str, Any]) -> Any:
    """The public register of debarments, upcoming and ended ones too, with the version of the list."""
    vendor_id = str(query["vendor"]) if query["vendor"] else None
    listed, following, version = queries.list_debarments(call.tx, vendor_id, query["cursor"])
    return {"items": listed, "next": following, "list_version": version}


def _shown(call: Call, debarment: Debarment) -> dict[str, Any]:
    return {"debarment": debarment, "state": debarment.state(call.tx.now())}
