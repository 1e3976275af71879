"""The standalone verifier finds every kind of falsified archive and names the first bad entry (control 9.1, 9.6)."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import licita_verify
import pytest
from licita_formats.merkle import leaf_hash
from licita_formats.notes import Signer, sign
from licita_formats.statements import sign_statement
from licita_formats.tiles import decode_bundle, encode_bundle

from tests.unit.verifier.archives import LOG, PRODUCERS, Events, checkpoint, put, write

SIZE = 600
LEAVES = Events().many(SIZE)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("archive"), LEAVES)


@pytest.fixture
def archive(right: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(right, tmp_path / "copy"))


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    def run(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
        code = licita_verify.main([str(folder), "--json", "--quiet", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, SIZE])
def test_a_right_archive_verifies(size: int, tmp_path: Path, verify: Verify) -> None:
    code, report = verify(write(tmp_path, LEAVES[:size]))
    assert (code, report["ok"], report["size"]) == (0, True, size)
    assert sum(report["producers"].values()) == size


def test_more_than_65_536_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verify: Verify) -> None:
    """Tiles of level 2. Signatures are left out here: they would take a quarter of a minute."""
    monkeypatch.setattr(licita_verify.Leaves, "check", lambda *_: None)
    leaves = [number.to_bytes(4, "big") for number in range(65_536 + 300)]
    assert verify(write(tmp_path, leaves))[0] == 0
    tile = tmp_path / "tile/2/000.p/1"
    put(tile, bytes(32))
    assert verify(tmp_path)[1]["reason"] == "tile_differs"


@pytest.mark.parametrize("seed", range(12))
def test_one_byte_of_an_entry(seed: int, archive: Path, verify: Verify) -> None:
    """Control 9.1: a byte changed by hand in a copy of the log is found and its entry named."""
    chosen = random.Random(seed)
    bundle, count = chosen.choice([("000", 256), ("001", 256), ("002.p/88", 88)])
    path = archive / "tile/entries" / bundle
    entries, place = decode_bundle(path.read_bytes()), chosen.randrange(count)
    entry = bytearray(entries[place])
    entry[chosen.randrange(len(entry))] ^= 1 << chosen.randrange(8)
    entries[place] = bytes(entry)
    put(path, encode_bundle(entries))
    code, report = verify(archive)
    assert (code, report["index"]) == (1, int(bundle[:3]) * 256 + place)


REMOVED = [*LEAVES[:300], *LEAVES[301:]]
SWAPPED = [*LEAVES[:297], LEAVES[300], *LEAVES[298:300], LEAVES[297], *LEAVES[301:]]
TWICE = [*LEAVES[:300], LEAVES[297], *LEAVES[300:]]


@pytest.mark.parametrize(
    ("leaves", "reason", "index"),
    [(REMOVED, "sequence", 302), (SWAPPED, "sequence", 297), (TWICE, "sequence", 300)],
)
def test_the_operator_rewrites_everything_it_can(
    leaves: list[bytes], reason: str, index: int, tmp_path: Path, verify: Verify
) -> None:
    """Control 9.1: events removed, reordered or inserted, with the tree and the checkpoint made anew."""
    code, report = verify(write(tmp_path, leaves))
    assert (code, report["reason"], report["index"]) == (1, reason, index)


def event(**changes: object) -> bytes:
    return Events().next("tenders", **changes)


def text_note(text: str) -> bytes:
    return sign(text, PRODUCERS["tenders"])


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (b"", "entry_note"),
        (b"\xff", "entry_note"),
        (text_note('{"a":"b"}\n').replace(b'"b"', b'"c"'), "entry_note"),
        (sign_statement({"a": 1}, Signer.generate("licita/tenders")).encode(), "entry_note"),
        (sign_statement({"a": 1}, LOG).encode(), "entry_note"),
        (text_note('{"a": 1}\n'), "entry_not_canonical"),
        (text_note('{"a":1.5}\n'), "entry_not_canonical"),
        (text_note('{"a":9007199254740992}\n'), "entry_not_canonical"),
        (text_note('{"a":1,"a":1}\n'), "entry_not_canonical"),
        (text_note('{"a":NaN}\n'), "entry_not_canonical"),
        (text_note('{"a":"\\ud800"}\n'), "entry_not_canonical"),
        (text_note("[" * 9_000 + "]" * 9_000 + "\n"), "entry_not_canonical"),
        (text_note("[]\n"), "entry_not_canonical"),
        (text_note("{}\n"), "entry_not_an_event"),
        (event(source="/licita/bids"), "entry_not_an_event"),
        (event(source=["/licita/tenders"]), "entry_not_an_event"),
        (event(specversion="2.0"), "entry_not_an_event"),
        (event(id=""), "entry_not_an_event"),
        (event(sequence="1"), "entry_not_an_event"),
        (event(sequence=True), "entry_not_an_event"),
        (event(sequence=2), "sequence"),
        (event(id="bids-1"), "entry_twice"),
    ],
)
def test_entries_that_no_service_told(entry: bytes, reason: str, tmp_path: Path, verify: Verify) -> None:
    code, report = verify(write(tmp_path, [Events().next("bids"), entry]))
    assert (code, report["reason"], report["index"]) == (1, reason, 1)


def other_root(folder: Path) -> None:
    put(folder / "checkpoint", checkpoint(LEAVES, root=bytes(32)))


def other_tile(folder: Path) -> None:
    path = folder / "tile/0/001"
    put(path, path.read_bytes()[:-32] + bytes(32))


@pytest.mark.parametrize(
    ("spoil", "code", "reason", "index"),
    [
        (other_root, 1, "root_differs", None),
        (other_tile, 1, "tile_differs", 511),
        (lambda f: put(f / "tile/1/000.p/2", bytes(64)), 1, "tile_differs", 0),
        (lambda f: put(f / "tile/0/000", b""), 1, "tile_differs", 0),
        (lambda f: (f / "tile/0/000").unlink(), 1, "file_missing", None),
        (lambda f: (f / "tile/entries/001").unlink(), 1, "file_missing", 256),
        (lambda f: put(f / "tile/entries/001", b"\x00"), 1, "bundle_malformed", 256),
        (lambda f: put(f / "tile/entries/002.p/88", encode_bundle(LEAVES[512:599])), 1, "bundle_malformed", 598),
        (lambda f: put(f / "checkpoint", checkpoint(LEAVES[:599])), 1, "file_missing", 512),
        (
            lambda f: put(f / "checkpoint", checkpoint(LEAVES, Signer.generate("licita/audit"))),
            1,
            "checkpoint_note",
            None,
        ),
        (lambda f: put(f / "checkpoint", checkpoint(LEAVES, origin="other")), 1, "checkpoint_origin", None),
        (lambda f: put(f / "checkpoint", sign("licita/audit\n1\n", LOG)), 1, "checkpoint_malformed", None),
        (lambda f: put(f / "checkpoint", b""), 1, "checkpoint_note", None),
        (lambda f: (f / "checkpoint").unlink(), 2, "archive_unreadable", None),
        (lambda f: (f / "keys.json").unlink(), 2, "archive_unreadable", None),
        (lambda f: put(f / "keys.json", b"[]"), 2, "keys_malformed", None),
        (lambda f: put(f / "keys.json", b'{"origin":"x","producers":{}}'), 2, "keys_malformed", None),
        (
            lambda f: put(f / "keys.json", json.dumps({"origin": LOG.vkey, "producers": []}).encode()),
            2,
            "keys_malformed",
            None,
        ),
    ],
)
def test_files_that_were_spoilt(
    spoil: Callable[[Path], object], code: int, reason: str, index: int | None, archive: Path, verify: Verify
) -> None:
    spoil(archive)
    found, report = verify(archive)
    assert (found, report["reason"], report["index"]) == (code, reason, index)


def test_a_log_that_grew_after_its_checkpoint(archive: Path, verify: Verify) -> None:
    """Where a partial tile was replaced by the full one, the beginning of the full one does."""
    put(archive / "checkpoint", checkpoint(LEAVES[:400]))
    put(archive / "tile/1/000.p/1", leaf_tile_root(archive))
    assert verify(archive)[0] == 0


def leaf_tile_root(archive: Path) -> bytes:
    return (archive / "tile/1/000.p/2").read_bytes()[:32]


def test_an_older_checkpoint_of_the_same_log(archive: Path, verify: Verify, tmp_path: Path) -> None:
    """Control 9.3: whoever keeps a checkpoint finds out a rewritten past."""
    for size in (0, 1, 256, 599, SIZE):
        put(archive / "old-checkpoint", checkpoint(LEAVES[:size]))
        assert verify(archive)[1]["old_size"] == size
    put(tmp_path / "kept", checkpoint(LEAVES[:300], root=leaf_hash(b"what was there before")))
    code, report = verify(archive, "--old-checkpoint", str(tmp_path / "kept"))
    assert (code, report["reason"]) == (1, "old_differs")
    put(tmp_path / "kept", checkpoint([*LEAVES, b"more"]))
    assert verify(archive, "--old-checkpoint", str(tmp_path / "kept"))[1]["reason"] == "old_larger"
    assert verify(archive, "--old-checkpoint", str(tmp_path / "absent"))[0] == 2


def test_an_archive_forged_whole_needs_a_key_from_elsewhere(right: Path, verify: Verify) -> None:
    assert verify(right, "--log-key", LOG.vkey)[0] == 0
    assert verify(right, "--log-key", Signer.generate("licita/audit").vkey)[1]["reason"] == "checkpoint_note"
    assert verify(right, "--log-key", "nonsense")[0] == 2


def test_people_read_it_in_their_language(
    right: Path, archive: Path, verify: Verify, capsys: pytest.CaptureFixture[str]
) -> None:
    assert licita_verify.main([str(right), "--lang", "es"]) == 0
    shown = capsys.readouterr()
    assert "VERIFICADO" in shown.out
    assert "eventos de bids: 400" in shown.out
    assert "600/600" in shown.err
    put(archive / "tile/entries/001", b"\x00")
    assert licita_verify.main([str(archive), "--quiet"]) == 1
    shown = capsys.readouterr()
    assert "first bad entry, counted from 0: 256" in shown.out
    assert shown.err == ""
    assert verify(archive)[1]["detail"]


def test_every_finding_has_a_text_in_both_languages() -> None:
    source = Path(licita_verify.__file__).read_text("utf-8")
    reasons = re.findall(r'(?:Bad|Unreadable)\("(\w+)"|reason = "(\w+)"', source)
    assert len(reasons) > 15
    assert {first or second for first, second in reasons} <= set(licita_verify.TEXTS)
    for name, texts in licita_verify.TEXTS.items():
        english, spanish = texts
        assert english, name
        assert spanish, name
        assert english != spanish, name


def test_it_runs_alone(right: Path, tmp_path: Path) -> None:
    """Control 9.6: copied to a machine with nothing of ours, isolated from the environment, it does its work."""
    program = shutil.copy(licita_verify.__file__, tmp_path / "verify.py")
    block = "import sys; sys.modules['licita_formats'] = None; import runpy; sys.argv = sys.argv[1:]; "
    run = subprocess.run(
        [sys.executable, "-c", block + "runpy.run_path(sys.argv[0], run_name='__main__')", program, str(right)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
    assert "VERIFIED" in run.stdout
