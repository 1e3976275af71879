#!/usr/bin/env python3
"""Verifies an exported Licita audit log, offline. Needs Python 3.11 and `cryptography`, nothing else.

    python licita_verify.py ARCHIVE [--lang es|en] [--json] [--log-key VKEY] [--old-checkpoint FILE] [--quiet]

Checked, from the files alone:
  1. `checkpoint` is a C2SP signed note by the log's key, and names the log's origin, a size and a root;
  2. every entry in `tile/entries/` is a CloudEvent in canonical JSON, signed by the service that it names as source;
  3. every service's events carry the numbers 1, 2, 3 … without a gap, and no event is there twice;
  4. the hashes of the entries are those in the tiles, and make the root of the checkpoint (RFC 6962);
  5. an older checkpoint, where there is one, is of the same log: its root is that of the first entries.

Keys come from `keys.json` of the archive; with --log-key, got elsewhere, an archive forged whole is found out too.
Exit code 0: verified. 1: not verified, and the first bad entry is named. 2: could not be checked.
This file shares no code with the platform, so that an error there is not repeated here.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH, HASH, KEY_ID = 256, 32, 4
LEAD, ED25519 = "\N{EM DASH} ", b"\x01"
LARGEST = 2**53 - 1
VERIFIED, NOT_VERIFIED, NOT_CHECKED = 0, 1, 2

# Each in English and in Spanish; what was found follows behind a colon.
TEXTS = {
    "verified": ("VERIFIED", "VERIFICADO"),
    "not_verified": ("NOT VERIFIED", "NO VERIFICADO"),
    "not_checked": ("COULD NOT BE CHECKED", "NO SE PUDO COMPROBAR"),
    "at": ("first bad entry, counted from 0", "primer asiento incorrecto, contado desde 0"),
    "entries": ("entries", "asientos"),
    "origin": ("log", "registro"),
    "root": ("root", "raíz"),
    "events": ("events of", "eventos de"),
    "old": ("agrees with the older checkpoint of size", "concuerda con el punto de control anterior, de tamaño"),
    "archive_unreadable": ("the archive cannot be read", "no se puede leer el archivo exportado"),
    "keys_malformed": ("keys.json is not as it must be", "keys.json no tiene la forma debida"),
    "checkpoint_note": (
        "the checkpoint is not signed by the log",
        "el punto de control no lleva la firma del registro",
    ),
    "checkpoint_malformed": ("the checkpoint is malformed", "el punto de control no tiene la forma debida"),
    "checkpoint_origin": ("the checkpoint is of another log", "el punto de control es de otro registro"),
    "file_missing": ("a file of the log is missing", "falta un fichero del registro"),
    "bundle_malformed": ("a bundle of entries is cut off", "un paquete de asientos está cortado"),
    "entry_note": ("the entry's signature is not right", "la firma del asiento no es correcta"),
    "entry_not_canonical": ("the entry is not canonical JSON", "el asiento no está en JSON canónico"),
    "entry_not_an_event": ("no event of the service that signed", "no es un evento del servicio que lo firmó"),
    "entry_twice": ("the event is there a second time", "el evento figura por segunda vez"),
    "sequence": ("gap in the numbering of a service", "hueco en la numeración de un servicio"),
    "tile_differs": ("the hash is not the one in the tile", "el resumen no es el que consta en la tesela"),
    "root_differs": ("the entries do not make the root", "los asientos no dan la raíz"),
    "old_larger": ("the older checkpoint is larger", "el punto de control anterior es mayor"),
    "old_differs": ("the log was rewritten", "el registro fue reescrito"),
}


class Bad(Exception):
    """The archive does not verify. `index` is that of the first bad entry, where there is one."""

    def __init__(self, reason: str, detail: str = "", index: int | None = None) -> None:
        super().__init__(reason, detail, index)
        self.reason, self.detail, self.index = reason, detail, index


class Unreadable(Bad):
    """The archive cannot be checked at all."""


@dataclass(frozen=True)
class Key:
    """A C2SP verifier key: `name+key id+base64(0x01 || public key)`."""

    name: str
    id: bytes
    public: Ed25519PublicKey

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        """Reads a verifier key; a ValueError where it is none, or where the id is not the key's."""
        name, key_id, encoded = vkey.split("+", 2)
        typed = base64.b64decode(encoded, validate=True)
        expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:KEY_ID]
        if typed[:1] != ED25519 or len(typed) != 1 + HASH or key_id != expected.hex():
            raise ValueError(vkey)
        return cls(name, expected, Ed25519PublicKey.from_public_bytes(typed[1:]))


