"""REST: routes to commands and queries."""

from flask import current_app

from backbone.acts import Call, Doors
from services.tenders.house import House

doors = Doors("tenders", __name__, description="Tenders: notices, questions, corrigenda, evaluation, award, contracts")


def house() -> House:
    """The house of the app that answers the present request."""
    found: House = current_app.extensions["house"]
    return found


def tender_of(call: Call) -> str:
    """The tender that the address names."""
    return str(call.path["tender_id"])
