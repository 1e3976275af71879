"""What runs in the background: opening stages whose quorum is there, and housekeeping."""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from backbone.database import Database
from backbone.errors import Unavailable
from backbone.service import Background
from services.bids.commands.combine import open_due_stages
from services.bids.commands.sweep import extend_locks, sweep_uploads
from services.bids.house import House

RETRY = timedelta(seconds=2)
log = structlog.get_logger(__name__)
Work = Callable[[Database, House], int]


def loops(database: Database, house: House) -> list[Background]:
    """The background loops of this service."""
    every = house.settings
    return [
        _loop(database, house, every.combine_every, open_due_stages),
        _loop(database, house, every.sweep_every, sweep_uploads, extend_locks),
    ]


def _loop(database: Database, house: House, pause: timedelta, *work: Work) -> Background:
    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            waited = pause
            for each in work:
                waited = max(waited, _once(each, database, house))
            stop.wait(waited.total_seconds())

    return run


def _once(work: Work, database: Database, house: House) -> timedelta:
    """Does it once; how long to wait at least before the next time. A bug is told and does not end the loop."""
    try:
        done = work(database, house)
    except Unavailable as error:
        log.warning("background_waits", work=work.__name__, error=str(error))
        return RETRY
    except Exception:
        log.exception("background_failed", work=work.__name__)
        return RETRY
    if done:
        log.info("background_done", work=work.__name__, count=done)
    return timedelta(0)
