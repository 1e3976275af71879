"""Receipts, checked without the installation."""

from contextlib import ExitStack
from pathlib import Path

import click
from licita_formats.notes import Verifier
from licita_formats.receipts import ReceiptRefused, verify_receipt

from licita_client.context import REFUSED, Licita, pass_licita
from licita_client.sealing import read_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEYS = "installation-keys.json"


@click.group("receipt")
def group() -> None:
    """Receipts / recibos."""


@group.command("keys")
@pass_licita
def keep_keys(licita: Licita) -> None:
    """Keep the installation's public keys for later / guardar las claves públicas de la instalación."""
    licita.show({"kept": str(licita.home.write(KEYS, licita.api.directory["keys"]))})


@group.command("verify")
@click.argument("receipt", type=FILE)
@click.option(
    "--keys", type=FILE, help="Public keys, by default those kept / claves públicas, por omisión las guardadas."
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=(str, FILE),
    metavar="ENVELOPE FILE",
    help="Your ciphertext / su archivo cifrado.",
)
@pass_licita
def verify(licita: Licita, receipt: Path, keys: Path | None, files: tuple[tuple[str, Path], ...]) -> None:
    """Verify a receipt offline / verificar un recibo sin conexión."""
    known = read_json(keys) if keys else licita.home.read(KEYS) or licita.api.directory["keys"]
    verifiers = [Verifier.parse(vkey) for vkey in known.values()]
    with ExitStack() as stack:
        streams = {envelope: stack.enter_context(path.open("rb")) for envelope, path in files}
        try:
            checked = verify_receipt(receipt.read_text("utf-8"), verifiers, streams)
        except ReceiptRefused as error:
            licita.fail("receipt_bad", REFUSED, reason=f"{error.code} {error.params}")
    found = checked.receipt
    told = {"receipt": found.receipt, "signers": ", ".join(checked.signers), "received_at": found.received_at}
    licita.tell("receipt_good", {**told, "checked": checked.checked}, **told)
    if not licita.as_json:
        licita.tell(
            "receipt_files", checked=", ".join(checked.checked) or "-", unchecked=", ".join(checked.not_checked) or "-"
        )


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
