"""The auditor exports the log, verifies it with a tool of its own, replays the tender, and finds a changed byte."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from demo.scenario.cast import Cast
from demo.story import wait_for

VERIFIER = "licita_verify.py"


def play(cast: Cast) -> None:
    """Export, verify, replay, tamper."""
    cast.story.chapter(7, "La auditoría")
    wait_for("the log has the contract", lambda: _in_log(cast, "ContractSigned"))
    archive = cast.papers / "auditoria"
    exported = cast["auditor"].licita("audit", "export", archive)
    cast.story.done(f"Registro exportado: {exported['size']} eventos, con su propio verificador")
    good = verify(archive)
    assert good.returncode == 0, good.stdout + good.stderr
    cast.story.done("El verificador independiente lo da por íntegro")
    replayed = cast["auditor"].licita("audit", "replay", cast.tender)
    cast.seen["replay"] = replayed
    cast.story.done(
        f"Repetición desde los eventos: {replayed['events']} eventos, {len(replayed['findings'])} infracciones"
    )
    _tamper(cast, archive)


def verify(archive: Path) -> subprocess.CompletedProcess[str]:
    """Runs the archive's verifier in a Python of its own that knows nothing of this project."""
    command = [sys.executable, "-I", str(archive / VERIFIER), str(archive), "--lang", "es", "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _in_log(cast: Cast, kind: str) -> Any:
    history = cast["auditor"].api.get("audit", cast.of_tender("/history"))["items"]
    return [event for event in history if event["type"].endswith(kind)]


def _tamper(cast: Cast, archive: Path) -> None:
    """Changes one byte of a copy by hand, in the middle of the first bundle of leaves."""
    copy = cast.world.folder / "copia-alterada"
    shutil.copytree(archive, copy)
    bundle = min(path for path in (copy / "tile" / "entries").rglob("*") if path.is_file())
    data = bytearray(bundle.read_bytes())
    place = data.index(b'"time":"20', len(data) // 2) + len(b'"time":"')
    data[place + 3] ^= 1
    bundle.write_bytes(bytes(data))
    bad = verify(copy)
    assert bad.returncode == 1, bad.stdout + bad.stderr
    found = next(line for line in (bad.stdout + bad.stderr).splitlines()[::-1] if line.strip())
    cast.story.refused("Un byte cambiado a mano en una copia del registro", found)
    cast.seen["tampered"] = found
