"""`python -m services.audit serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.audit.app import build

if __name__ == "__main__":
    main("audit", build, Path(__file__).parent / "migrations")