@dataclass
class Tree:
    """The roots of the complete subtrees of a growing tree, the largest first, and every node worth comparing."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Adds a leaf hash; gives level, index and hash of each complete subtree that it completes, itself first."""
        index, level, value = self.size, 0, leaf
        yield level, index, value
        while index & 1:
            value = hashlib.sha256(b"\x01" + self.edge.pop() + value).digest()
            index, level = index >> 1, level + 1
            yield level, index, value
        self.edge.append(value)
        self.size += 1

    def root(self) -> bytes:
        """The RFC 6962 tree hash of all leaves so far."""
        value = self.edge[-1] if self.edge else hashlib.sha256(b"").digest()
        for left in reversed(self.edge[:-1]):
            value = hashlib.sha256(b"\x01" + left + value).digest()
        return value


class Checkpoint(NamedTuple):
    """What a log says of itself."""

    origin: str
    size: int
    root: bytes


@dataclass
class Report:
    """The result, as --json prints it."""

    ok: bool = False
    origin: str = ""
    size: int = 0
    root: str = ""
    producers: dict[str, int] = field(default_factory=dict)
    old_size: int | None = None
    reason: str | None = None
    detail: str | None = None
    index: int | None = None
    seconds: float = 0.0


class Archive:
    """The files of an exported log, in the layout of C2SP `tlog-tiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tiles: dict[int, tuple[int, bytes]] = {}  # the one tile of each level that is being filled

    def read(self, name: str | Path) -> bytes:
        """A file of the archive."""
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise Unreadable("archive_unreadable", f"{name}: {error.strerror}") from error

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return (self._folder / name).is_file()

    def entries(self, size: int) -> Iterator[bytes]:
        """All entries of the log, in order."""
        for bundle in range(-(-size // WIDTH)):
            width = min(WIDTH, size - bundle * WIDTH)
            yield from _entries(self._tile("tile/entries", bundle, width), bundle * WIDTH, width)

    def check_node(self, level: int, index: int, value: bytes, size: int) -> None:
        """Compares a hash with the one in its tile; hashes between the tiles' levels stand in none."""
        if level % 8:
            return
        number, place = divmod(index, WIDTH)
        width = min(WIDTH, (size >> level) - number * WIDTH)
        if self._tiles.get(level, (-1, b""))[0] != number:
            self._tiles[level] = (number, self._tile(f"tile/{level // 8}", number, width))
        tile = self._tiles[level][1]
        if tile[place * HASH : (place + 1) * HASH] != value or len(tile) < width * HASH:
            raise Bad("tile_differs", f"tile/{level // 8}/{_path(number)}, {place}", index << level)

    def _tile(self, prefix: str, number: int, width: int) -> bytes:
        """A tile or bundle; where the partial one is gone because the log grew, the full one has the same beginning."""
        whole = f"{prefix}/{_path(number)}"
        names = [whole] if width == WIDTH else [f"{whole}.p/{width}", whole]
        for name in names:
            if self.has(name):
                return self.read(name)
        raise Bad("file_missing", names[0], number * WIDTH if prefix == "tile/entries" else None)


def _path(number: int) -> str:
    groups = re.findall("...", f"{number:0{max(3, -(-len(str(number)) // 3) * 3)}d}")
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _entries(bundle: bytes, first: int, width: int) -> Iterator[bytes]:
    entries, place = [], 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        entries.append(bundle[start:place])
    if place != len(bundle) or len(entries) < width:
        raise Bad("bundle_malformed", f"{len(entries)}, {len(bundle)} bytes", first + max(0, len(entries) - 1))
    yield from entries[:width]


