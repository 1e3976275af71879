"""REST: routes to commands and queries."""

from dataclasses import dataclass

from flask import current_app

from backbone.acts import Doors
from backbone.database import Database
from services.vendors.documents import EvidenceFiles

doors = Doors("vendors", __name__, description="The suppliers' register")


@dataclass(frozen=True)
class House:
    """What views need besides their transaction."""

    database: Database
    files: EvidenceFiles


def house() -> House:
    """The house of the app that answers the present request."""
    found: House = current_app.extensions["house"]
    return found
