"""Bids: seal on this device, send, replace, withdraw."""

import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from licita_formats.sealed_bid import Document
from licita_formats.statements import open_statement

from licita_client.api import Refused
from licita_client.context import Licita, pass_licita
from licita_client.home import write_private
from licita_client.sealing import BID, RECEIPT, SECRET, Contents, Terms, read_json, seal_folder

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("bid")
def group() -> None:
    """Seal and send bids / sellar y enviar ofertas."""


@group.command("seal")
@click.argument("tender")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--lot", required=True)
@click.option(
    "--document",
    "documents",
    multiple=True,
    type=(str, str, FILE),
    metavar="ENVELOPE TYPE FILE",
    help="Repeat for each document / repita para cada documento.",
)
@click.option("--offer", type=FILE, help="JSON with items and total, for the envelope with the price / precios.")
@click.option(
    "--incomplete", is_flag=True, help="Seal although required documents are missing / aunque falten documentos."
)
@pass_licita
def seal(
    licita: Licita, tender: str, folder: Path, lot: str, documents: tuple[tuple[str, str, Path], ...],
    offer: Path | None, incomplete: bool,  # noqa: FBT001 - a switch of the command line
) -> None:  # fmt: skip
    """Encrypt a bid into FOLDER; nothing is sent / cifrar una oferta en FOLDER; no se envía nada."""
    body = licita.api.get("bids", f"/v1/tenders/{tender}/terms")
    terms = Terms.read(body)
    missing = _missing(body.get("requiredDocuments", []), documents)
    if missing and not incomplete:
        licita.fail("documents_missing", documents=", ".join(missing))
    contents = {name: _contents(name, documents, offer, terms) for name in terms.envelopes}
    facts = seal_folder(terms, lot, _bidder(licita), _next_version(licita, tender, lot), contents, folder)
    committee = {"k": terms.committee.k, "n": terms.committee.n, "fingerprint": terms.committee.sha256()[:16]}
    licita.tell("bid_sealed", facts, folder=folder, **committee)
    if not licita.as_json:
        licita.tell("bid_not_sent", folder=folder)


@group.command("submit")
@click.argument("folder", type=FOLDER)
@pass_licita
def submit(licita: Licita, folder: Path) -> None:
    """Send a sealed bid, or replace your earlier one / enviar una oferta sellada o reemplazar la anterior."""
    facts = read_json(folder / BID)
    earlier = _own_bid(licita, facts["tender"], facts["lot"])
    path = f"/v1/bids/{earlier['bid']}/replacement" if earlier else f"/v1/tenders/{facts['tender']}/bids"
    try:
        envelopes = [_sent(licita, facts["tender"], folder, name) for name in facts["envelopes"]]
        body = {"lot": facts["lot"], "envelopes": envelopes, "blind": read_json(folder / SECRET)["blind"]}
        answer = licita.api.call("bids", "POST", path, body)
    except Refused as error:
        _keep_refusal(folder, error)
        raise
    _received(licita, folder, answer, RECEIPT, "bid_received")


@group.command("withdraw")
@click.argument("folder", type=FOLDER)
@pass_licita
def withdraw(licita: Licita, folder: Path) -> None:
    """Withdraw the bid that FOLDER holds the receipt of / retirar la oferta cuyo recibo está en FOLDER."""
    receipt = _statement(licita, (folder / RECEIPT).read_text("utf-8"))
    body = {"receipt": receipt["receipt"], "blind": read_json(folder / SECRET)["blind"]}
    answer = licita.api.call("bids", "POST", f"/v1/bids/{receipt['bid']}/withdrawal", body)
    _received(licita, folder, answer, "withdrawal.txt", "bid_withdrawn")


@group.command("list")
@pass_licita
def listing(licita: Licita) -> None:
    """Your own bids / sus propias ofertas."""
    licita.show(licita.api.get("bids", "/v1/bids"))


def _bidder(licita: Licita) -> str:
    bidder = licita.api.session.get("organisation")
    if not bidder:
        licita.fail("not_signed_in")
    return str(bidder)


def _own_bid(licita: Licita, tender: str, lot: str) -> dict[str, Any] | None:
    own = licita.api.get("bids", "/v1/bids", tender=tender)["items"]
    mine = (tender, lot, "sealed")  # a withdrawn bid is no longer there to be replaced
    return next((bid for bid in own if (bid["tender"], bid["lot"], bid["state"]) == mine), None)


def _next_version(licita: Licita, tender: str, lot: str) -> int:
    earlier = _own_bid(licita, tender, lot)
    return earlier["version"] + 1 if earlier else 1


def _contents(name: str, documents: Iterable[tuple[str, str, Path]], offer: Path | None, terms: Terms) -> Contents:
    """The price goes into the last envelope to be opened."""
    chosen = [_document(kind, path) for envelope, kind, path in documents if envelope == name]
    return Contents(chosen, read_json(offer) if offer and name == terms.envelopes[-1] else None)


def _document(kind: str, path: Path) -> Document:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Document(path.name, path.stem, kind, media_type, lambda: path.open("rb"))


def _missing(required: Iterable[dict[str, str]], given: Iterable[tuple[str, str, Path]]) -> list[str]:
    have = {(envelope, kind) for envelope, kind, _ in given}
    return [each["title"] for each in required if (each["envelope"], each["documentType"]) not in have]


def _sent(licita: Licita, tender: str, folder: Path, name: str) -> dict[str, Any]:
    """Uploads one ciphertext; returns what the submission says of it."""
    envelope = read_json(folder / f"{name}.envelope.json")
    place = licita.api.call("bids", "POST", f"/v1/tenders/{tender}/uploads", envelope["ciphertext"])
    licita.api.put_to_store(place["url"], place["headers"], folder / f"{name}.age")
    return {"upload": place["upload"], "envelope": envelope}


def _statement(licita: Licita, note: str) -> dict[str, Any]:
    return open_statement(note, licita.api.verifiers).body


def _received(licita: Licita, folder: Path, answer: dict[str, Any], name: str, sentence: str) -> None:
    """Checks the signature of a receipt before it is kept."""
    receipt = _statement(licita, answer["receipt"])
    write_private(folder / name, answer["receipt"])
    told = {"receipt": receipt["receipt"], "received_at": receipt["receivedAt"]}
    licita.tell(sentence, {**answer, **told}, **told)


def _keep_refusal(folder: Path, error: Refused) -> None:
    if "refusal" in error.problem:
        write_private(folder / "refusal.txt", error.problem["refusal"])


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
