"""`python -m services.portal serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.portal.app import build

if __name__ == "__main__":
    main("portal", build, Path(__file__).parent / "migrations")
