"""Wires the audit service: one writer of the log, many readers."""

from pathlib import Path

from backbone.bus import open_subscriber
from backbone.foundation import assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.audit.api import doors
from services.audit.policy import ROUTES, RPCS
from services.audit.rpc import add_servicers
from services.audit.workers import LogWriter, declared_topics

ROOM = Path(__file__).parent
TOPICS = ROOM.parents[1] / "deploy" / "topics.toml"


def build(settings: Settings) -> Parts:
    """All parts of one process of the audit service."""
    base = lay(settings, ROOM)
    web, api = base.web("Licita audit", ROUTES)
    web.extensions["keys"] = base.keys
    api.register_blueprint(doors)
    writer = LogWriter(
        base.database, base.keys, lambda: open_subscriber(settings.bus, "licita-audit", declared_topics(TOPICS))
    )
    return assemble(
        base,
        web,
        servicers=lambda server: add_servicers(server, base.database),
        rpc_rules=RPCS,
        background=[writer.run],
    )
