"""The stack: servers, then databases, buckets and topics, then services. Also the tests' fixture."""

import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from backbone.bus import BusSettings
from backbone.bus_admin import declare_topics
from backbone.objects import ObjectStore
from backbone.settings import StorageSettings
from deploy.local.databases import Address, make_databases
from deploy.local.environment import ADMIN_EMAIL, CHECKOUT, Servers, addresses, service_environment
from deploy.local.kafka import KafkaServer
from deploy.local.leftovers import STATE, end_leftovers, sweep
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer
from deploy.local.processes import ManagedProcess
from deploy.local.seaweed import SeaweedServer
from deploy.local.secrets import Vault
from deploy.local.services import Services

LOCAL = CHECKOUT / ".local"
TOPICS = CHECKOUT / "deploy/topics.toml"
# Object Lock where the law wants that nobody, we included, can delete.
BUCKETS = {"documents": False, "evidence": False, "sealed": True, "opened": True, "log": True}


class Server(Protocol):
    """What the servers have in common."""

    process: ManagedProcess | None

    def start(self) -> None:
        """Returns when it answers."""

    def stop(self) -> None:
        """Ends it."""


@dataclass(frozen=True)
class Admin:
    """The first administrator's credentials."""

    email: str
    password: str
    totp: str


class Stack:
    """One stack in one folder. Servers named by the environment are used instead of our own."""

    def __init__(self, folder: Path, bus: str = "postgres", given: Mapping[str, str] | None = None) -> None:
        self.folder = folder = folder.resolve()
        self.bus_kind = bus
        self._given = os.environ if given is None else given
        folder.mkdir(parents=True, exist_ok=True)
        self.ports = Ports(folder)
        self.vault = Vault(folder)
        self.healthy_seconds = 0.0
        self._places: dict[str, tuple[str, str]] = {}

    @cached_property
    def postgres(self) -> PostgresServer | None:
        """Ours, None where DATABASE_URL names another."""
        if "DATABASE_URL" in self._given:
            return None
        return PostgresServer(self.folder / "postgres", self.ports.get("postgres"), self.vault.get("postgres"))

    @cached_property
    def seaweed(self) -> SeaweedServer | None:
        """Ours, None where S3_ENDPOINT names another."""
        if "S3_ENDPOINT" in self._given:
            return None
        names = [f"licita-{name}" for name in BUCKETS]
        return SeaweedServer(self.folder / "seaweed", self.ports, self.vault, names)

    @cached_property
    def kafka(self) -> KafkaServer | None:
        """Ours, None where the bus is PostgreSQL or KAFKA_BOOTSTRAP_SERVERS names another."""
        if self.bus_kind != "kafka" or "KAFKA_BOOTSTRAP_SERVERS" in self._given:
            return None
        return KafkaServer(self.folder / "kafka")

    @property
    def database_url(self) -> str:
        """An administrator's address of PostgreSQL."""
        return self.postgres.url if self.postgres else self._given["DATABASE_URL"]

    @property
    def storage(self) -> StorageSettings:
        """The operator's access to S3, which may make buckets."""
        return self._storage(self.seaweed.operator_keys if self.seaweed else None)

    @property
    def service_storage(self) -> StorageSettings:
        """The services' access to S3: objects in their own buckets."""
        return self._storage(self.seaweed.service_keys if self.seaweed else None)

    def _storage(self, keys: tuple[str, str] | None) -> StorageSettings:
        endpoint = self.seaweed.endpoint if self.seaweed else self._given["S3_ENDPOINT"]
        access, secret = keys or (self._given["S3_ACCESS_KEY"], self._given["S3_SECRET_KEY"])
        return StorageSettings(endpoint, endpoint, self._given.get("S3_REGION", "us-east-1"), access, secret)

    @property
    def bus(self) -> BusSettings:
        """The bus that was chosen."""
        bootstrap = self.kafka.bootstrap if self.kafka else self._given.get("KAFKA_BOOTSTRAP_SERVERS", "")
        return BusSettings(self.bus_kind, self._databases.bus, bootstrap, "licita-stack")

    @property
    def _databases(self) -> Address:
        return Address(self.database_url, self.vault)

    @cached_property
    def services(self) -> Services:
        """Our services, once the servers run."""
        self._places = addresses(self.ports)
        servers = Servers(self._databases, self.bus, self.service_storage)
        environments = {name: service_environment(name, servers, self._places, self.vault) for name in self._places}
        return Services(self.folder / "logs", environments)

    @property
    def url(self) -> str:
        """The installation's one address, the portal's."""
        return f"http://{self._places['portal'][0]}"

    @property
    def urls(self) -> dict[str, str]:
        """Address of each service."""
        return {name: f"http://{http}" for name, (http, _) in self._places.items()}

    @property
    def admin(self) -> Admin:
        """The first administrator."""
        return Admin(ADMIN_EMAIL, self.vault.get("admin-password"), self.vault.totp("admin-totp"))

    def start(self) -> None:
        """Everything, healthy.

        Raises:
            StackError: something did not come up; what had started is stopped again.
        """
        began = time.monotonic()
        try:
            self.start_servers()
            self.services.migrate()
            self.services.start()
        except BaseException:
            self.stop()
            raise
        self.healthy_seconds = time.monotonic() - began
        self.save_state()

    def start_servers(self) -> None:
        """PostgreSQL, S3 and the broker side by side, then what lives on them."""
        end_leftovers(self.folder)
        sweep(LOCAL)
        self.vault.make_keys()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda server: server.start(), self.servers))
        self.save_state()
        make_databases(self._databases)
        store = ObjectStore(self.storage)
        for name, locked in BUCKETS.items():
            store.ensure_bucket(f"licita-{name}", object_lock=locked)
        declare_topics(self.bus, TOPICS)

    def stop(self) -> None:
        """Services first, then servers; twice is harmless."""
        if "services" in self.__dict__:
            self.services.stop()
        for server in self.servers:
            server.stop()
        (self.folder / STATE).unlink(missing_ok=True)

    @property
    def servers(self) -> list[Server]:
        """The servers that are ours."""
        return [server for server in (self.postgres, self.seaweed, self.kafka) if server is not None]

    def save_state(self) -> None:
        """What `status`, `down` and the next start need to know."""
        services = self.services.processes.values() if "services" in self.__dict__ else ()
        running = [*(server.process for server in self.servers), *services]
        state: dict[str, Any] = {
            "supervisor": os.getpid(),
            "healthySeconds": round(self.healthy_seconds, 1),
            "bus": self.bus_kind,
            "urls": self.urls,
            "processes": [_described(process) for process in running if process],
        }
        (self.folder / STATE).write_text(json.dumps(state, indent=2), "utf-8")


def _described(process: ManagedProcess) -> dict[str, Any]:
    facts = asdict(ManagedProcess(process.name, process.pid, process.create_time, process.log_path))
    return {**{name: facts[name] for name in ("name", "pid", "create_time")}, "log": str(process.log_path)}
