"""gRPC: what other services may ask of openings."""

from collections.abc import Callable, Sequence

import grpc
from licita.bids.v1 import bids_service_pb2, bids_service_pb2_grpc
from licita.bids.v1.bids_service_pb2 import GetOpeningRequest, GetOpeningResponse

from backbone.database import Database
from services.bids.queries.openings import opening


class BidsServicer(bids_service_pb2_grpc.BidsServiceServicer):
    """Answers about openings; before one it knows nothing to tell."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def GetOpening(self, request: GetOpeningRequest, _context: grpc.ServicerContext) -> GetOpeningResponse:  # noqa: N802
        """The state of a stage's opening, who has handed in, and the digest of its acta."""
        with self._database.read() as tx:
            view = opening(tx, request.tender, request.envelope)
        members = [batch.member for batch in view.batches]
        return GetOpeningResponse(state=view.state, members=members, acta_sha256=view.acta_sha256 or "")


def servicers(database: Database) -> Callable[[grpc.Server], Sequence[str]]:
    """Adds the service to a server and names it."""

    def add(server: grpc.Server) -> Sequence[str]:
        bids_service_pb2_grpc.add_BidsServiceServicer_to_server(BidsServicer(database), server)  # type: ignore[no-untyped-call]
        return [bids_service_pb2.DESCRIPTOR.services_by_name["BidsService"].full_name]

    return add
