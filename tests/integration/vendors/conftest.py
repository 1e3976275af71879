"""The register on real servers, and people who use it."""

import io
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.vendors.app import build
from tests.support.alone import Alone, alone, find_servers
from tests.support.issuer import Issuer, issuer

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"
FAR = "2099-12-31T23:59:59Z"
STAFF = {"registrar": "oversight", "auditor": "oversight", "officer": "buyer", "platform_admin": "platform"}


@pytest.fixture(scope="session")
def identity() -> Iterator[Issuer]:
    with issuer() as found:
        yield found


@pytest.fixture(scope="session")
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, identity: Issuer
) -> Iterator[Alone]:
    with alone("vendors", build, find_servers(request), tmp_path_factory.mktemp("keys"), identity.url) as service:
        yield service


@dataclass
class Person:
    """Somebody with a token, calling the service."""

    client: FlaskClient
    headers: dict[str, str]
    organisation: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers | options.pop("headers", {}), **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.client.post(path, json=body, headers=self.headers | options.pop("headers", {}), **options)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.client.put(path, json=body, headers=self.headers)

    def upload(
        self,
        *,
        content: bytes = PDF,
        name: str = "constancia.pdf",
        kind: str = "application/pdf",
        headers: dict[str, str] | None = None,
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> TestResponse:
        """Sends a paper of one's own organisation."""
        form = {"kind": "tax_compliance", "title": "Constancia de cumplimiento tributario", "validUntil": FAR}
        return self.client.post(
            f"/v1/vendors/{self.organisation}/evidence",
            data=form | dict(fields) | {"file": (io.BytesIO(content), name, kind)},
            headers=self.headers | (headers or {}),
        )


class Town:
    """Makes the people that a test needs."""

    def __init__(self, house: Alone, identity: Issuer) -> None:
        self.client = house.parts.web.test_client()
        self._identity = identity

    def staff(self, role: str, *, second_factor: bool = True) -> Person:
        """A person of a public body."""
        headers = self._identity.headers(role, kind=STAFF[role], second_factor=second_factor)
        return Person(self.client, headers)

    def supplier(self) -> Person:
        """The administrator of a supplier that has not registered yet."""
        organisation = str(uuid.uuid4())
        headers = self._identity.headers("supplier_admin", organisation=organisation, second_factor=False)
        return Person(self.client, headers, organisation)

    def vendor(self, **changes: Any) -> Person:
        """The administrator of a registered supplier."""
        supplier = self.supplier()
        answer = supplier.post("/v1/vendors", registration(**changes))
        assert answer.status_code == 201, answer.text
        return supplier

    def nobody(self) -> Person:
        """Anybody, without an account."""
        return Person(self.client, {})


@pytest.fixture
def town(house: Alone, identity: Issuer) -> Town:
    return Town(house, identity)


@pytest.fixture
def registrar(town: Town) -> Person:
    return town.staff("registrar")


def registration(**changes: Any) -> dict[str, Any]:
    """A registration that shares nothing with any other."""
    own = uuid.uuid4().hex
    return {
        "legalName": "Distribuidora de prueba S.A.",
        "identifier": {"scheme": "PY-RUC", "id": f"{own[:12]}-1"},
        "address": {"country": "PY", "countryName": "Paraguay", "streetAddress": f"Avenida {own}", "locality": "Luque"},
        "contactPoint": {"name": "Mesa de entradas", "email": f"{own}@proveedor.example", "telephone": ""},
        "categories": [],
    } | changes


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    problem: dict[str, Any] = answer.get_json()
    assert problem["code"] == code
    return problem
