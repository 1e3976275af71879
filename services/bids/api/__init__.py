"""REST: routes to commands and queries. Importing this registers all routes on `doors`."""

from services.bids.api import bids, openings
from services.bids.api.doors import doors

__all__ = ["bids", "doors", "openings"]
