"""Tenders: make drafts from files, add documents, look."""

from pathlib import Path

import click

from licita_client.context import Licita, pass_licita
from licita_client.sealing import read_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("tender")
def group() -> None:
    """Drafts, documents, public notices / borradores, documentos, convocatorias."""


@group.command("draft")
@click.argument("notice", type=FILE)
@pass_licita
def draft(licita: Licita, notice: Path) -> None:
    """Make a draft from a JSON file / crear un borrador desde un archivo JSON."""
    answer = licita.api.call("tenders", "POST", "/v1/tenders", read_json(notice))
    licita.tell("tender_drafted", answer, tender=answer["id"], ocid=answer["ocid"])


@group.command("document")
@click.argument("tender")
@click.argument("file", type=FILE)
@click.option("--title", required=True)
@click.option("--type", "document_type", default="biddingDocuments", show_default=True, help="OCDS documentType")
@click.option("--format", "media_type", default="application/pdf", show_default=True)
@click.option("--language", default="es", show_default=True)
@pass_licita
def document(
    licita: Licita, tender: str, file: Path, title: str, document_type: str, media_type: str, language: str
) -> None:
    """Add a document to a draft / agregar un documento a un borrador."""
    answer = licita.api.upload(
        "tenders", f"/v1/tenders/{tender}/documents", file, media_type,
        title=title, documentType=document_type, language=language,
    )  # fmt: skip
    licita.tell("evidence_kept", answer, sha256=answer["sha256"])


@group.command("list")
@click.option("--stage", default="")
@click.option("--words", default="")
@pass_licita
def listing(licita: Licita, stage: str, words: str) -> None:
    """Published tenders / licitaciones publicadas."""
    query = {name: value for name, value in {"stage": stage, "q": words}.items() if value}
    licita.show(licita.api.get("tenders", "/v1/tenders", **query))


@group.command("show")
@click.argument("tender")
@pass_licita
def show(licita: Licita, tender: str) -> None:
    """One tender / una licitación."""
    licita.show(licita.api.get("tenders", f"/v1/tenders/{tender}"))


@group.command("ask")
@click.argument("tender")
@click.argument("question")
@pass_licita
def ask(licita: Licita, tender: str, question: str) -> None:
    """Ask a question; the answer goes to everybody, your name to nobody / preguntar sin que se sepa quién."""
    licita.show(licita.api.call("tenders", "POST", f"/v1/tenders/{tender}/questions", {"text": question}))


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
