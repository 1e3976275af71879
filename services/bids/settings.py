"""What bids reads from its environment beside what every service does."""

from dataclasses import dataclass
from datetime import timedelta

from environs import Env


@dataclass(frozen=True)
class BidsSettings:
    """`upload_lifetime`: how long a presigned upload stays good; after it an unused one is swept away.

    `sweep_every` and `combine_every` pace the background loops.
    """

    upload_lifetime: timedelta = timedelta(hours=6)
    sweep_every: timedelta = timedelta(seconds=60)
    combine_every: timedelta = timedelta(milliseconds=300)


def read_bids_settings(env: Env | None = None) -> BidsSettings:
    """Reads BIDS_UPLOAD_SECONDS and BIDS_SWEEP_SECONDS, both optional.

    Raises:
        environs.EnvValidationError: names every variable that is malformed.
    """
    source = env or Env(eager=False)
    usual = BidsSettings()
    upload = source.int("BIDS_UPLOAD_SECONDS", int(usual.upload_lifetime.total_seconds()))
    sweep = source.int("BIDS_SWEEP_SECONDS", int(usual.sweep_every.total_seconds()))
    source.seal()
    return BidsSettings(timedelta(seconds=upload), timedelta(seconds=sweep))
