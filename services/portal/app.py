"""Wires the portal: projection in its own database, pages on top."""

from pathlib import Path

from backbone.foundation import assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.portal.api import install_pages
from services.portal.policy import ROUTES, RPCS
from services.portal.subscribers import SUBSCRIPTIONS, TOPICS

ROOM = Path(__file__).parent


def build(settings: Settings) -> Parts:
    """All parts of one process of the portal."""
    base = lay(settings, ROOM)
    web, _ = base.web("Licita portal", ROUTES)
    install_pages(web, base)
    return assemble(base, web, servicers=lambda _server: [], rpc_rules=RPCS, subscriptions=SUBSCRIPTIONS, topics=TOPICS)
