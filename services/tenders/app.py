"""Composition root: settings to the parts that run."""

from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backbone.foundation import Foundation, assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.tenders.api import (
    award,
    committee,
    corrigenda,
    doors,
    drafts,
    evaluation,
    files,
    open_data,
    publication,
    questions,
)
from services.tenders.clients import RemoteClients
from services.tenders.house import House
from services.tenders.policy import ROUTES, RPCS
from services.tenders.rpc import add_servicers
from services.tenders.settings import read_tenders_settings
from services.tenders.subscribers import SUBSCRIPTIONS, TOPICS
from services.tenders.timekeeper import standstill_loop

ROOM = Path(__file__).parent
# Importing them puts their routes on the doors.
VIEWS = (drafts, files, committee, publication, questions, corrigenda, open_data, evaluation, award)
ASKER_KEY = b"licita/tenders/asker-key"
KEY_BYTES = 32


def build(settings: Settings) -> Parts:
    """The service, wired for one process.

    Raises:
        ValueError: a procedure policy is malformed.
    """
    base = lay(settings, ROOM)
    web, api = base.web("Licita: tenders", ROUTES)
    house = furnish(base)
    web.extensions["house"] = house
    api.register_blueprint(doors)
    return assemble(
        base,
        web,
        servicers=partial(add_servicers, base.database, settings.public_url),
        rpc_rules=RPCS,
        subscriptions=SUBSCRIPTIONS,
        topics=TOPICS,
        background=[standstill_loop(house)],
    )


def furnish(base: Foundation) -> House:
    """The house of this service."""
    return House(
        database=base.database,
        objects=base.objects,
        bucket=base.settings.buckets["documents"],
        clients=RemoteClients(base.channel("identity"), base.channel("vendors")),
        signer=base.keys.signer,
        own=read_tenders_settings(),
        public_url=base.settings.public_url,
        # Derived, not stored: who has the database alone cannot try out which supplier asked.
        asker_key=HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=ASKER_KEY).derive(
            base.keys.private_key.private_bytes_raw()
        ),
    )
