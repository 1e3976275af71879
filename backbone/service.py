"""Runs a service: one process for all its roles on a small machine, or one process per role on a larger one.

    python -m services.<name> serve     REST, gRPC, relay and listener in one process
    python -m services.<name> api|rpc|relay|consume|migrate

Threads, engines and channels are made after gunicorn has forked its worker: made before, they hang or are shared.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from backbone import logs
from backbone.listener import Listener
from backbone.migrate import upgrade
from backbone.relay import Relay
from backbone.settings import Settings, read_settings

Background = Callable[[threading.Event], None]
STOP_SECONDS = 8
log = structlog.get_logger(__name__)


@dataclass
class Parts:
    """What a service's `app.py` wires together. `background` are further loops that run until their event is set."""

    web: Flask
    rpc: Callable[[], grpc.Server]
    relay: Relay
    listener: Listener | None
    close: Callable[[], None]
    background: list[Background] = field(default_factory=list)


Build = Callable[[Settings], Parts]


class Running:
    """The threads and the gRPC server beside the web server."""

    def __init__(self, parts: Parts, roles: frozenset[str]) -> None:
        self._parts = parts
        self._stop = threading.Event()
        self._server = parts.rpc() if "rpc" in roles else None
        self._threads = [
            threading.Thread(target=loop, args=(self._stop,), name=f"loop-{index}", daemon=True)
            for index, loop in enumerate(self._loops(roles))
        ]

    def _loops(self, roles: frozenset[str]) -> list[Background]:
        loops: list[Background] = []
        if "relay" in roles:
            loops.append(self._parts.relay.run)
        if "consume" in roles:
            loops += [self._parts.listener.run] if self._parts.listener else []
            loops += self._parts.background
        return loops

    def start(self) -> None:
        """Starts what there is."""
        if self._server:
            self._server.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finishes what was taken, then closes everything."""
        self._stop.set()
        if self._server:
            self._server.stop(grace=STOP_SECONDS / 2).wait()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
        self._parts.close()


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn with one worker of threads; the service is built in the worker."""

    def __init__(self, settings: Settings, build: Build, roles: frozenset[str]) -> None:
        self._settings = settings
        self._build = build
        self._roles = roles
        self._running: Running | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's hook for options."""
        options = {
            "bind": self._settings.http_bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.http_threads,
            "graceful_timeout": STOP_SECONDS,
            "timeout": 60,
            "keepalive": 15,
            "control_socket_disable": True,  # it would be put into the home folder
            "loglevel": "warning",
            "worker_exit": self._on_worker_exit,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Gunicorn's hook for the application; runs in the worker."""
        parts = self._build(self._settings)
        self._running = Running(parts, self._roles)
        self._running.start()
        return parts.web

    def _on_worker_exit(self, _server: object, _worker: object) -> None:
        if self._running:
            self._running.stop()


def _run_without_web(settings: Settings, build: Build, roles: frozenset[str]) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running = Running(build(settings), roles)
    running.start()
    stop.wait()
    running.stop()


def main(name: str, build: Build, revisions: Path, after_migrate: Callable[[Settings], None] | None = None) -> None:
    """Entry point of `python -m services.<name>`; the first argument is the role."""
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    role = sys.argv[1] if len(sys.argv) > 1 else "serve"
    settings = read_settings(name)
    logs.configure(name, settings.log_level)
    if role == "migrate":
        upgrade(settings.migrate_database_url, revisions)
        if after_migrate:
            after_migrate(settings)
    elif role == "serve":
        WebServer(settings, build, frozenset({"rpc", "relay", "consume"})).run()
    elif role == "api":
        WebServer(settings, build, frozenset()).run()
    elif role in {"rpc", "relay", "consume"}:
        _run_without_web(settings, build, frozenset({role}))
    else:
        sys.exit(f"usage: python -m services.{name} serve|api|rpc|relay|consume|migrate")
