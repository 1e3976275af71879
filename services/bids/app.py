"""Wires bids: database, store, the clients of vendors and identity, doors, background loops."""

from pathlib import Path

from backbone.foundation import assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.bids.api import doors
from services.bids.api.house import EXTENSION
from services.bids.clients import People, Vendors
from services.bids.documents import Vault
from services.bids.house import House
from services.bids.policy import ROUTES, RPCS
from services.bids.rpc import servicers
from services.bids.settings import read_bids_settings
from services.bids.subscribers import SUBSCRIPTIONS, TOPICS
from services.bids.workers import loops

ROOM = Path(__file__).parent


def build(settings: Settings) -> Parts:
    """All parts of one process of bids."""
    base = lay(settings, ROOM)
    house = House(
        vault=Vault(base.objects, settings.buckets["sealed"], settings.buckets["opened"]),
        vendors=Vendors(base.channel("vendors")),
        people=People(base.channel("identity")),
        signer=base.keys.signer,
        settings=read_bids_settings(),
    )
    web, api = base.web("Licita bids", ROUTES)
    web.extensions[EXTENSION] = house
    api.register_blueprint(doors)
    return assemble(
        base,
        web,
        servicers=servicers(base.database),
        rpc_rules=RPCS,
        subscriptions=SUBSCRIPTIONS,
        topics=TOPICS,
        background=loops(base.database, house),
    )
