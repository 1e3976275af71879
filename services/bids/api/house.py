"""How a view reaches what the service stands on."""

from flask import current_app

from backbone.database import Database
from services.bids.house import House

EXTENSION = "house"


def house() -> House:
    """The service's house."""
    found: House = current_app.extensions[EXTENSION]
    return found


def database() -> Database:
    """The service's database, for work before and after the transaction of a view."""
    found: Database = current_app.extensions["licita"].database
    return found
