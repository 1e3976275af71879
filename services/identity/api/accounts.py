"""Routes of one's own account."""

from typing import Any

from backbone.acts import Call
from backbone.principal import Principal
from services.identity.api import doors, house
from services.identity.commands import accounts, second_factor, sessions
from services.identity.queries import people
from services.identity.schemas.accounts import ActivationIn, MeOut, PersonIn, PersonOut, TotpOut
from services.identity.schemas.sessions import TotpIn


def _hash_password(_: Principal, body: dict[str, Any]) -> str:
    accounts.check_password(body["password"], body["email"])
    return house().credentials.passwords.hash(body["password"])


@doors.act("POST", "/v1/people", body=PersonIn, returns=PersonOut, status=201, before=_hash_password, confidential=True)
def register_person(call: Call, body: dict[str, Any]) -> Any:
    """Makes an account for oneself."""
    facts = {name: body[name] for name in ("email", "name", "language")}
    return accounts.register_person(call.tx, password_hash=call.prepared, **facts)


def _prepare_activation(_: Principal, body: dict[str, Any]) -> str:
    parts = house()
    return accounts.prepare_activation(parts.database, parts.credentials.passwords, body["code"], body["password"])


@doors.act(
    "POST", "/v1/activations", body=ActivationIn, returns=PersonOut, before=_prepare_activation, confidential=True
)
def activate(call: Call, body: dict[str, Any]) -> Any:
    """Accepts an invitation. A new account gets this password; who has an account already gives the one it has."""
    return accounts.activate(call.tx, body["code"], call.prepared)


@doors.ask("/v1/people/me", returns=MeOut)
def show_me(call: Call) -> Any:
    """One's own account and memberships."""
    return people.show_me(call.tx, call.principal)


@doors.act("POST", "/v1/people/me/totp", returns=TotpOut, confidential=True)
def enrol_totp(call: Call) -> Any:
    """A new secret for an authenticator app, shown this once. It counts after its first code."""
    secret, uri = second_factor.enrol(call.tx, call.principal, house().credentials.vault)
    return {"secret": secret, "uri": uri}


def _count_attempt(principal: Principal, _: dict[str, Any]) -> None:
    sessions.begin_second_factor(house().database, principal)


@doors.act(
    "POST",
    "/v1/people/me/totp/confirmation",
    body=TotpIn,
    returns=PersonOut,
    before=_count_attempt,
    confidential=True,
)
def confirm_totp(call: Call, body: dict[str, Any]) -> Any:
    """Takes the new second factor into use."""
    vault = house().credentials.vault
    return second_factor.confirm_enrolment(call.tx, call.principal, vault, body["totp"])
