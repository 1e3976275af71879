"""Databases and roles of every service, made where they are missing.

A service's database belongs to its owner role, which runs migrations. The runtime role has no DDL; the audit service's
can insert and read, and nothing else.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from backbone.settings import SERVICES
from deploy.local.secrets import Vault

BUS = "licita_bus"
RIGHTS = {"audit": "SELECT, INSERT"}
ALL_ROWS = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Address:
    """Where the databases are, with the administrator's credentials."""

    admin_url: str
    vault: Vault

    def of(self, service: str, *, owner: bool = False) -> str:
        """The address of a service's database for its owner or its runtime role."""
        role = f"licita_{service}_owner" if owner else f"licita_{service}"
        return self._as(role, f"licita_{service}").replace("postgresql://", "postgresql+psycopg://")

    @property
    def bus(self) -> str:
        """The address of the bus."""
        return self._as(BUS, BUS)

    def _as(self, role: str, database: str) -> str:
        host = self.admin_url.rpartition("@")[2].partition("/")[0]
        return f"postgresql://{role}:{self.vault.get(role)}@{host}/{database}"


def make_databases(address: Address) -> None:
    """Creates what is missing; harmless when everything is there."""
    with psycopg.connect(address.admin_url, autocommit=True) as connection:
        _role(connection, BUS, address.vault)
        _database(connection, BUS, BUS)
        for service in SERVICES:
            owner, runtime = f"licita_{service}_owner", f"licita_{service}"
            _role(connection, owner, address.vault)
            _role(connection, runtime, address.vault)
            _database(connection, runtime, owner)
    for service in SERVICES:
        _grant(address, service)


def _role(connection: psycopg.Connection, name: str, vault: Vault) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(vault.get(name)))
    )


def _database(connection: psycopg.Connection, name: str, owner: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        words = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner))
        connection.execute(words)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _grant(address: Address, service: str) -> None:
    """What the owner makes, the runtime role may use: rows and sequences, never structure."""
    runtime = sql.Identifier(f"licita_{service}")
    rights = sql.SQL(RIGHTS.get(service, ALL_ROWS))
    name = f"licita_{service}"
    with psycopg.connect(address.of(service, owner=True).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), runtime))
        for words in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {}",
        ):
            connection.execute(sql.SQL(words).format(runtime))
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON TABLES TO {}").format(rights, runtime)
        )
