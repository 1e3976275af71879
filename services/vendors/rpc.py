"""gRPC: what other services ask of the register."""

from collections.abc import Sequence

import grpc
from licita.vendors.v1 import vendors_service_pb2 as pb
from licita.vendors.v1 import vendors_service_pb2_grpc as pb_grpc

from backbone.database import Database
from services.vendors import events
from services.vendors.domain.debarment import Eligibility
from services.vendors.queries import eligibility

SERVICE = pb.DESCRIPTOR.services_by_name["VendorsService"].full_name


class Vendors(pb_grpc.VendorsServiceServicer):
    """Each call is one snapshot of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def CheckEligibility(  # noqa: N802  the generated name
        self,
        request: pb.CheckEligibilityRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.CheckEligibilityResponse:
        """May these suppliers act now? In the order asked."""
        with self._database.read() as tx:
            found = eligibility.check_eligibility(tx, request.vendors)
        return pb.CheckEligibilityResponse(
            results=[_eligibility(vendor, each, found.list_version) for vendor, each in found.results],
            checked_at=events.instant(found.checked_at),
        )

    def DescribeVendors(  # noqa: N802  the generated name
        self,
        request: pb.DescribeVendorsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.DescribeVendorsResponse:
        """Public register entries; those who are not registered are left out."""
        with self._database.read() as tx:
            found = eligibility.describe_vendors(tx, request.vendors)
        return pb.DescribeVendorsResponse(vendors=[events.party(each) for each in found])


def _eligibility(vendor: str, found: Eligibility, list_version: str) -> pb.Eligibility:
    return pb.Eligibility(
        vendor=vendor,
        eligible=found.eligible,
        reason=found.reason,
        status=found.status,
        list_version=list_version,
        debarred_until=events.instant(found.debarred_until) if found.debarred_until else None,
    )


def add_servicers(database: Database, server: grpc.Server) -> Sequence[str]:
    """Adds the service to a server; returns its full name."""
    pb_grpc.add_VendorsServiceServicer_to_server(Vendors(database), server)  # type: ignore[no-untyped-call]  # generated
    return [SERVICE]
