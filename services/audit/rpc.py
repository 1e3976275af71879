"""gRPC: checkpoint and proofs for other services."""

from collections.abc import Sequence

import grpc
from licita.audit.v1 import audit_service_pb2 as messages
from licita.audit.v1 import audit_service_pb2_grpc as stubs

from backbone.database import Database
from services.audit import queries


class AuditServicer(stubs.AuditServiceServicer):
    """Read-only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def GetCheckpoint(  # noqa: N802 - named by the contract
        self, request: messages.GetCheckpointRequest, context: grpc.ServicerContext
    ) -> messages.GetCheckpointResponse:
        """The newest checkpoint."""
        del request, context
        with self._database.read() as tx:
            return messages.GetCheckpointResponse(checkpoint=queries.checkpoint(tx))

    def GetInclusionProof(  # noqa: N802 - as above
        self, request: messages.GetInclusionProofRequest, context: grpc.ServicerContext
    ) -> messages.GetInclusionProofResponse:
        """Where an event stands."""
        del context
        with self._database.read() as tx:
            proof = queries.proof(tx, request.event_id)
        return messages.GetInclusionProofResponse(index=proof.index, checkpoint=proof.checkpoint, hashes=proof.hashes)


def add_servicers(server: grpc.Server, database: Database) -> Sequence[str]:
    """Adds the service; returns its name for health and reflection."""
    stubs.add_AuditServiceServicer_to_server(AuditServicer(database), server)  # type: ignore[no-untyped-call]  # generated
    return [messages.DESCRIPTOR.services_by_name["AuditService"].full_name]
