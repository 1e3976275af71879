"""`python -m services.bids serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.bids.app import build

if __name__ == "__main__":
    main("bids", build, Path(__file__).parent / "migrations")
