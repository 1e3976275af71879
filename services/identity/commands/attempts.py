"""Counting attempts on an account. Each is counted before it is checked, so that many at once gain nothing."""

import math

from backbone.database import Transaction
from backbone.errors import TooManyRequests
from services.identity.store import people


def begin_attempt(tx: Transaction, email: str) -> None:
    """Counts one attempt on this e-mail address, whether it has an account or not; commit before checking it.

    Raises:
        TooManyRequests: after too many failures the account waits; nothing is checked meanwhile.
    """
    now = tx.now()
    so_far = people.hold_attempts(tx, email, now)
    wait = (so_far.locked_until() - now).total_seconds()
    if wait > 0:
        raise TooManyRequests("account_waits", seconds=math.ceil(wait))
    people.keep_attempts(tx, email, so_far.another(now))