def open_note(data: bytes, keys: list[Key]) -> tuple[str, list[str]]:
    """The text of a signed note and the known keys that signed it; a ValueError where none did, or one wrongly."""
    text, _, signatures = data.decode().rpartition("\n\n")
    text += "\n"
    if not signatures.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", text):
        raise ValueError("malformed")
    signers = []
    for line in signatures[:-1].split("\n"):
        name, _, encoded = line.removeprefix(LEAD).partition(" ")
        signature = base64.b64decode(encoded, validate=True)
        if not line.startswith(LEAD) or base64.b64encode(signature).decode() != encoded:
            raise ValueError("malformed")
        for key in keys:
            if (key.name, key.id) == (name, signature[:KEY_ID]):
                _verify(key, signature[KEY_ID:], text)
                signers.append(name)
    if not signers:
        raise ValueError("no known key")
    return text, signers


def _verify(key: Key, signature: bytes, text: str) -> None:
    try:
        key.public.verify(signature, text.encode())
    except InvalidSignature as error:
        raise ValueError(f"wrong signature of {key.name}") from error


def open_checkpoint(data: bytes, key: Key) -> Checkpoint:
    """Checks and reads a checkpoint."""
    try:
        text, _ = open_note(data, [key])
    except ValueError as error:
        raise Bad("checkpoint_note", str(error)) from error
    found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", text)
    if not found:
        raise Bad("checkpoint_malformed")
    checkpoint = Checkpoint(found[1], int(found[2]), base64.b64decode(found[3]))
    if checkpoint.origin != key.name:
        raise Bad("checkpoint_origin", checkpoint.origin)
    return checkpoint


def parse_canonical(text: str) -> dict[str, Any]:
    """The object of a canonical JSON text (RFC 8785 without floats, integers below 2^53); a ValueError otherwise."""
    value = json.loads(text, parse_float=_integer, parse_constant=_integer, parse_int=_integer)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - bad data, not a bad call
    if json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != text:
        raise ValueError("not canonical")
    return value


def _integer(text: str) -> int:
    number = int(text)  # a ValueError for what only a floating point number could be
    if abs(number) > LARGEST:
        raise ValueError("integer too large")
    return number


class Leaves:
    """Checks one entry after the other."""

    def __init__(self, keys: dict[str, Key]) -> None:
        self._keys = list(keys.values())
        self._producers = {key.name: name for name, key in keys.items()}
        self._ids: set[bytes] = set()
        self.counts: dict[str, int] = {}

    def check(self, index: int, entry: bytes) -> None:
        """Checks signature, form, source and number, and that the event is new."""
        reason = "entry_note"
        try:
            text, signers = open_note(entry, self._keys)
            reason = "entry_not_canonical"
            event = parse_canonical(text[:-1])
        except (ValueError, RecursionError) as error:
            raise Bad(reason, str(error), index) from error
        producer = self._producer(event, signers, index)
        expected = self.counts.get(producer, 0) + 1
        if event.get("sequence") != expected:
            raise Bad("sequence", f"{producer}: {expected} -> {event.get('sequence')}", index)
        self.counts[producer] = expected
        digest = hashlib.sha256(event["id"].encode()).digest()[:16]  # short, because a log has millions
        if digest in self._ids:
            raise Bad("entry_twice", event["id"], index)
        self._ids.add(digest)

    def _producer(self, event: dict[str, Any], signers: list[str], index: int) -> str:
        names = {f"/licita/{self._producers[signer]}": self._producers[signer] for signer in signers}
        is_event = event.get("specversion") == "1.0" and isinstance(event.get("id"), str) and bool(event["id"])
        if not is_event or str(event.get("source")) not in names or type(event.get("sequence")) is not int:
            raise Bad("entry_not_an_event", f"{event.get('source')} / {', '.join(signers)}", index)
        return names[event["source"]]


