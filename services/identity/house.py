"""What commands need besides their transaction. One is made by app.py and handed down."""

from dataclasses import dataclass

from backbone.database import Database
from services.identity.credentials import Credentials


@dataclass(frozen=True)
class House:
    """The parts of this service's process."""

    database: Database
    credentials: Credentials
