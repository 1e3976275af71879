"""gRPC: what other services ask about people and their duties."""

from collections.abc import Sequence

import grpc
from licita.identity.v1 import identity_service_pb2 as pb
from licita.identity.v1 import identity_service_pb2_grpc as pb_grpc

from backbone.database import Database
from services.identity.queries import duties, organisations, people

SERVICE = pb.DESCRIPTOR.services_by_name["IdentityService"].full_name


class Identity(pb_grpc.IdentityServiceServicer):
    """Each call is one snapshot of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ListDuties(  # noqa: N802  the generated name
        self,
        request: pb.ListDutiesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.ListDutiesResponse:
        """Who holds which duty in a tender, by appointment or by having exercised it."""
        with self._database.read() as tx:
            found = duties.duties_of(tx, request.tender)
        return pb.ListDutiesResponse(duties=[pb.Duty(person=each.person, duty=each.duty) for each in found])

    def DescribePeople(  # noqa: N802  the generated name
        self,
        request: pb.DescribePeopleRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.DescribePeopleResponse:
        """Names; who is unknown is left out."""
        with self._database.read() as tx:
            found = people.describe_people(tx, request.people)
        described = [pb.Person(id=each.id, name=each.name, language=each.language) for each in found]
        return pb.DescribePeopleResponse(people=described)

    def DescribeOrganisations(  # noqa: N802  the generated name
        self,
        request: pb.DescribeOrganisationsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002  gRPC's signature
    ) -> pb.DescribeOrganisationsResponse:
        """Names and kinds; what is unknown is left out."""
        with self._database.read() as tx:
            found = organisations.describe_organisations(tx, request.organisations)
        described = [pb.Organisation(id=each.id, name=each.name, kind=each.kind) for each in found]
        return pb.DescribeOrganisationsResponse(organisations=described)


def add_servicers(database: Database, server: grpc.Server) -> Sequence[str]:
    """Adds the service to a server; returns its full name."""
    pb_grpc.add_IdentityServiceServicer_to_server(Identity(database), server)  # type: ignore[no-untyped-call]  # generated
    return [SERVICE]
