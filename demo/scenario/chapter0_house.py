"""Before the story: the administrator sets up buyer and oversight bodies, and staff accept their invitations."""

from demo.actors import Actor
from demo.case import BUYER
from demo.scenario.cast import Cast

STAFF = {
    "officer": ("Oficial de compras", ["officer"]),
    "approver": ("Aprobadora", ["approver"]),
    "awarder": ("Autoridad que adjudica", ["awarder", "evaluator"]),
    "evaluator-1": ("Evaluador técnico", ["evaluator"]),
    "evaluator-2": ("Evaluadora económica", ["evaluator"]),
    "member-1": ("Presidenta del comité de apertura", ["committee_member"]),
    "member-2": ("Vocal primero del comité", ["committee_member"]),
    "member-3": ("Vocal segundo del comité", ["committee_member"]),
}
OVERSIGHT = {
    "registrar": ("Registradora de proveedores", ["registrar"]),
    "auditor": ("Auditor", ["auditor"]),
    "reviewer": ("Órgano de revisión", ["reviewer"]),
}


def play(cast: Cast) -> None:
    """Accounts and roles."""
    cast.story.chapter(0, "La casa: cuentas, funciones y segundo factor")
    admin = Actor(cast.world, "admin", "Administrador de la plataforma", cast.world.admin_email)
    admin.password, admin.totp_secret = cast.world.admin_password, cast.world.admin_totp
    admin.sign_in()
    cast.actors["admin"] = admin
    buyer = _organisation(cast, admin, BUYER, "buyer", "org-admin")
    oversight = _organisation(cast, admin, "Órgano de control", "oversight", "")
    for key, (title, roles) in STAFF.items():
        _invite(cast, cast["org-admin"], buyer, key, title, roles)
    for key, (title, roles) in OVERSIGHT.items():
        _invite(cast, admin, oversight, key, title, roles)
    cast.story.done(f"{len(cast.actors)} personas con cuenta propia y segundo factor; comprador: {BUYER}")
    refusal = admin.refused("tenders", "POST", "/v1/tenders", {"title": "x"})
    cast.story.refused("El administrador de la plataforma intenta crear una licitación", str(refusal))


def _organisation(cast: Cast, admin: Actor, name: str, kind: str, admin_key: str) -> str:
    body = {"name": name, "kind": kind}
    if admin_key:
        chief = cast.enter(admin_key, "Administradora de la entidad")
        body |= {"adminEmail": chief.email, "adminName": chief.title}
    answer = admin.api.call("identity", "POST", "/v1/organisations", body)
    if admin_key:
        cast[admin_key].accept(answer["activationCode"])
    return str(answer["id"])


def _invite(cast: Cast, inviter: Actor, organisation: str, key: str, title: str, roles: list[str]) -> None:
    actor = cast.enter(key, title)
    body = {"email": actor.email, "name": title, "roles": roles}
    answer = inviter.api.call("identity", "POST", f"/v1/organisations/{organisation}/members", body)
    actor.accept(answer["activationCode"])
