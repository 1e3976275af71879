"""The tenders service on real servers, with people who use it; identity and the vendors' register answer as doubles."""

import base64
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from licita_formats import age
from licita_formats.age import Identity
from werkzeug.test import TestResponse

from backbone.clock import rfc3339
from services.tenders.app import build
from services.tenders.domain.award import Eligibility
from services.tenders.settings import TendersSettings, load_policies
from tests.support.alone import Alone, alone, find_servers
from tests.support.issuer import Issuer, issuer

ROOT = Path(__file__).resolve().parents[3]
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"
KINDS = {"auditor": "oversight", "reviewer": "oversight"}


@dataclass
class OtherServices:
    """What identity and the vendors' register would answer; a test writes into it."""

    duties: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    away: bool = False

    def holders(self, tender: str, duty: str) -> frozenset[str]:
        return frozenset(self.duties.get((tender, duty), ()))

    def people(self, ids: Iterable[str]) -> Mapping[str, str]:
        return {each: f"Persona {each[:4]}" for each in ids}

    def organisations(self, ids: Iterable[str]) -> Mapping[str, str]:
        return dict.fromkeys(ids, "Municipalidad de prueba")

    def vendors(self, ids: Iterable[str]) -> Mapping[str, str]:
        return {each: f"Proveedor {each[:4]} S.A." for each in ids}

    def eligibility(self, ids: Iterable[str]) -> Mapping[str, Eligibility]:
        now = datetime.now(UTC)
        return {each: Eligibility(each, eligible=True, reason="", list_version="1/ab", checked_at=now) for each in ids}


@pytest.fixture(scope="session")
def identity() -> Iterator[Issuer]:
    with issuer() as found:
        yield found


@pytest.fixture(scope="session")
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, identity: Issuer
) -> Iterator[Alone]:
    with alone("tenders", build, find_servers(request), tmp_path_factory.mktemp("keys"), identity.url) as service:
        policies = load_policies([ROOT / "deploy/local/policies/demo.toml"])
        own = TendersSettings(policies, "ocds-213czf", "Licita")
        extensions = service.parts.web.extensions
        extensions["house"] = replace(extensions["house"], clients=OtherServices(), own=own)
        yield service


@dataclass
class Person:
    """Somebody with a token, calling the service."""

    client: FlaskClient
    headers: dict[str, str]
    id: str = ""
    organisation: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers | options.pop("headers", {}), **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.client.post(path, json=body, headers=self.headers | options.pop("headers", {}), **options)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.client.put(path, json=body, headers=self.headers)

    def patch(self, path: str, body: Any, version: int) -> TestResponse:
        return self.client.patch(path, json=body, headers=self.headers | {"If-Match": f'"{version}"'})

    def upload(self, tender: str, content: bytes = PDF, **fields: str) -> TestResponse:
        form = {"title": "Pliego de bases y condiciones", "documentType": "biddingDocuments", "language": "es"}
        file = (io.BytesIO(content), "pliego.pdf", "application/pdf")
        return self.client.post(
            f"/v1/tenders/{tender}/documents", data=form | fields | {"file": file}, headers=self.headers
        )


