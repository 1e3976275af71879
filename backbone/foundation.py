"""What every service stands on, wired once: keys, database, storage, tokens, relay, listener, doors.

A service's `app.py` calls `lay`, makes what is its own, and hands both to `assemble`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
from flask import Flask
from flask_smorest import Api

from backbone.bus import open_publisher, open_subscriber
from backbone.channels import Channel
from backbone.database import Database
from backbone.errors import Unavailable
from backbone.keys import KeyRing
from backbone.listener import Listener, Subscription
from backbone.messages import Catalogue, backbone_messages, load
from backbone.objects import ObjectStore
from backbone.policy import Rule
from backbone.principal import TokenVerifier
from backbone.relay import Relay
from backbone.rpc import AddServicers, create_server
from backbone.service import Background, Parts
from backbone.service_tokens import ServiceTokens
from backbone.settings import Settings
from backbone.web import WebParts, create_app


@dataclass
class Foundation:
    """The shared parts of one service's process."""

    settings: Settings
    keys: KeyRing
    database: Database
    objects: ObjectStore
    tokens: ServiceTokens
    catalogue: Catalogue

    def channel(self, service: str) -> Channel:
        """The gRPC way to another service."""
        return Channel(service, self.settings.grpc[service], self.tokens)

    def web(self, title: str, rules: Mapping[str, Rule], tokens: TokenVerifier | None = None) -> tuple[Flask, Api]:
        """The REST door with nothing of the service in it yet; only identity brings its own check of `tokens`."""
        return create_app(
            WebParts(
                name=self.settings.service,
                title=title,
                database=self.database,
                tokens=tokens or TokenVerifier(f"{self.settings.urls['identity']}/.well-known/jwks.json"),
                rules=rules,
                catalogue=self.catalogue,
                readiness=self.readiness,
            )
        )

    def readiness(self) -> dict[str, str]:
        """`ok` or the code of the trouble, for each server that we need."""
        checks = {"database": self.database.check, "storage": self.objects.health}
        return {name: _state(check) for name, check in checks.items()}


def _state(check: Callable[[], object]) -> str:
    try:
        check()
    except Unavailable as error:
        return error.code
    return "ok"


def lay(settings: Settings, room: Path) -> Foundation:
    """Opens what a service stands on. `room` is the service's folder, where its messages are."""
    keys = KeyRing(settings.service, settings.key_file, settings.keys_file)
    return Foundation(
        settings=settings,
        keys=keys,
        database=Database(settings.database_url),
        objects=ObjectStore(settings.storage),
        tokens=ServiceTokens(settings.service, keys),
        catalogue=load(backbone_messages(), room / "messages.toml"),
    )


def assemble(
    base: Foundation,
    web: Flask,
    *,
    servicers: AddServicers,
    rpc_rules: Mapping[str, frozenset[str]],
    subscriptions: Sequence[Subscription] = (),
    topics: Sequence[str] = (),
    background: Sequence[Background] = (),
) -> Parts:
    """The parts that `backbone.service.main` runs."""
    name = base.settings.service
    publisher = open_publisher(base.settings.bus)
    listener = Listener(
        base.database, base.keys, subscriptions, lambda: open_subscriber(base.settings.bus, f"licita-{name}", topics)
    )

    def rpc() -> grpc.Server:
        return create_server(base.settings.grpc_bind, servicers, base.tokens, rpc_rules)

    def close() -> None:
        publisher.close()
        base.database.close()

    return Parts(
        web=web,
        rpc=rpc,
        relay=Relay(name, base.database, publisher, base.keys),
        listener=listener if topics else None,
        close=close,
        background=list(background),
    )
