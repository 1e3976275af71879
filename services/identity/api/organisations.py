"""Routes of organisations and their members."""

from typing import Any

from backbone.acts import Call
from services.identity.api import doors
from services.identity.commands import organisations
from services.identity.queries import organisations as queries
from services.identity.schemas.organisations import (
    GrantIn,
    GrantOut,
    MemberPage,
    MembershipOut,
    OrganisationIn,
    OrganisationMade,
    OrganisationOut,
)


@doors.act("POST", "/v1/organisations", body=OrganisationIn, returns=OrganisationMade, status=201, confidential=True)
def create_organisation(call: Call, body: dict[str, Any]) -> Any:
    """Makes a supplier of one's own, or, as the platform's administrator, a public body.

    A buyer's answer has the activation code of its first administrator.
    """
    admin = (body["admin_email"], body["admin_name"]) if body["admin_email"] else None
    made, grant = organisations.create_organisation(
        call.tx, call.principal, name=body["name"], kind=body["kind"], admin=admin
    )
    code = grant.activation_code if grant else None
    return {"id": made.id, "kind": made.kind, "name": made.name, "activation_code": code}


@doors.ask("/v1/organisations/<uuid:organisation_id>", returns=OrganisationOut)
def show_organisation(call: Call) -> Any:
    """Name and kind."""
    return queries.show_organisation(call.tx, _organisation(call))


@doors.ask("/v1/organisations/<uuid:organisation_id>/members", returns=MemberPage)
def list_members(call: Call) -> Any:
    """Who belongs to it, for those who administer it."""
    return {"items": queries.list_members(call.tx, call.principal, _organisation(call)), "next": None}


@doors.act(
    "POST",
    "/v1/organisations/<uuid:organisation_id>/members",
    body=GrantIn,
    returns=GrantOut,
    status=201,
    confidential=True,
)
def grant_roles(call: Call, body: dict[str, Any]) -> Any:
    """Invites somebody with these roles, or gives a member these in the place of those before."""
    facts = {"email": body["email"], "name": body["name"], "roles": frozenset(body["roles"])}
    grant = organisations.grant_roles(call.tx, call.principal, _organisation(call), **facts)
    return {
        "person": grant.person.id,
        "roles": sorted(grant.membership.roles),
        "activation_code": grant.activation_code,
    }


@doors.act("DELETE", "/v1/organisations/<uuid:organisation_id>/members/<uuid:person_id>", returns=MembershipOut)
def revoke_membership(call: Call) -> Any:
    """Ends a membership, and with it the person's sessions and appointments here."""
    person = str(call.path["person_id"])
    return organisations.revoke_membership(call.tx, call.principal, _organisation(call), person)


def _organisation(call: Call) -> str:
    return str(call.path["organisation_id"])
