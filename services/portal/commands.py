"""What others' events change on the pages."""

from typing import Any

from backbone.clock import parse_rfc3339
from backbone.database import Transaction
from backbone.events import Received
from services.portal import store
from services.portal.domain import state_after


def show_notice(tx: Transaction, event: Received) -> None:
    """A published or amended notice becomes the one that is shown."""
    notice: dict[str, Any] = event.data["notice"]
    store.save_notice(tx, notice, parse_rfc3339(notice["published_at"]), parse_rfc3339(notice["tender_period_end"]))
    show_happening(tx, event)


def show_happening(tx: Transaction, event: Received) -> None:
    """A fact about a tender enters its history and may move it to another stage."""
    kind = event.type.rpartition(".")[2]
    tender = event.data["notice"]["tender"] if "notice" in event.data else event.data["tender"]
    store.remember(tx, event.id, tender, kind, event.time, event.data)
    state = state_after(kind, event.data)
    if state is not None:
        store.move(tx, tender, state, event.time)


def show_vendor(tx: Transaction, event: Received) -> None:
    """A supplier's public name."""
    vendor = event.data["vendor"]
    store.save_vendor(tx, vendor["id"], vendor["legal_name"], vendor["scheme"], vendor["identifier"])
