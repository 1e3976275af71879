"""What time alone does to a tender: awards become active when their standstill is over.

A command that needs an active award confirms it itself if the time has come; this loop only sees to it that nobody has
to ask first. Several processes may run it: the tender's row lock lets one of them act.
"""

import threading
from collections.abc import Callable

import structlog

from backbone.errors import LicitaError, Unavailable
from services.tenders.commands.award import confirm_award
from services.tenders.house import House
from services.tenders.store import awards, openings

EVERY_SECONDS = 0.5
log = structlog.get_logger(__name__)


def confirm_due(house: House) -> int:
    """Confirms every award whose standstill is over; returns how many.

    Raises:
        Unavailable: a server that is needed does not answer; what was confirmed stays so.
    """
    with house.database.read() as tx:
        due = awards.due(tx, tx.now())
    return sum(_confirm(house, tender) for tender in due)


def _confirm(house: House, tender: str) -> bool:
    with house.database.read() as tx:
        bidders = openings.bidders(tx, tender)
    names = house.clients.vendors(bidders)
    try:
        with house.database.begin() as tx:
            confirm_award(tx, tender, names, house.public_url)
    except Unavailable:
        raise
    except LicitaError as error:  # somebody acted in between: the next round sees the new state
        log.info("award_not_confirmed", tender=tender, code=error.code)
        return False
    return True


def standstill_loop(house: House) -> Callable[[threading.Event], None]:
    """The loop for `Parts.background`."""

    def run(stop: threading.Event) -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                confirm_due(house)
            except Unavailable as error:
                log.warning("timekeeper_waits", code=error.code)

    return run
