"""The gRPC door: health, reflection, known callers only, errors with ErrorInfo."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import structlog
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from backbone.errors import Forbidden, LicitaError
from backbone.service_tokens import ServiceTokens

OPEN_PREFIXES = ("/grpc.health.v1.Health/", "/grpc.reflection.")
DOMAIN = "licita"
log = structlog.get_logger(__name__)

AddServicers = Callable[[grpc.Server], Sequence[str]]


class Gate(grpc.ServerInterceptor):
    """Admits a call if the policy table lets its calling service make it; maps errors on the way out."""

    def __init__(self, tokens: ServiceTokens, rules: Mapping[str, frozenset[str]]) -> None:
        self._tokens = tokens
        self._rules = rules

    def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler[Any, Any] | None]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """Wraps the handler of unary calls; health and reflection pass as they are."""
        handler = continuation(handler_call_details)
        method: str = handler_call_details.method
        if handler is None or method.startswith(OPEN_PREFIXES):
            return handler
        inner = handler.unary_unary
        if inner is None:  # our contracts are unary; anything else has no row in the table either
            return None
        metadata = dict(handler_call_details.invocation_metadata or ())

        def run(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                self._admit(method, str(metadata.get("authorization", "")))
                return inner(request, context)
            except LicitaError as error:
                context.abort_with_status(as_status(error))
            except Exception:
                log.exception("rpc_failed", method=method)
                context.abort(grpc.StatusCode.INTERNAL, "internal_error")

        return grpc.unary_unary_rpc_method_handler(run, handler.request_deserializer, handler.response_serializer)

    def _admit(self, method: str, authorization: str) -> None:
        caller = self._tokens.caller(authorization.removeprefix("Bearer "))
        if caller not in self._rules.get(method, frozenset()):
            raise Forbidden("caller_refused", caller=caller, method=method)


def as_status(error: LicitaError) -> Any:
    """`google.rpc.Status` with the code and the parameters in an ErrorInfo."""
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=error.code, domain=DOMAIN, metadata=error.params))
    status = status_pb2.Status(code=error.grpc_status.value[0], message=error.code, details=[detail])
    return rpc_status.to_status(status)


def create_server(
    bind: str, add: AddServicers, tokens: ServiceTokens, rules: Mapping[str, frozenset[str]], threads: int = 8
) -> grpc.Server:
    """A server bound to `bind`, not yet started.

    Raises:
        RuntimeError: the address is taken.
    """
    server = grpc.server(
        ThreadPoolExecutor(threads, thread_name_prefix="rpc"),
        interceptors=[Gate(tokens, rules)],
        options=[("grpc.so_reuseport", 0)],  # otherwise a second server on the port silently takes half the calls
    )
    names = list(add(server))
    state = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    for name in ["", *names]:
        state.set(name, health_pb2.HealthCheckResponse.SERVING)
    reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
    server.add_insecure_port(bind)
    return server
