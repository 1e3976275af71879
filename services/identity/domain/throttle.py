"""How long an account waits after wrong passwords or codes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
MOST_DOUBLINGS = 10  # enough to reach the longest delay, and keeps the power small


@dataclass(frozen=True)
class Attempts:
    """Failures in a row, and when the last of them was."""

    failures: int
    last_at: datetime

    def locked_until(self) -> datetime:
        """Before this instant nothing is tried: not at all up to the fifth failure, then 30 s, doubling to 15 min."""
        return self.last_at + delay(self.failures)

    def another(self, at: datetime) -> "Attempts":
        """With one more attempt, counted as failed until it succeeds; a day without any clears the count."""
        stale = at - self.last_at >= FORGOTTEN_AFTER
        return Attempts(1 if stale else self.failures + 1, at)


def delay(failures: int) -> timedelta:
    """The wait after this many failures in a row."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, MOST_DOUBLINGS)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
