"""How a REST route becomes a command or a query.

`act` is for what changes something: body checked, one transaction, stored answer per Idempotency-Key, and where the
command refuses, an event of the refusal. `ask` is for what only reads: one snapshot. Both put the answer through its
schema, so that nothing leaves a service that its OpenAPI document does not show.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

import orjson
from flask import Response, current_app, g, request
from flask_smorest import Blueprint
from licita.common.v1.acts_pb2 import ActRefused
from marshmallow import Schema

from backbone.database import Database, Transaction
from backbone.errors import Conflict, Forbidden, Invalid, LicitaError
from backbone.events import Event
from backbone.idempotency import recall, request_digest, store, valid_key
from backbone.multipart import CONTENT_TYPES, LOCATION, Parser, sent
from backbone.principal import ANONYMOUS, Principal

LOGGED = (Conflict, Forbidden, Invalid)
RefusalLog = Callable[["Call", LicitaError], Event | None]


@dataclass
class Call:
    """One REST call on its way to a command. `tx` is open while the view runs; `path` are the values in the URL."""

    tx: Transaction
    principal: Principal
    path: Mapping[str, Any] = field(default_factory=dict)
    prepared: Any = None


def act_refused(name: str) -> RefusalLog:
    """The usual event of a refusal: which act, on what, by whom, and the code of the reason."""

    def event(call: Call, error: LicitaError) -> Event:
        subject = str(next(iter(call.path.values()), ""))
        data = ActRefused(act=name, subject=subject, reason=error.code)
        return Event(subject=subject, data=data, actor=call.principal.person, key=subject or name)

    return event


class Doors(Blueprint):  # type: ignore[misc]  # flask-smorest carries no types
    """A flask-smorest blueprint whose routes are acts and asks."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = CONTENT_TYPES

    def act(
        self,
        method: str,
        path: str,
        *,
        returns: type[Schema] | Schema,
        body: type[Schema] | Schema | None = None,
        multipart: bool = False,
        status: int = 200,
        before: Callable[..., Any] | None = None,
        refusal: RefusalLog | None = None,
        confidential: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a view `(call, body?) -> what the schema dumps` that changes something.

        With `multipart` the body is multipart/form-data: the schema's `File` fields are its files.

        `before(principal, body?, **path)` runs outside the transaction, for slow work such as asking another
        server; its result is `call.prepared`. The view's function name is its row in the policy table and, as
        `service.name`, the name of the act in refusals.

        `confidential`: a password or a secret is in the body or in the answer, so that nothing of either is kept for
        an Idempotency-Key; a repeated call is a new call.
        """

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            on_refusal = refusal or act_refused(f"{self.name}.{view.__name__}")
            schema = returns() if isinstance(returns, type) else returns
            handler = _act_handler(view, schema, status, before, on_refusal, confidential=confidential)
            documented = self.response(status, schema)(handler)
            if body is not None:
                documented = self.arguments(body, location=LOCATION if multipart else "json")(documented)
            documented = self.doc(parameters=[IDEMPOTENCY_HEADER])(documented)
            return cast("Callable[..., Any]", self.route(path, methods=[method])(documented))

        return register

    def ask(
        self, path: str, *, returns: type[Schema] | Schema, query: type[Schema] | Schema | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a view `(call, query?) -> what the schema dumps` that only reads."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            schema = returns() if isinstance(returns, type) else returns
            documented = self.response(200, schema)(
                _ask_handler(view, schema, act_refused(f"{self.name}.{view.__name__}"))
            )
            if query is not None:
                documented = self.arguments(query, location="query")(documented)
            return cast("Callable[..., Any]", self.route(path, methods=["GET"])(documented))

        return register


IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    "description": "Repeating a call with the same key and body gives the first answer again and changes nothing.",
}


def _act_handler(
    view: Callable[..., Any],
    schema: Schema,
    status: int,
    before: Callable[..., Any] | None,
    refusal: RefusalLog,
    *,
    confidential: bool,
) -> Callable[..., Any]:
    @wraps(view)
    def handle(*args: Any, **path: Any) -> Any:
        database, principal = _database(), g.principal or ANONYMOUS
        call = Call(tx=None, principal=principal, path=path)  # type: ignore[arg-type]  # opened in _run
        try:
            return _run(database, call, view, schema, status, before, args, confidential=confidential)
        except LOGGED as error:
            log_refusal(database, refusal(call, error), principal)
            raise

    return handle


def _run(
    database: Database,
    call: Call,
    view: Callable[..., Any],
    schema: Schema,
    status: int,
    before: Callable[..., Any] | None,
    args: tuple[Any, ...],
    *,
    confidential: bool,
) -> Response:
    key = None if confidential else valid_key(request.headers.get("Idempotency-Key"))
    caller = call.principal.person
    digest = "" if key is None else request_digest(request.method, request.full_path, sent())
    if key:
        with database.begin() as tx:
            remembered = recall(tx, caller, key, digest)
        if remembered:
            return _answer(*remembered)
    if before is not None:
        call.prepared = before(call.principal, *args, **call.path)
    with database.begin() as tx:
        call.tx = tx
        if key:
            remembered = recall(tx, caller, key, digest, claim=True)
            if remembered:
                return _answer(*remembered)
        result = view(call, *args)
        if isinstance(result, Response):
            return result
        payload = orjson.dumps(schema.dump(result))
        if key:
            store(tx, caller, key, status, payload)
    return _answer(status, payload)


def _ask_handler(view: Callable[..., Any], schema: Schema, refusal: RefusalLog) -> Callable[..., Any]:
    @wraps(view)
    def handle(*args: Any, **path: Any) -> Any:
        principal = g.principal or ANONYMOUS
        try:
            with _database().read() as tx:
                result = view(Call(tx=tx, principal=principal, path=path), *args)
        except Forbidden as error:
            denied = Call(tx=tx, principal=principal, path=path)
            log_refusal(_database(), refusal(denied, error), principal)
            raise
        if isinstance(result, Response):
            return result
        return _answer(200, orjson.dumps(schema.dump(result)))

    return handle


def _answer(status: int, payload: bytes) -> Response:
    response = Response(payload, status, content_type="application/json")
    response.set_etag(hashlib.sha256(payload).hexdigest()[:32])
    return response


def _database() -> Database:
    database: Database = current_app.extensions["licita"].database
    return database


def log_refusal(database: Database, event: Event | None, principal: Principal) -> None:
    """Refusals of known people are part of the record; those of strangers are only counted by the web server."""
    if event is None or not principal.person:
        return
    with database.begin() as tx:
        tx.emit(event)
