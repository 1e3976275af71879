"""Runs the service: `python -m services.identity serve|api|rpc|relay|consume|migrate`."""

from pathlib import Path

from backbone.service import main
from services.identity.app import build, make_first_administrator

if __name__ == "__main__":
    main("identity", build, Path(__file__).parent / "migrations", after_migrate=make_first_administrator)
