"""Writes audit archives, right ones and wrong ones, with the platform's own formats."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from licita_formats import tiles
from licita_formats.checkpoints import Checkpoint, sign_checkpoint
from licita_formats.merkle import leaf_hash, nodes_of, root
from licita_formats.notes import Signer
from licita_formats.statements import sign_statement

LOG = Signer.generate("licita/audit")
PRODUCERS = {name: Signer.generate(f"licita/{name}") for name in ("tenders", "bids")}


@dataclass
class Events:
    """Makes numbered, signed events."""

    counts: dict[str, int] = field(default_factory=dict)

    def next(self, producer: str, **changes: object) -> bytes:
        self.counts[producer] = number = self.counts.get(producer, 0) + 1
        event = {
            "specversion": "1.0",
            "id": f"{producer}-{number}",
            "source": f"/licita/{producer}",
            "type": "licita.tenders.v1.TenderPublished",
            "subject": "tender-1",
            "time": "2026-11-24T03:52:00.123456Z",
            "datacontenttype": "application/json",
            "sequence": number,
            "actor": "",
            "data": {"title": "Adquisición de útiles", "amount": "1500000"},
        }
        return sign_statement({**event, **changes}, PRODUCERS[producer]).encode()

    def many(self, count: int) -> list[bytes]:
        return [self.next("bids" if number % 3 else "tenders") for number in range(count)]


def checkpoint(leaves: Sequence[bytes], signer: Signer = LOG, **changes: object) -> bytes:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    facts = {"origin": "licita/audit", "size": len(leaves), "root": root(hashes), **changes}
    return sign_checkpoint(Checkpoint(**facts), signer)  # type: ignore[arg-type]


def write(folder: Path, leaves: Sequence[bytes], note: bytes | None = None) -> Path:
    nodes = nodes_of([leaf_hash(leaf) for leaf in leaves])
    for tile in tiles.tiles(len(leaves)):
        put(folder / tile.path, tile.data(nodes))
    for bundle in tiles.bundles(len(leaves)):
        start = bundle.index * tiles.WIDTH
        path = folder / tiles.entries_path(bundle.index, bundle.width)
        put(path, tiles.encode_bundle(leaves[start : start + bundle.width]))
    keys = {"origin": LOG.vkey, "producers": {name: signer.vkey for name, signer in PRODUCERS.items()}}
    put(folder / "keys.json", json.dumps(keys).encode())
    put(folder / "checkpoint", checkpoint(leaves) if note is None else note)
    return folder


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
