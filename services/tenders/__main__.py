"""`python -m services.tenders serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.tenders.app import build

if __name__ == "__main__":
    main("tenders", build, Path(__file__).parent / "migrations")
