"""A supplier's entry in the register."""

from pathlib import Path

import click

from licita_client.context import Licita, pass_licita
from licita_client.sealing import read_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("vendor")
def group() -> None:
    """Register as a supplier, keep evidence / registrarse como proveedor, guardar constancias."""


@group.command("register")
@click.argument("entry", type=FILE)
@pass_licita
def enter(licita: Licita, entry: Path) -> None:
    """Register from a JSON file / registrarse desde un archivo JSON."""
    facts = read_json(entry)
    if not licita.api.session.get("organisation"):
        licita.api.call("identity", "POST", "/v1/organisations", {"name": facts["legalName"], "kind": "supplier"})
        licita.api.renew()
    answer = licita.api.call("vendors", "POST", "/v1/vendors", facts)
    licita.tell("vendor_registered", answer, vendor=answer["id"])


@group.command("evidence")
@click.argument("file", type=FILE)
@click.option("--kind", required=True)
@click.option("--title", required=True)
@click.option("--valid-until", required=True, help="RFC 3339")
@click.option("--format", "media_type", default="application/pdf", show_default=True)
@pass_licita
def evidence(licita: Licita, file: Path, kind: str, title: str, valid_until: str, media_type: str) -> None:
    """Upload a certificate / subir una constancia."""
    path = f"/v1/vendors/{licita.api.session['organisation']}/evidence"
    answer = licita.api.upload("vendors", path, file, media_type, kind=kind, title=title, validUntil=valid_until)
    licita.tell("evidence_kept", answer, sha256=answer["sha256"])


@group.command("show")
@click.argument("vendor", required=False)
@pass_licita
def show(licita: Licita, vendor: str | None) -> None:
    """An entry of the register, your own by default / una ficha del registro, por omisión la propia."""
    licita.show(licita.api.get("vendors", f"/v1/vendors/{vendor or licita.api.session['organisation']}"))


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
