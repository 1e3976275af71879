"""What commands need besides their transaction. One is made by app.py and handed down."""

from dataclasses import dataclass

from licita_formats.notes import Signer

from backbone.database import Database
from backbone.objects import ObjectStore
from services.tenders.clients import Clients
from services.tenders.settings import TendersSettings


@dataclass(frozen=True)
class House:
    """The parts of this service's process. `bucket` is where documents lie; `signer` signs in the service's name.

    `asker_key` is 32 secret bytes under which questions' askers are hashed.
    """

    database: Database
    objects: ObjectStore
    bucket: str
    clients: Clients
    signer: Signer
    own: TendersSettings
    public_url: str
    asker_key: bytes
