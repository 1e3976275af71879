"""The one family of errors that crosses every door.

    LicitaError                     code, params, HTTP status, gRPC status
    ├── Invalid                     422  the input breaks a stated rule; `pointer` names the field
    ├── Unauthenticated             401  no token, or one that does not verify
    ├── Forbidden                   403  the caller may not do this, now or ever
    ├── NotFound                    404  no such thing, or none that the caller may know of
    ├── Conflict                    409  the thing is not in a state that allows it, or somebody was first
    ├── PreconditionFailed          412  If-Match names another version
    ├── TooManyRequests             429  with Retry-After
    └── Unavailable                 503  a server we need is away; with Retry-After

An error carries a stable `code` in snake_case and parameters. The sentence that a person reads is looked up in
the messages of the service in the person's language (`backbone/messages.py`), at the door and nowhere earlier.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

import grpc


class LicitaError(Exception):
    """Base of all errors that a caller may see. `extra` is added to the problem document as it is."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    grpc_status: ClassVar[grpc.StatusCode] = grpc.StatusCode.INTERNAL

    def __init__(self, code: str, *, extra: Mapping[str, Any] | None = None, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}
        self.extra = dict(extra or {})


class Invalid(LicitaError):
    """The input is well-formed but breaks a rule that the caller can read and obey."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    grpc_status = grpc.StatusCode.INVALID_ARGUMENT


class Unauthenticated(LicitaError):
    """Nobody we know is calling."""

    status = HTTPStatus.UNAUTHORIZED
    grpc_status = grpc.StatusCode.UNAUTHENTICATED


class Forbidden(LicitaError):
    """The caller is known and may not."""

    status = HTTPStatus.FORBIDDEN
    grpc_status = grpc.StatusCode.PERMISSION_DENIED


class NotFound(LicitaError):
    """Nothing there that this caller may know of."""

    status = HTTPStatus.NOT_FOUND
    grpc_status = grpc.StatusCode.NOT_FOUND


class Conflict(LicitaError):
    """The state does not allow it."""

    status = HTTPStatus.CONFLICT
    grpc_status = grpc.StatusCode.FAILED_PRECONDITION


class PreconditionFailed(LicitaError):
    """The caller changed a version that is no longer the current one."""

    status = HTTPStatus.PRECONDITION_FAILED
    grpc_status = grpc.StatusCode.ABORTED


class TooManyRequests(LicitaError):
    """The caller is over its rate."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    grpc_status = grpc.StatusCode.RESOURCE_EXHAUSTED


class Unavailable(LicitaError):
    """A server we depend on did not answer in time. Nothing was changed; trying again is right."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    grpc_status = grpc.StatusCode.UNAVAILABLE
    retry_after_seconds: ClassVar[int] = 2


def by_grpc_status(status: grpc.StatusCode) -> type[LicitaError]:
    """The error class that stands for a gRPC status, so that an error crosses a call intact."""
    family = (Invalid, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed, TooManyRequests)
    return {kind.grpc_status: kind for kind in family}.get(status, Unavailable)
