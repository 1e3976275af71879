"""Composition root: settings to the parts that run."""

from functools import partial
from pathlib import Path

from backbone.foundation import assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.vendors.api import House, debarments, doors, evidence, register
from services.vendors.documents import EvidenceFiles
from services.vendors.policy import ROUTES, RPCS
from services.vendors.rpc import add_servicers
from services.vendors.subscribers import SUBSCRIPTIONS, TOPICS

ROOM = Path(__file__).parent
VIEWS = (register, evidence, debarments)  # importing them puts their routes on the doors


def build(settings: Settings) -> Parts:
    """The register, wired for one process."""
    base = lay(settings, ROOM)
    web, api = base.web("Licita: suppliers' register", ROUTES)
    web.extensions["house"] = House(base.database, EvidenceFiles(base.objects, settings.buckets["evidence"]))
    api.register_blueprint(doors)
    return assemble(
        base,
        web,
        servicers=partial(add_servicers, base.database),
        rpc_rules=RPCS,
        subscriptions=SUBSCRIPTIONS,
        topics=TOPICS,
    )
