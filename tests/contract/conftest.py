"""The brokers that the contract of the bus is held against."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from backbone.bus import BusSettings, Publisher, open_publisher
from deploy.local.kafka import KafkaServer, missing_tools
from tests.support.bus import declare
from tests.support.own_postgres import OwnPostgres


def pytest_configure(config: pytest.Config) -> None:
    """Two habits of kafka-python: its schemas are read by an old function, and a refused socket is never closed."""
    config.addinivalue_line("filterwarnings", "ignore:(open|read)_text is deprecated:DeprecationWarning")
    config.addinivalue_line("filterwarnings", r"ignore:unclosed <socket\.socket .*laddr=.'0\.0\.0\.0':ResourceWarning")


@pytest.fixture(scope="session")
def admin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """DATABASE_URL, else a server of our own."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    server = OwnPostgres(tmp_path_factory.mktemp("postgres"))
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_bus(admin_url: str) -> Iterator[BusSettings]:
    """A database of its own."""
    admin = admin_url.replace("postgresql+psycopg://", "postgresql://", 1)
    name = f"bus_{uuid.uuid4().hex}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield BusSettings("postgres", make_conninfo(admin, dbname=name), "", "contract")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def kafka_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusSettings]:
    """KAFKA_BOOTSTRAP_SERVERS, else a broker of our own, else one line that says why not; with CI=true a failure."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield BusSettings("kafka", "", given, "contract")
        return
    if (reason := missing_tools()) is not None:
        refuse_kafka(reason)
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    try:
        server.start()
        yield BusSettings("kafka", "", server.bootstrap, "contract")
    finally:
        server.stop()


def refuse_kafka(reason: str) -> None:
    """Ends the test: where Kafka is expected, not having run it is a failure."""
    told = f"The Kafka half was not run: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(told)
    pytest.skip(told)


@pytest.fixture(params=["postgres", "kafka"])
def bus(request: pytest.FixtureRequest) -> BusSettings:
    """Each broker in turn."""
    settings: BusSettings = request.getfixturevalue(f"{request.param}_bus")
    return settings


@pytest.fixture
def topic(bus: BusSettings, tmp_path: Path) -> str:
    """A fresh topic of four partitions."""
    return declare(bus, tmp_path)


@pytest.fixture
def publisher(bus: BusSettings) -> Iterator[Publisher]:
    """A publisher that is closed at the end."""
    publisher = open_publisher(bus)
    yield publisher
    publisher.close()


class Breakable(Protocol):
    """A broker of the test's own, which it may kill and start again at the same address."""

    @property
    def settings(self) -> BusSettings: ...

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def stop(self) -> None: ...


class BreakableKafka(KafkaServer):
    """Kafka in a folder of its own."""

    @property
    def settings(self) -> BusSettings:
        return BusSettings("kafka", "", self.bootstrap, "restart")


class BreakablePostgres(OwnPostgres):
    """PostgreSQL in a folder of its own."""

    @property
    def settings(self) -> BusSettings:
        return BusSettings("postgres", self.url, "", "restart")


@pytest.fixture(params=["postgres", "kafka"])
def breakable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Breakable]:
    """Each broker in turn, started for this test alone."""
    if request.param == "kafka" and (reason := missing_tools()) is not None:
        refuse_kafka(reason)
    servers: dict[str, type[BreakableKafka | BreakablePostgres]] = {
        "kafka": BreakableKafka,
        "postgres": BreakablePostgres,
    }
    server = servers[request.param](tmp_path / "broker")
    try:
        server.start()
        yield server
    finally:
        server.stop()
