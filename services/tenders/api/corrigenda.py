"""Routes of corrigenda."""

from typing import Any

from backbone.acts import Call
from services.tenders.api import doors, house, tender_of
from services.tenders.commands import corrigendum
from services.tenders.domain.corrigendum import Corrigendum
from services.tenders.queries.preparation import corrigendum_json
from services.tenders.queries.preparation import list_corrigenda as list_all
from services.tenders.schemas.preparation import CORRIGENDUM_OUT, CORRIGENDUM_PAGE, CorrigendumIn
from services.tenders.store.tenders import load_tender

CORRIGENDA = "/v1/tenders/<uuid:tender_id>/corrigenda"


@doors.act("POST", CORRIGENDA, body=CorrigendumIn, returns=CORRIGENDUM_OUT, status=201)
def propose_corrigendum(call: Call, body: dict[str, Any]) -> Any:
    """Proposes a change of the published notice; another person approves it."""
    fields = dict(body["changes"])
    chosen = [str(document) for document in fields.pop("documents")]
    proposed = corrigendum.propose_corrigendum(
        call.tx,
        call.principal,
        tender_of(call),
        reason_code=body["reason_code"],
        rationale=body["rationale"],
        fields=fields,
        chosen=chosen,
    )
    return _shown(call, proposed)


@doors.act("POST", f"{CORRIGENDA}/<int(max=99999):number>/approval", returns=CORRIGENDUM_OUT, status=201)
def approve_corrigendum(call: Call) -> Any:
    """Publishes the change as the next version of the notice."""
    approved = corrigendum.approve_corrigendum(
        call.tx, call.principal, tender_of(call), call.path["number"], house().public_url
    )
    return _shown(call, approved)


@doors.ask(CORRIGENDA, returns=CORRIGENDUM_PAGE)
def list_corrigenda(call: Call) -> Any:
    """Corrigenda with what each changed; proposals for the buyer's staff alone."""
    return {"items": list_all(call.tx, call.principal, tender_of(call)), "next": None}


def _shown(call: Call, each: Corrigendum) -> dict[str, Any]:
    return corrigendum_json(each, load_tender(call.tx, tender_of(call)).notice_version)
