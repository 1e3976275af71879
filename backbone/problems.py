"""Errors as RFC 9457 problem documents in the reader's language."""

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from backbone.errors import LicitaError, TooManyRequests, Unavailable
from backbone.messages import Catalogue, negotiate, render

log = structlog.get_logger(__name__)
# Werkzeug's own refusals, told with our sentences. 422 comes from webargs with the field errors beside it.
BY_STATUS = {
    400: "request_malformed",
    404: "route_unknown",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
    422: "fields_invalid",
}


def reader_language() -> str:
    """The language of the answer: `Accept-Language`, Spanish by default."""
    return negotiate(request.accept_languages.values())


def problem(catalogue: Catalogue, code: str, status: int, params: dict[str, str], extra: dict[str, Any]) -> Response:
    """A problem document. `type` is a URN that carries the stable code."""
    document = {
        "type": f"urn:licita:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": render(catalogue, code, params, reader_language()),
        "params": params,
        "instance": f"urn:licita:request:{getattr(g, 'request_id', '')}",
        **extra,
    }
    # Errors inside lists are keyed by their place, which is a number.
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
    response = Response(body, status, content_type="application/problem+json")
    response.headers["Content-Language"] = reader_language()
    return response


def install(app: Flask, catalogue: Catalogue) -> None:
    """Makes every error of the app a problem document."""

    def on_licita_error(error: LicitaError) -> Response:
        answer = problem(catalogue, error.code, error.status, error.params, error.extra)
        if isinstance(error, Unavailable):
            answer.headers["Retry-After"] = str(error.retry_after_seconds)
        if isinstance(error, TooManyRequests) and "seconds" in error.params:
            answer.headers["Retry-After"] = error.params["seconds"]
        if error.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def on_http_error(error: HTTPException) -> Response:
        status = error.code or 500
        data = getattr(error, "data", None) or {}
        extra = {"errors": data["messages"]} if "messages" in data else {}
        return problem(catalogue, BY_STATUS.get(status, "request_refused"), status, {}, extra)

    def on_bug(error: Exception) -> Response:
        log.error("request_failed", exc_info=error)
        return problem(catalogue, "internal_error", 500, {}, {})

    app.register_error_handler(LicitaError, on_licita_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_bug)
