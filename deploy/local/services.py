"""Our own services: migrated side by side, started side by side, waited for until each is ready."""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from backbone.settings import SERVICES
from deploy.local.environment import CHECKOUT
from deploy.local.processes import ManagedProcess, StackError, spawn, tail, wait_until

MIGRATE_SECONDS = 60
READY_SECONDS = 60


class Services:
    """The processes of all services, by name."""

    def __init__(self, logs: Path, environments: Mapping[str, Mapping[str, str]]) -> None:
        self._logs = logs
        self._environments = environments
        self.processes: dict[str, ManagedProcess] = {}

    def migrate(self) -> None:
        """Brings every database to its newest revision.

        Raises:
            StackError: one failed.
        """
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(self._migrate, SERVICES))

    def start(self, *names: str) -> None:
        """Starts these services, all by default; returns when they are ready.

        Raises:
            StackError: one did not come up.
        """
        for name in names or SERVICES:
            self.processes[name] = self._spawn(name, "serve", name)
        for name in names or SERVICES:
            self._await(name)

    def stop(self, *names: str) -> None:
        """Ends these services, all by default, side by side; twice is harmless."""
        chosen = [self.processes[name] for name in names or SERVICES if name in self.processes]
        with ThreadPoolExecutor(max(1, len(chosen))) as pool:
            list(pool.map(ManagedProcess.stop, chosen))

    def is_ready(self, name: str) -> bool:
        """Whether the service says that it and its servers are well."""
        try:
            return httpx.get(f"http://{self._environments[name]['HTTP_BIND']}/readyz", timeout=2).status_code == 200  # noqa: PLR2004 - HTTP OK
        except httpx.TransportError:
            return False

    def _await(self, name: str) -> None:
        wait_until(lambda: self.is_ready(name), name=name, timeout=READY_SECONDS, process=self.processes[name])

    def _migrate(self, name: str) -> None:
        process = self._spawn(name, "migrate", f"{name}-migrate")
        if process.wait(MIGRATE_SECONDS):
            raise StackError(f"the database of {name} could not be migrated:\n{tail(process.log_path)}")

    def _spawn(self, name: str, role: str, log: str) -> ManagedProcess:
        return spawn(
            [sys.executable, "-m", f"services.{name}", role],
            name=log,
            log_path=self._logs / f"{log}.log",
            cwd=CHECKOUT,
            env={**_inherited(), **self._environments[name]},
        )


def _inherited() -> dict[str, str]:
    """Of our own environment only what a program needs to run; nothing that could change what a service reads."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "TZ", "COVERAGE_PROCESS_START"}
    }
