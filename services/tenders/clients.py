"""What this service asks of others, over gRPC, always with a deadline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Protocol

from licita.identity.v1 import identity_service_pb2 as identity_pb
from licita.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from licita.vendors.v1 import vendors_service_pb2 as vendors_pb
from licita.vendors.v1.vendors_service_pb2_grpc import VendorsServiceStub

from backbone.channels import Channel
from services.tenders.domain.award import Eligibility


class Clients(Protocol):
    """The questions. Each may raise `Unavailable`; tests answer them without servers."""

    def holders(self, tender: str, duty: str) -> frozenset[str]:
        """Persons who hold the duty in the tender now."""

    def people(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Names of persons; who is unknown is left out."""

    def organisations(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Names of organisations; what is unknown is left out."""

    def vendors(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Legal names of suppliers; who is not registered is left out."""

    def eligibility(self, ids: Iterable[str]) -> Mapping[str, Eligibility]:
        """May these suppliers act now?"""


@dataclass
class RemoteClients:
    """The questions, asked of the services that own the answers."""

    identity: Channel
    vendors_register: Channel

    def holders(self, tender: str, duty: str) -> frozenset[str]:
        """Persons who hold the duty in the tender now."""
        request = identity_pb.ListDutiesRequest(tender=tender)
        answer = self.identity.call(self._identity().ListDuties, request)
        return frozenset(each.person for each in answer.duties if each.duty == duty)

    def people(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Names of persons; who is unknown is left out."""
        request = identity_pb.DescribePeopleRequest(people=sorted(set(ids)))
        answer = self.identity.call(self._identity().DescribePeople, request)
        return {each.id: each.name for each in answer.people}

    def organisations(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Names of organisations; what is unknown is left out."""
        request = identity_pb.DescribeOrganisationsRequest(organisations=sorted(set(ids)))
        answer = self.identity.call(self._identity().DescribeOrganisations, request)
        return {each.id: each.name for each in answer.organisations}

    def vendors(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Legal names of suppliers; who is not registered is left out."""
        request = vendors_pb.DescribeVendorsRequest(vendors=sorted(set(ids)))
        answer = self.vendors_register.call(self._vendors().DescribeVendors, request)
        return {each.id: each.legal_name for each in answer.vendors}

    def eligibility(self, ids: Iterable[str]) -> Mapping[str, Eligibility]:
        """May these suppliers act now?"""
        request = vendors_pb.CheckEligibilityRequest(vendors=sorted(set(ids)))
        answer = self.vendors_register.call(self._vendors().CheckEligibility, request)
        checked_at = answer.checked_at.ToDatetime(UTC)
        return {
            each.vendor: Eligibility(each.vendor, each.eligible, each.reason, each.list_version, checked_at)
            for each in answer.results
        }

    def _identity(self) -> IdentityServiceStub:
        return IdentityServiceStub(self.identity.open())  # type: ignore[no-untyped-call]  # generated code

    def _vendors(self) -> VendorsServiceStub:
        return VendorsServiceStub(self.vendors_register.open())  # type: ignore[no-untyped-call]  # generated code
