"""Routes of sessions."""

from typing import Any

from backbone.acts import Call
from backbone.errors import Unauthenticated
from backbone.principal import Principal
from services.identity.api import doors, house
from services.identity.commands import sessions
from services.identity.queries import people
from services.identity.schemas.sessions import (
    ConfirmedOut,
    RefreshIn,
    SessionIn,
    SessionOut,
    SessionPage,
    SignedOut,
    TotpIn,
)


def _check_credentials(_: Principal, body: dict[str, Any]) -> str:
    parts = house()
    return sessions.check_credentials(parts.database, parts.credentials.passwords, body["email"], body["password"])


@doors.act(
    "POST",
    "/v1/sessions",
    body=SessionIn,
    returns=SignedOut,
    status=201,
    before=_check_credentials,
    confidential=True,
)
def open_session(call: Call, body: dict[str, Any]) -> Any:
    """Signs in. Without a code of the second factor, staff can only enrol one."""
    organisation = str(body["organisation"] or "")
    return sessions.open_session(
        call.tx, house().credentials, call.prepared, totp=body["totp"], organisation=organisation
    )


def _refresh(_: Principal, body: dict[str, Any]) -> sessions.Signed:
    """In a transaction of its own, which must also commit where the answer is a refusal: then a session was ended."""
    parts = house()
    with parts.database.begin() as tx:
        renewed = sessions.refresh(tx, parts.credentials, body["refresh_token"])
    if renewed is None:
        raise Unauthenticated("session_ended")
    return renewed


@doors.act(
    "POST", "/v1/sessions/refresh", body=RefreshIn, returns=SignedOut, status=201, before=_refresh, confidential=True
)
def refresh_session(call: Call, body: dict[str, Any]) -> Any:  # noqa: ARG001  it was used before
    """New tokens; the refresh token given is spent. A token shown twice ends its session."""
    return call.prepared


def _count_attempt(principal: Principal, _: dict[str, Any]) -> None:
    sessions.begin_second_factor(house().database, principal)


@doors.act(
    "POST",
    "/v1/sessions/second-factor",
    body=TotpIn,
    returns=ConfirmedOut,
    before=_count_attempt,
    confidential=True,
)
def confirm_second_factor(call: Call, body: dict[str, Any]) -> Any:
    """Gives the second factor again, for acts that ask for a fresh one (control 10.4)."""
    return sessions.confirm_second_factor(call.tx, call.principal, house().credentials, body["totp"])


@doors.ask("/v1/sessions", returns=SessionPage)
def list_sessions(call: Call) -> Any:
    """One's own sessions that still hold."""
    return {"items": people.list_sessions(call.tx, call.principal), "next": None}


@doors.act("DELETE", "/v1/sessions/<uuid:session_id>", returns=SessionOut)
def close_session(call: Call) -> Any:
    """Signs out, here or on another device."""
    return sessions.close_session(call.tx, call.principal, str(call.path["session_id"]))
