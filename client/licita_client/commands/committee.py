"""Members of an opening committee: keys, the canary, handing in shares."""

import base64
from io import BytesIO
from typing import Any

import click
from licita_formats import age
from licita_formats.age import Identity
from licita_formats.sealed_bid import ShareRefused, open_share

from licita_client import committee_key
from licita_client.context import Licita, pass_licita, secret

PASSPHRASE = "LICITA_PASSPHRASE"  # noqa: S105 - the name of an environment variable


@click.group("committee")
def group() -> None:
    """Opening keys and openings / claves de apertura y aperturas."""


@group.command("keygen")
@pass_licita
def keygen(licita: Licita) -> None:
    """Make your opening key on this device / crear la clave de apertura en este dispositivo."""
    try:
        made = committee_key.make(licita.home, secret(PASSPHRASE, "Passphrase"))
    except FileExistsError:
        licita.fail("key_exists")
    licita.tell("key_made", {"recipient": made}, recipient=made)


@group.command("register")
@click.argument("tender")
@pass_licita
def enter(licita: Licita, tender: str) -> None:
    """Register the key with a tender and open its canary / registrar la clave y abrir el sobre de prueba."""
    identity = _unlock(licita)
    path = f"/v1/tenders/{tender}/committee"
    answer = licita.api.call("tenders", "POST", f"{path}/keys", {"recipient": str(identity.recipient)})
    plain = BytesIO()
    age.decrypt(BytesIO(base64.b64decode(answer["canary"])), plain, [identity])
    licita.api.call("tenders", "POST", f"{path}/canary", {"secret": plain.getvalue().hex()})
    licita.tell("key_registered", {"recipient": str(identity.recipient)})


@group.command("open")
@click.argument("tender")
@click.argument("envelope")
@pass_licita
def hand_in(licita: Licita, tender: str, envelope: str) -> None:
    """Hand in your shares of all bids of a stage / entregar sus partes de todas las ofertas de una etapa."""
    identity = _unlock(licita)
    path = f"/v1/tenders/{tender}/openings/{envelope}/shares"
    bids = licita.api.get("bids", path)["bids"]
    shares = [{"bid": bid["bid"], "share": _share(bid["envelope"], identity)} for bid in bids]
    answer = licita.api.call("bids", "POST", path, {"shares": shares})
    told = {"handed_in": answer["handedIn"], "threshold": answer["threshold"]}
    licita.tell("shares_given", answer, count=len(shares), envelope=envelope, **told)


def _share(envelope: dict[str, Any], identity: Identity) -> str | None:
    """The share; None where the bidder dealt this member a bad one, which the server attributes to that bid alone.

    Raises:
        ShareRefused: the envelope has no share for this key.
    """
    try:
        return open_share(envelope, identity)
    except ShareRefused as error:
        if not error.code.startswith("dealer_"):
            raise
        return None


def _unlock(licita: Licita) -> Identity:
    try:
        return committee_key.unlock(licita.home, secret(PASSPHRASE, "Passphrase"))
    except FileNotFoundError:
        licita.fail("key_missing")
    except committee_key.KeyLocked:
        licita.fail("key_locked")


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
