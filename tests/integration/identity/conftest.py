"""Identity on a real database, with its first administrator, and people who sign in."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.app import build, make_first_administrator
from services.identity.settings import FirstAdministrator, IdentitySettings
from tests.support.alone import Alone, alone, find_servers

PASSWORD = "una frase larga de prueba"
ADMIN = FirstAdministrator("admin@licita.example", PASSWORD, pyotp.random_base32())


@pytest.fixture(scope="session")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    folder = tmp_path_factory.mktemp("keys")
    own = IdentitySettings(folder / "identity.pem", 1, 1024, ADMIN)
    with alone("identity", partial(build, own=own), find_servers(request), folder, "http://127.0.0.1:9") as service:
        make_first_administrator(service.settings, own)
        make_first_administrator(service.settings, own)  # a second time changes nothing
        yield service


@dataclass
class Person:
    """Somebody with an account."""

    client: FlaskClient
    email: str = field(default_factory=lambda: f"{uuid.uuid4().hex}@pueblo.example")
    totp: str = ""
    session: dict[str, Any] = field(default_factory=dict)
    step: int = 0

    def code(self) -> str:
        """A code that was not used before."""
        self.step = max(self.step + 1, int(time.time()) // 30 - 1)
        return pyotp.TOTP(self.totp).at(self.step * 30)

    def sign_in(self, password: str = PASSWORD, **more: str) -> TestResponse:
        body = {"email": self.email, "password": password, **more}
        answer = self.client.post("/v1/sessions", json=body | ({"totp": self.code()} if self.totp else {}))
        if answer.status_code == 201:
            self.session = answer.get_json()
        return answer

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        token = self.session.get("accessToken", "")
        return self.client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {token}"})

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.call("POST", path, body)


class Town:
    """A buyer with its administrator."""

    def __init__(self, house: Alone, admin: Person) -> None:
        self.client = house.parts.web.test_client()
        self.admin = admin
        self.chief = Person(self.client)
        made = admin.post(
            "/v1/organisations",
            {"name": f"Municipalidad {uuid.uuid4().hex}", "kind": "buyer", "adminEmail": self.chief.email,
             "adminName": "Administradora"},
        )  # fmt: skip
        assert made.status_code == 201, made.text
        self.id = made.get_json()["id"]
        self.accept(self.chief, made.get_json()["activationCode"])

    def accept(self, person: Person, code: str) -> None:
        """Takes up an invitation, enrols the second factor and signs in with it."""
        taken = self.client.post("/v1/activations", json={"code": code, "password": PASSWORD})
        assert taken.status_code == 200, taken.text
        assert person.sign_in().status_code == 201
        person.totp = person.post("/v1/people/me/totp").get_json()["secret"]
        assert person.post("/v1/people/me/totp/confirmation", {"totp": person.code()}).status_code == 200
        assert person.sign_in().status_code == 201

    def member(self, *roles: str) -> Person:
        """A member of staff with these roles."""
        person = Person(self.client)
        answer = self.invite(person, *roles)
        assert answer.status_code == 201, answer.text
        self.accept(person, answer.get_json()["activationCode"])
        return person

    def invite(self, person: Person, *roles: str) -> TestResponse:
        body = {"email": person.email, "name": "Funcionaria", "roles": list(roles)}
        return self.chief.post(f"/v1/organisations/{self.id}/members", body)


@pytest.fixture(scope="session")
def admin(house: Alone) -> Person:
    person = Person(house.parts.web.test_client(), ADMIN.email, ADMIN.totp_secret)
    assert person.sign_in().status_code == 201
    return person


@pytest.fixture(scope="session")
def town(house: Alone, admin: Person) -> Town:
    return Town(house, admin)


def refused(answer: TestResponse, status: int, code: str) -> None:
    """A refusal with this status and code."""
    assert (answer.status_code, answer.get_json().get("code")) == (status, code), answer.text
