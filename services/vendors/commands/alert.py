"""Alerting those who follow a category."""

from backbone.database import Transaction
from services.vendors import events
from services.vendors.domain.alert import Tender
from services.vendors.store import alerts


def alert_followers(tx: Transaction, tender: Tender) -> list[str]:
    """Queues one alert per follower and version of the notice; returns who got one."""
    interested = alerts.followers(tx, tender.keys())
    alerted = alerts.queue(tx, tender, interested, tx.now())
    for vendor in alerted:
        tx.emit(events.tender_alert_queued(vendor, tender.id))
    return alerted
