"""The REST door: a Flask app that knows who is calling, what may be called, and answers errors in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import flask_swagger_ui
import structlog
from flask import Flask, Response, g, jsonify, request, send_from_directory
from flask_smorest import Api
from licita.common.v1.acts_pb2 import ActRefused

from backbone import problems
from backbone.database import Database
from backbone.errors import Forbidden, Invalid, NotFound
from backbone.events import Event
from backbone.ids import new_id
from backbone.messages import Catalogue
from backbone.policy import PUBLIC, Rule, check
from backbone.principal import Principal, TokenVerifier

MAX_BODY_BYTES = 16 * 1024 * 1024
ALWAYS_OPEN = {"healthz": PUBLIC, "readyz": PUBLIC, "metrics": PUBLIC, "docs": PUBLIC, "docs_file": PUBLIC}
SWAGGER_FILES = Path(flask_swagger_ui.__file__).with_name("dist")
DOCS_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""
DOCS_START = 'window.ui = SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui"});'


@dataclass
class WebParts:
    """What the door needs to know of its service."""

    name: str
    title: str
    database: Database
    tokens: TokenVerifier
    rules: Mapping[str, Rule]
    catalogue: Catalogue
    readiness: Callable[[], dict[str, str]]


def create_app(parts: WebParts) -> tuple[Flask, Api]:
    """A Flask app and its flask-smorest Api, with everything that all services share already in place."""
    app = Flask(parts.name, static_folder=None)
    app.config.update(
        API_TITLE=parts.title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
        JSON_SORT_KEYS=False,
    )
    app.extensions["licita"] = parts
    problems.install(app, parts.catalogue)
    _install_gate(app, parts)
    _install_health(app, parts)
    _install_docs(app, parts)
    return app, _api(app)


class _Documents(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's documents without its error handler, which would take the place of ours (problems.py)."""

    def _register_error_handlers(self) -> None:
        """Leaves the handlers as they are."""


def _api(app: Flask) -> Api:
    api = _Documents(app, spec_kwargs={"security": [{"accessToken": []}]})
    api.spec.components.security_scheme("accessToken", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    return api


def current_principal() -> Principal | None:
    """Who is calling, None for nobody."""
    principal: Principal | None = g.principal
    return principal


def _install_gate(app: Flask, parts: WebParts) -> None:
    rules = {**ALWAYS_OPEN, "openapi_json": PUBLIC, **parts.rules}

    def gate() -> None:
        """Runs before every view: request id, principal, policy, in this order."""
        g.request_id = request.headers.get("X-Request-Id", "")[:64] or new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        _refuse_nul()
        g.principal = _principal(parts.tokens)
        if request.endpoint is not None:
            _admit(parts, rules, request.endpoint.rpartition(".")[2])

    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = getattr(g, "request_id", "")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.before_request(gate)
    app.after_request(finish)


def _admit(parts: WebParts, rules: Mapping[str, Rule], name: str) -> None:
    """Checks the policy table; a known person's denied attempt is an event, also where nothing would have changed."""
    try:
        check(rules, name, g.principal)
    except Forbidden as error:
        if g.principal is not None:
            refused = ActRefused(act=f"{parts.name}.{name}", subject=_subject(), reason=error.code)
            with parts.database.begin() as tx:
                tx.emit(Event(subject=_subject(), data=refused, actor=g.principal.person, key=_subject() or name))
        raise


def _subject() -> str:
    return str(next(iter((request.view_args or {}).values()), ""))


def _refuse_nul() -> None:
    """PostgreSQL cannot store a NUL; no address and no search of ours has one.

    Raises:
        NotFound: in the path.
        Invalid: in a query parameter.
    """
    if "\x00" in request.path:
        raise NotFound("route_unknown")
    if any("\x00" in text for pair in request.args.items(multi=True) for text in pair):
        raise Invalid("text_unprintable")


def _principal(tokens: TokenVerifier) -> Principal | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return tokens.verify(token) if scheme.lower() == "bearer" else None


def _install_health(app: Flask, parts: WebParts) -> None:
    def healthz() -> Response:
        """The process lives."""
        return jsonify(status="ok", service=parts.name)

    def readyz() -> tuple[Response, int]:
        """Every server that this service needs answers; says which does not."""
        checks = parts.readiness()
        ready = all(state == "ok" for state in checks.values())
        return jsonify(
            status="ok" if ready else "unavailable", service=parts.name, checks=checks
        ), 200 if ready else 503

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def _install_docs(app: Flask, parts: WebParts) -> None:
    def docs() -> Response:
        """The API as pages, from openapi.json."""
        return Response(DOCS_PAGE.format(title=parts.title), content_type="text/html; charset=utf-8")

    def docs_file(name: str) -> Response:
        if name == "start.js":
            return Response(DOCS_START, content_type="text/javascript")
        return send_from_directory(SWAGGER_FILES, name)

    app.add_url_rule("/docs", "docs", docs)
    app.add_url_rule("/docs/<path:name>", "docs_file", docs_file)
