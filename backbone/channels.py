"""Calls to other services over gRPC: one lazy channel per service, always a deadline, errors as our own."""

from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from backbone.errors import LicitaError, Unavailable, by_grpc_status
from backbone.service_tokens import ServiceTokens

DEADLINE_SECONDS = 2.0


class Channel:
    """The way to one other service. Made lazily, because a channel made before a fork hangs."""

    def __init__(self, service: str, address: str, tokens: ServiceTokens) -> None:
        self._service = service
        self._address = address
        self._tokens = tokens
        self._channel: grpc.Channel | None = None

    def open(self) -> grpc.Channel:
        """The channel, for making a stub."""
        if self._channel is None:
            self._channel = grpc.insecure_channel(self._address, options=[("grpc.enable_retries", 0)])
        return self._channel

    def call(self, method: Any, request: Any, deadline: float = DEADLINE_SECONDS) -> Any:
        """Calls a stub's method.

        Raises:
            LicitaError: what the other service raised, with its code and parameters.
            Unavailable: it did not answer within `deadline` seconds.
        """
        metadata = (("authorization", f"Bearer {self._tokens.token_for(self._service)}"),)
        try:
            return method(request, timeout=deadline, metadata=metadata)
        except grpc.RpcError as error:
            raise self._translate(error) from error

    def _translate(self, error: grpc.RpcError) -> LicitaError:
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                return by_grpc_status(error.code())(info.reason, **dict(info.metadata))
        return Unavailable("service_unavailable", service=self._service)

    def close(self) -> None:
        """Closes the channel if it was ever opened."""
        if self._channel is not None:
            self._channel.close()
