"""What bids asks of other services, over gRPC and always with a deadline."""

from collections.abc import Sequence
from datetime import UTC

from licita.identity.v1.identity_service_pb2 import DescribePeopleRequest
from licita.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from licita.vendors.v1.vendors_service_pb2 import CheckEligibilityRequest, DescribeVendorsRequest
from licita.vendors.v1.vendors_service_pb2_grpc import VendorsServiceStub

from backbone.channels import Channel
from backbone.errors import Unavailable
from services.bids.domain.acta import Party
from services.bids.domain.eligibility import SOURCE_VENDORS, Eligibility

ELIGIBILITY_SECONDS = 1.0


class Vendors:
    """The register of suppliers."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def check_eligibility(self, vendor: str) -> Eligibility | None:
        """The register's answer; None where it does not answer within a second."""
        stub = VendorsServiceStub(self._channel.open())  # type: ignore[no-untyped-call]  # generated
        request = CheckEligibilityRequest(vendors=[vendor])
        try:
            answer = self._channel.call(stub.CheckEligibility, request, ELIGIBILITY_SECONDS).results[0]
        except Unavailable:
            return None
        until = answer.debarred_until.ToDatetime(UTC) if answer.HasField("debarred_until") else None
        return Eligibility(SOURCE_VENDORS, "" if answer.eligible else answer.reason, until)

    def describe(self, vendors: Sequence[str]) -> dict[str, Party]:
        """Register entries by id.

        Raises:
            Unavailable: the register does not answer.
        """
        stub = VendorsServiceStub(self._channel.open())  # type: ignore[no-untyped-call]  # generated
        answer = self._channel.call(stub.DescribeVendors, DescribeVendorsRequest(vendors=vendors))
        return {each.id: Party(each.id, each.legal_name, each.scheme, each.identifier) for each in answer.vendors}


class People:
    """Who is who, for the acta."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def names(self, people: Sequence[str]) -> dict[str, str]:
        """Names by person id.

        Raises:
            Unavailable: identity does not answer.
        """
        stub = IdentityServiceStub(self._channel.open())  # type: ignore[no-untyped-call]  # generated
        answer = self._channel.call(stub.DescribePeople, DescribePeopleRequest(people=people))
        return {each.id: each.name for each in answer.people}
