"""Auditors: export the log, verify it with the independent verifier, replay one tender."""

import subprocess
import sys
import tarfile
from pathlib import Path

import click

from licita_client.context import Licita, pass_licita

VERIFIER = "licita_verify.py"


@click.group("audit")
def group() -> None:
    """Export, verify, replay / exportar, verificar, repetir."""


@group.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@pass_licita
def export(licita: Licita, folder: Path) -> None:
    """Fetch the whole log with its verifier / obtener todo el registro con su verificador."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = licita.api.download("audit", "/v1/export", folder / "export.tar")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    size = (folder / "checkpoint").read_text("utf-8").splitlines()[1]
    licita.tell("exported", {"folder": str(folder), "size": int(size)}, folder=folder, size=size)


@group.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@pass_licita
def verify(licita: Licita, folder: Path) -> None:
    """Run the archive's own verifier over it / ejecutar el verificador del archivo."""
    done = subprocess.run(  # noqa: S603 - the auditor asks for exactly this file
        [sys.executable, str(folder / VERIFIER), str(folder), "--lang", licita.language], check=False
    )
    sys.exit(done.returncode)


@group.command("history")
@click.argument("tender")
@pass_licita
def history(licita: Licita, tender: str) -> None:
    """What the log says of a tender / lo que el registro dice de una licitación."""
    licita.show(licita.api.get("audit", f"/v1/tenders/{tender}/history"))


@group.command("replay")
@click.argument("tender")
@pass_licita
def replay(licita: Licita, tender: str) -> None:
    """Rebuild a tender from its events and check the law / reconstruir una licitación y comprobar la ley."""
    answer = licita.api.get("audit", f"/v1/tenders/{tender}/replay")
    if answer["findings"]:
        licita.show(answer["findings"])
        licita.fail("replay_findings", tender=tender, count=len(answer["findings"]))
    licita.tell("replay_clean", answer, tender=tender, events=answer["events"])


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    main.add_command(group)
