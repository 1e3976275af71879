"""gRPC: what other services ask about tenders."""

from collections.abc import Sequence

import grpc
from licita.tenders.v1 import tenders_service_pb2 as pb
from licita.tenders.v1 import tenders_service_pb2_grpc as pb_grpc

from backbone.database import Database, Transaction
from backbone.errors import NotFound
from services.tenders.commands.committee import find_committee
from services.tenders.events.preparation import notice_message
from services.tenders.store import documents
from services.tenders.store.tenders import load_tender

SERVICE = pb.DESCRIPTOR.services_by_name["TendersService"].full_name


class Tenders(pb_grpc.TendersServiceServicer):
    """Each call is one snapshot of the database. `base` is our public address, for the documents' URLs."""

    def __init__(self, database: Database, base: str) -> None:
        self._database = database
        self._base = base

    def GetNotice(  # noqa: N802  the generated name
        self,
        request: pb.GetNoticeRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.GetNoticeResponse:
        """The published notice as it stands, and the stage by the database's clock."""
        with self._database.read() as tx:
            return _notice(tx, request.tender, self._base)


def _notice(tx: Transaction, tender_id: str, base: str) -> pb.GetNoticeResponse:
    tender = load_tender(tx, tender_id)
    if not tender.is_public:
        raise NotFound("tender_unknown", tender=tender_id)
    published = [each for each in documents.versions_of(tx, tender.id) if each.published_at]
    message = notice_message(tender, published, find_committee(tx, tender.id), base)
    return pb.GetNoticeResponse(notice=message, stage=tender.stage(tx.now()).value)


def add_servicers(database: Database, base: str, server: grpc.Server) -> Sequence[str]:
    """Adds the service to a server; returns its full name."""
    pb_grpc.add_TendersServiceServicer_to_server(Tenders(database, base), server)  # type: ignore[no-untyped-call]  # generated
    return [SERVICE]
