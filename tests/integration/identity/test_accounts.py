"""Accounts, sessions, second factors and tokens on the real database."""

import uuid

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.integration.identity.conftest import PASSWORD, Person, Town, refused
from tests.support.alone import Alone


def newcomer(town: Town) -> Person:
    person = Person(town.client)
    body = {"email": person.email, "name": "Encargada", "password": PASSWORD, "language": "es"}
    assert town.client.post("/v1/people", json=body).status_code == 201
    assert person.sign_in().status_code == 201
    return person


def test_a_token_verifies_with_the_published_key(town: Town) -> None:
    """The key set is public and has no private part; the token names person, session, organisation and roles."""
    published = town.client.get("/.well-known/jwks.json").get_json()
    assert "d" not in published["keys"][0]
    claims = jwt.decode(
        town.chief.session["accessToken"], KeySet.import_key_set(published), algorithms=["Ed25519"]
    ).claims
    assert (claims["org"], claims["org_kind"], claims["roles"]) == (town.id, "buyer", ["org_admin"])
    assert claims["exp"] - claims["iat"] == 300
    assert claims["mfa_at"] > 0


def test_a_code_of_the_second_factor_works_once(town: Town) -> None:
    """Control 10.4: a code seen by somebody else is worth nothing."""
    officer = town.member("officer")
    code = officer.code()
    body = {"email": officer.email, "password": PASSWORD, "totp": code}
    assert town.client.post("/v1/sessions", json=body).status_code == 201
    refused(town.client.post("/v1/sessions", json=body), 401, "second_factor_wrong")


def test_staff_without_the_second_factor_can_only_enrol_one(town: Town) -> None:
    """Control 10.3: staff act with a second factor."""
    chief = Person(town.client, town.chief.email)
    assert chief.sign_in().status_code == 201
    body = {"email": "x@pueblo.example", "name": "x", "roles": ["officer"]}
    refused(chief.post(f"/v1/organisations/{town.id}/members", body), 403, "second_factor_missing")
    refused(chief.post("/v1/people/me/totp"), 403, "second_factor_missing")


def test_an_unknown_address_is_answered_like_a_wrong_password(town: Town) -> None:
    person = newcomer(town)
    wrong = town.client.post("/v1/sessions", json={"email": person.email, "password": "not this one"})
    unknown = town.client.post(
        "/v1/sessions", json={"email": f"{uuid.uuid4().hex}@nowhere.example", "password": "not this one"}
    )
    same = [{**each.get_json(), "instance": ""} for each in (wrong, unknown)]
    assert same[0] == same[1]
    refused(wrong, 401, "credentials_wrong")


def test_after_five_failures_the_account_waits(town: Town) -> None:
    person = newcomer(town)
    for _ in range(5):
        refused(person.sign_in("not this one at all"), 401, "credentials_wrong")
    refused(person.sign_in(), 429, "account_waits")


def test_a_refresh_token_shown_twice_ends_its_session(town: Town) -> None:
    person = newcomer(town)
    first = person.session["refreshToken"]
    renewed = town.client.post("/v1/sessions/refresh", json={"refreshToken": first})
    assert renewed.status_code == 201
    refused(town.client.post("/v1/sessions/refresh", json={"refreshToken": first}), 401, "session_ended")
    second = renewed.get_json()["refreshToken"]
    refused(town.client.post("/v1/sessions/refresh", json={"refreshToken": second}), 401, "session_ended")


def test_a_closed_session_is_closed_at_once(town: Town) -> None:
    person = newcomer(town)
    assert person.call("DELETE", f"/v1/sessions/{person.session['session']}").status_code == 200
    refused(person.call("GET", "/v1/people/me"), 401, "session_ended")


def test_one_address_has_one_account(town: Town) -> None:
    """Control 10.3: no second account for the same person."""
    person = newcomer(town)
    body = {"email": person.email.upper(), "name": "Otra", "password": PASSWORD, "language": "es"}
    refused(town.client.post("/v1/people", json=body), 409, "email_taken")


def test_no_name_and_no_address_is_told_to_the_world(town: Town, house: Alone) -> None:
    """Control 9.8: people are random ids in events."""
    told = str(house.journal())
    assert town.chief.email not in told
    assert "Administradora" not in told
    assert town.chief.session["person"] in told
