"""Every route and RPC has its row in the deny-by-default table, and every row its route (control 10.6 in part)."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from backbone.policy import Rule
from backbone.service import Parts
from backbone.settings import SERVICES, StorageSettings
from backbone.web import ALWAYS_OPEN
from services.identity.settings import IdentitySettings
from tests.support.alone import Servers, _keys, _settings

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
STORAGE = StorageSettings("http://127.0.0.1:9", "http://127.0.0.1:9", "us-east-1", "key", "secret")
SERVERS = Servers(NOWHERE, STORAGE, STORAGE)
# Rows that every service has from the backbone, and the door of the OpenAPI document.
COMMON = {*ALWAYS_OPEN, "openapi_json"}


@pytest.fixture(params=SERVICES)
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Parts]]:
    """A service wired to servers that do not exist: wiring opens nothing."""
    _keys(tmp_path)
    name: str = request.param
    build = import_module(f"services.{name}.app").build
    if name == "identity":
        build = partial(build, own=IdentitySettings(tmp_path / "identity.pem", 1, 1024))
    parts = build(_settings(name, NOWHERE, NOWHERE, SERVERS, tmp_path, "http://127.0.0.1:9"))
    yield name, parts
    parts.close()


def policy(name: str) -> Any:
    return import_module(f"services.{name}.policy")


def test_routes_and_rows_are_the_same(built: tuple[str, Parts]) -> None:
    name, parts = built
    endpoints = {rule.endpoint.rpartition(".")[2] for rule in parts.web.url_map.iter_rules()} - COMMON
    assert endpoints == set(policy(name).ROUTES)
    assert all(isinstance(row, Rule) for row in policy(name).ROUTES.values())


def test_a_stranger_is_turned_away_from_everything_that_is_not_public(built: tuple[str, Parts]) -> None:
    """Deny by default: before any database is asked, somebody without an account gets 401."""
    name, parts = built
    client = parts.web.test_client()
    rules = policy(name).ROUTES
    for route in parts.web.url_map.iter_rules():
        row = rules.get(route.endpoint.rpartition(".")[2])
        if row is None or row.anyone:
            continue
        values = dict.fromkeys(route.arguments, "00000000-0000-4000-8000-000000000000")
        values |= {argument: "1" for argument in route.arguments if argument in {"number", "n", "version", "level"}}
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
            path = parts.web.url_map.bind("localhost").build(route.endpoint, values, method=method)
            assert client.open(path, method=method).status_code == 401, (route.endpoint, method)


def test_the_platforms_administrator_has_no_row_in_a_procurement() -> None:
    """Control 10.2: no route of tenders, bids, vendors or audit names the role."""
    for name in SERVICES:
        named = {route for route, row in policy(name).ROUTES.items() if "platform_admin" in row.roles}
        assert not named or name == "identity", (name, named)


def test_every_rpc_has_its_row() -> None:
    from google.protobuf import descriptor_pool  # noqa: PLC0415 - the contracts must be loaded first

    for name in ("identity", "vendors", "tenders", "bids", "audit"):
        import_module(f"licita.{name}.v1.{name}_service_pb2")
        service = descriptor_pool.Default().FindServiceByName(f"licita.{name}.v1.{name.capitalize()}Service")
        methods = {f"/{service.full_name}/{method.name}" for method in service.methods}
        assert methods == set(policy(name).RPCS), name
