"""The archive that an auditor takes home: checkpoint, tiles, entries, keys, the verifier, a page on what to do."""

import json
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from licita_formats.checkpoints import Checkpoint
from licita_formats.tiles import bundles, entries_path, tiles

from backbone.database import Transaction
from backbone.keys import KeyRing
from services.audit import queries

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "licita_verify.py"
READ_ME = """LICITA: REGISTRO DE AUDITORÍA / AUDIT LOG

es  Verifique con:  python3 licita_verify.py . --lang es
    Necesita Python 3.11 y el paquete «cryptography»; no usa la red. El archivo «checkpoint» es una nota firmada (C2SP);
    «tile/entries» contiene los eventos tal como se firmaron y «tile/<n>», los resúmenes del árbol (RFC 6962).
    Guarde el «checkpoint»: con --old-checkpoint podrá probar más adelante que nadie reescribió la historia.

en  Verify with:  python3 licita_verify.py . --lang en
    It needs Python 3.11 and the package "cryptography"; it uses no network. The file "checkpoint" is a signed note
    (C2SP); "tile/entries" holds the events as they were signed and "tile/<n>" the hashes of the tree (RFC 6962).
    Keep the "checkpoint": with --old-checkpoint you can prove later that nobody rewrote history.
"""


def published_keys(keys: KeyRing) -> dict[str, object]:
    """The verifier keys that the archive's verifier reads: the log's own and those of all producers."""
    producers = {name: vkey for name, vkey in keys.vkeys.items() if name != "audit"}
    return {"origin": keys.vkeys["audit"], "producers": producers}


def archive(tx: Transaction, keys: KeyRing) -> bytes:
    """The whole log as a TAR.

    Raises:
        NotFound: nothing was ever logged.
    """
    target = BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, data in _files(tx, keys):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, BytesIO(data))
    return target.getvalue()


def _files(tx: Transaction, keys: KeyRing) -> Iterator[tuple[str, bytes]]:
    note = queries.checkpoint(tx)
    size = Checkpoint.parse(note.decode().partition("\n\n")[0] + "\n").size
    yield "checkpoint", note
    yield "keys.json", json.dumps(published_keys(keys), indent=2).encode()
    yield "licita_verify.py", VERIFIER.read_bytes()
    yield "LEAME-README.txt", READ_ME.encode()
    for each in tiles(size):
        yield each.path, queries.tile(tx, each)
    for each in bundles(size):
        yield entries_path(each.index, each.width), queries.bundle(tx, each.index, each.width)
