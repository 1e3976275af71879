"""The tests' own stack: servers alone, or the whole platform; started once for a run and stopped at its end."""

import os
import shutil
from collections.abc import Iterator

import pytest

from deploy.local.stack import LOCAL, Stack


def own_stack(name: str) -> Stack:
    """A stack of this test run alone, so that runs side by side do not meet."""
    return Stack(LOCAL / f"test-{name}-{os.getpid()}", os.environ.get("BUS", "postgres"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """PostgreSQL, S3 and the bus, without our services."""
    servers = own_stack("servers")
    try:
        servers.start_servers()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(servers.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def platform() -> Iterator[Stack]:
    """Everything, healthy."""
    everything = own_stack("platform")
    try:
        everything.start()
        yield everything
    finally:
        everything.stop()
        shutil.rmtree(everything.folder, ignore_errors=True)
