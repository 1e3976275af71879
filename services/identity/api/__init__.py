"""REST: routes to commands and queries."""

from flask import current_app

from backbone.acts import Doors
from services.identity.house import House

doors = Doors("identity", __name__, description="People, organisations, duties and sessions")


def house() -> House:
    """The house of the app that answers the present request."""
    found: House = current_app.extensions["house"]
    return found
