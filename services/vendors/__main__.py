"""Runs the service: `python -m services.vendors serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.vendors.app import build

if __name__ == "__main__":
    main("vendors", build, Path(__file__).parent / "migrations")