class Town:
    """A buyer with its staff, and whoever else a test needs."""

    def __init__(self, house: Alone, identity: Issuer) -> None:
        self.house = house
        self.client = house.parts.web.test_client()
        self.others: OtherServices = house.parts.web.extensions["house"].clients
        self.buyer = str(uuid.uuid4())
        self._identity = identity
        self.officer, self.approver = self.staff("officer"), self.staff("approver")
        self.members = [self.staff("committee_member") for _ in range(3)]

    def staff(self, *roles: str, buyer: str = "", **claims: Any) -> Person:
        """A person of the buyer, or of an oversight body."""
        person, kind = str(uuid.uuid4()), KINDS.get(roles[0], "buyer")
        organisation = buyer or (self.buyer if kind == "buyer" else str(uuid.uuid4()))
        headers = self._identity.headers(*roles, organisation=organisation, kind=kind, sub=person, **claims)
        return Person(self.client, headers, person, organisation)

    def supplier(self) -> Person:
        """The administrator of a supplier."""
        person, organisation = str(uuid.uuid4()), str(uuid.uuid4())
        headers = self._identity.headers("supplier_admin", organisation=organisation, sub=person, second_factor=False)
        return Person(self.client, headers, person, organisation)

    def nobody(self) -> Person:
        """Anybody, without an account."""
        return Person(self.client, {})

    def draft(self, **changes: Any) -> str:
        """A draft with a document and an appointed committee, whose keys are proven."""
        tender: str = done(self.officer.post("/v1/tenders", notice(**changes)), 201)["id"]
        done(self.officer.upload(tender), 201)
        self.others.duties[tender, "committee_member"] = {each.id for each in self.members}
        body = {"threshold": 2, "members": [each.id for each in self.members]}
        done(self.officer.put(f"/v1/tenders/{tender}/committee", body), 200)
        for member in self.members:
            prove(member, tender)
        return tender

    def approved(self, **changes: Any) -> tuple[str, dict[str, str]]:
        """A draft that a second person approved, and the body that names its digest."""
        tender = self.draft(**changes)
        sha256 = {"draftSha256": done(self.officer.post(f"/v1/tenders/{tender}/submission"), 200)["draftSha256"]}
        done(self.approver.post(f"/v1/tenders/{tender}/approval", sha256), 200)
        return tender, sha256

    def published(self, **changes: Any) -> str:
        """A published tender."""
        tender, sha256 = self.approved(**changes)
        done(self.approver.post(f"/v1/tenders/{tender}/publication", sha256), 200)
        return tender

    def journal(self, tender: str) -> list[dict[str, Any]]:
        """What the service has told of one tender."""
        return [each for each in self.house.journal() if each["subject"] == tender]


@pytest.fixture
def town(house: Alone, identity: Issuer) -> Town:
    return Town(house, identity)


def prove(member: Person, tender: str) -> None:
    """Registers a fresh key and opens its canary, as the command does on the member's device."""
    own = Identity.generate()
    path = f"/v1/tenders/{tender}/committee"
    canary = done(member.post(f"{path}/keys", {"recipient": str(own.recipient)}), 201)["canary"]
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(base64.b64decode(canary)), plain, [own])
    done(member.post(f"{path}/canary", {"secret": plain.getvalue().hex()}), 200)


def notice(ends_in: timedelta = timedelta(hours=1), **changes: Any) -> dict[str, Any]:
    """A draft of two lots and two envelopes."""
    ends_at = datetime.now(UTC) + ends_in
    return {
        "title": "Adquisición de módems",
        "description": "Provisión de módems con interfaces.",
        "language": "es",
        "mainProcurementCategory": "goods",
        "procedure": "open-two-envelopes",
        "value": {"amount": "600000000", "currency": "PYG"},
        "lots": [lot("lote-1", "item-1"), lot("lote-2", "item-2")],
        "criteria": [
            {"id": "calidad", "title": "Calidad", "envelope": "technical", "weight": "40", "maxScore": "100"},
            {"id": "precio", "title": "Precio", "envelope": "financial", "weight": "60", "maxScore": "100"},
        ],
        "tenderPeriod": {"endDate": rfc3339(ends_at)},
        "timeZone": "America/Asuncion",
        "requiredDocuments": [
            {"envelope": "technical", "documentType": "technicalSpecifications", "title": "Ficha técnica"}
        ],
    } | changes


def lot(name: str, item: str, quantity: str = "20") -> dict[str, Any]:
    """A lot of one item."""
    return {
        "id": name,
        "title": f"Título de {name}",
        "value": {"amount": "300000000", "currency": "PYG"},
        "items": [
            {
                "id": item,
                "description": "Módems con interfaces",
                "classification": {"scheme": "UNSPSC", "id": "43221806"},
                "quantity": quantity,
                "unit": "Unidad",
            }
        ],
    }


def done(answer: TestResponse, status: int) -> dict[str, Any]:
    """The body of an act that was done."""
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code, told in a sentence and not in the bare code."""
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.get_json()
    assert problem["code"] == code, answer.text
    assert problem["detail"] != code, "no sentence for this code"
    return problem