def read_keys(archive: Archive, log_key: str | None) -> tuple[Key, dict[str, Key]]:
    """The log's key and the producers' keys by name."""
    try:
        keys = json.loads(archive.read("keys.json"))
        producers = {name: Key.parse(vkey) for name, vkey in keys["producers"].items()}
        return Key.parse(log_key or keys["origin"]), producers
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable("keys_malformed", repr(error)) from error


def verify(folder: Path, report: Report, options: argparse.Namespace) -> None:
    """Checks the archive and fills the report. Raises `Bad` for the first thing that is wrong."""
    archive = Archive(folder)
    key, producers = read_keys(archive, options.log_key)
    checkpoint = open_checkpoint(archive.read("checkpoint"), key)
    report.origin, report.size, report.root = checkpoint.origin, checkpoint.size, checkpoint.root.hex()
    older = _older(archive, key, options.old_checkpoint)
    if older and older.size > checkpoint.size:
        raise Bad("old_larger", f"{older.size} > {checkpoint.size}")
    tree, leaves = Tree(), Leaves(producers)
    report.producers = leaves.counts
    _check_older(older, tree)
    for index, entry in enumerate(archive.entries(checkpoint.size)):
        leaves.check(index, entry)
        for level, place, value in tree.append(hashlib.sha256(b"\x00" + entry).digest()):
            archive.check_node(level, place, value, checkpoint.size)
        _check_older(older, tree)
        if not options.quiet:
            show_progress(tree.size, checkpoint.size)
    if tree.root() != checkpoint.root:
        raise Bad("root_differs", f"{tree.root().hex()} != {checkpoint.root.hex()}")
    report.old_size = older.size if older else None


def _older(archive: Archive, key: Key, path: Path | None) -> Checkpoint | None:
    if path is None and not archive.has("old-checkpoint"):
        return None
    return open_checkpoint(archive.read(path.resolve() if path else "old-checkpoint"), key)


def _check_older(older: Checkpoint | None, tree: Tree) -> None:
    if older and older.size == tree.size and older.root != tree.root():
        raise Bad("old_differs", f"{older.size}: {tree.root().hex()} != {older.root.hex()}")


def show_progress(done: int, size: int) -> None:
    """Shows on standard error how far the checking is, a hundred times in all."""
    if done == size or done % max(1, size // 100) == 0:
        end = "\n" if done == size else ""
        print(f"\r[{'#' * (30 * done // size):.<30}] {done}/{size}", end=end, file=sys.stderr, flush=True)


def lines(report: Report, code: int, language: str) -> Iterator[str]:
    """The report for people."""
    text = {name: pair[language == "es"] for name, pair in TEXTS.items()}
    yield text[("verified", "not_verified", "not_checked")[code]]
    if report.reason:
        yield f"{text[report.reason]}: {report.detail}"
    if report.index is not None:
        yield f"{text['at']}: {report.index}"
    if code == VERIFIED:
        yield f"{text['origin']}: {report.origin}; {text['entries']}: {report.size}; {text['root']}: {report.root}"
        yield from (f"{text['events']} {name}: {count}" for name, count in sorted(report.producers.items()))
        yield from [f"{text['old']}: {report.old_size}"] if report.old_size is not None else []


def main(arguments: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--lang", choices=("es", "en"), default="en")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--log-key", help="the log's verifier key, instead of the one in keys.json")
    parser.add_argument("--old-checkpoint", type=Path, help="a checkpoint that you kept earlier")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    options = parser.parse_args(arguments)
    report, code, start = Report(), VERIFIED, time.monotonic()

    try:
        verify(options.archive, report, options)
        report.ok = True
    except Bad as bad:
        code = NOT_CHECKED if isinstance(bad, Unreadable) else NOT_VERIFIED
        report.reason, report.detail, report.index = bad.reason, bad.detail, bad.index
    report.seconds = round(time.monotonic() - start, 3)
    print(json.dumps(asdict(report), indent=2) if options.json else "\n".join(lines(report, code, options.lang)))
    return code


if __name__ == "__main__":
    sys.exit(main())
