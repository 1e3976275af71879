"""One service in the test's own process, on real servers: a database of its own, the object store, the bus."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from licita_formats.notes import Signer
from sqlalchemy import text

from backbone.bus import BusSettings
from backbone.bus_admin import declare_topics
from backbone.database import Database
from backbone.migrate import upgrade
from backbone.objects import ObjectStore
from backbone.service import Build, Parts
from backbone.settings import SERVICES, Settings, StorageSettings

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("documents", "evidence", "sealed", "opened", "log")


@dataclass(frozen=True)
class Servers:
    """Where the test's servers are; `database_url` is an administrator's, `operator_storage` may make buckets."""

    database_url: str
    storage: StorageSettings
    operator_storage: StorageSettings


def find_servers(request: pytest.FixtureRequest) -> Servers:
    """Those of the environment, or else of the stack that the tests start."""
    if "DATABASE_URL" not in os.environ or "S3_ENDPOINT" not in os.environ:
        stack = request.getfixturevalue("stack")
        return Servers(stack.database_url, stack.service_storage, stack.storage)
    endpoint, region = os.environ["S3_ENDPOINT"], os.environ.get("S3_REGION", "us-east-1")
    keys = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"]
    storage = StorageSettings(endpoint, endpoint, region, *keys)
    return Servers(os.environ["DATABASE_URL"], storage, storage)


@contextmanager
def fresh_database(admin: str) -> Iterator[str]:
    """The address of a new, empty database, dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield admin.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + "/" + name
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass
class Alone:
    """The service's parts, its database, and the keys of all services, so that a test can speak for the others."""

    parts: Parts
    settings: Settings
    database: Database
    signers: dict[str, Signer]

    def journal(self) -> list[dict[str, Any]]:
        """What the service has told, in order: type (last word), subject, actor, data."""
        with self.database.read() as tx:
            told = text("SELECT type, subject, actor, data FROM outbox ORDER BY id")
            rows = tx.connection.execute(told).mappings().all()
        return [{**row, "type": row["type"].rpartition(".")[2]} for row in rows]


@contextmanager
def alone(name: str, build: Build, servers: Servers, folder: Path, identity_url: str) -> Iterator[Alone]:
    """The service `name`, migrated and wired. Its relay, listener and gRPC server run only where a test runs them."""
    with fresh_database(servers.database_url) as url, fresh_database(servers.database_url) as bus_url:
        upgrade(url, ROOT / "services" / name / "migrations")
        signers = _keys(folder)
        settings = _settings(name, url, bus_url, servers, folder, identity_url)
        declare_topics(settings.bus, ROOT / "deploy/topics.toml")
        for kind, bucket in settings.buckets.items():
            ObjectStore(servers.operator_storage).ensure_bucket(bucket, object_lock=kind in {"sealed", "opened", "log"})
        parts, database = build(settings), Database(url)
        try:
            yield Alone(parts, settings, database, signers)
        finally:
            parts.close()
            database.close()


def _keys(folder: Path) -> dict[str, Signer]:
    signers = {}
    for service in SERVICES:
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{service}.pem").write_bytes(pem)
        signers[service] = Signer(f"licita/{service}", key)
    (folder / "public.json").write_text(json.dumps({each: signer.vkey for each, signer in signers.items()}))
    return signers


def _settings(name: str, url: str, bus_url: str, servers: Servers, folder: Path, identity_url: str) -> Settings:
    nowhere = "http://127.0.0.1:9"  # the discard port: nothing answers
    return Settings(
        service=name,
        database_url=url,
        migrate_database_url=url,
        bus=BusSettings("postgres", bus_url.replace("+psycopg", ""), "", f"licita-{name}"),
        storage=servers.storage,
        http_bind="127.0.0.1:0",
        grpc_bind="127.0.0.1:0",
        public_url=nowhere,
        licita_url=nowhere,
        urls=dict.fromkeys(SERVICES, nowhere) | {"identity": identity_url},
        grpc=dict.fromkeys(SERVICES, "127.0.0.1:9"),
        key_file=folder / f"{name}.pem",
        keys_file=folder / "public.json",
        environment="local",
        log_level="INFO",
        http_threads=4,
        buckets={each: f"licita-{each}" for each in NAMES},
    )
