"""The log on the real database: sequence, gaps, forgeries, tiles, the archive and its verifier."""

import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from licita.bids.v1.events_pb2 import RecordCommitted
from licita.tenders.v1.events_pb2 import TenderDrafted
from licita_formats.checkpoints import open_checkpoint
from licita_formats.merkle import leaf_hash, verify_inclusion
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backbone.bus import Delivered, Message
from backbone.events import Event, cloud_event, sign_event
from backbone.ids import new_id
from backbone.keys import KeyRing
from services.audit.app import build
from services.audit.commands import append
from services.audit.queries import history, proof, status
from tests.support.alone import Alone, alone, find_servers


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Alone]:
    with alone("audit", build, find_servers(request), tmp_path, "http://127.0.0.1:9") as service:
        yield service


class Log:
    """Feeds the log as the bus would."""

    def __init__(self, house: Alone) -> None:
        self.house = house
        self.keys = KeyRing("audit", house.settings.key_file, house.settings.keys_file)
        self.offset = 0

    def event(self, producer: str, sequence: int, data: Any, *, signer: str = "") -> bytes:
        told = Event(subject="t", data=data)
        with self.house.database.begin() as tx:
            now = tx.now()
        body = cloud_event(
            event_id=new_id(), producer=producer, kind=told.type, subject="t", time=now, sequence=sequence, actor="",
            data=told.data_json(),
        )  # fmt: skip
        return sign_event(body, self.house.signers[signer or producer])

    def take(self, *bodies: bytes, producer: str = "tenders") -> int:
        batch = []
        for body in bodies:
            batch.append(Delivered(Message(f"licita.{producer}.v1", "t", body), 0, self.offset))
            self.offset += 1
        with self.house.database.begin() as tx:
            return append(tx, batch, self.keys)

    def drafts(self, *sequences: int) -> list[bytes]:
        return [self.event("tenders", sequence, TenderDrafted(tender="t", drafter="d")) for sequence in sequences]


@pytest.fixture
def log(house: Alone) -> Log:
    return Log(house)


def test_events_behind_a_gap_wait_for_the_missing_one(log: Log) -> None:
    """Control 9.1: a Merkle proof cannot show what never arrived; the producer's numbers do."""
    first, second, third, fourth = log.drafts(1, 2, 3, 4)
    assert log.take(first, third, fourth) == 1
    with log.house.database.read() as tx:
        assert list(status(tx).gaps) == [{"producer": "tenders", "missing": 2, "waiting": 2}]
    assert log.take(second) == 4
    with log.house.database.read() as tx:
        assert len(history(tx, "t")) == 4
        assert list(status(tx).gaps) == []


def test_a_repeated_delivery_changes_nothing(log: Log) -> None:
    bodies = log.drafts(1, 2)
    assert log.take(*bodies) == 2
    assert log.take(*bodies) == 2
    with log.house.database.read() as tx:
        assert status(tx).quarantined == 0


@pytest.mark.parametrize("forgery", ["signer", "number", "topic", "rubbish"])
def test_what_is_not_as_it_must_be_is_set_aside(log: Log, forgery: str) -> None:
    """Control 9.1: wrong signature, reused number, foreign topic: quarantined with an alarm, never a leaf."""
    assert log.take(*log.drafts(1)) == 1
    forged = {
        "signer": log.event("tenders", 2, TenderDrafted(tender="t"), signer="bids"),
        "number": log.event("tenders", 1, TenderDrafted(tender="another")),
        "topic": log.event("bids", 1, RecordCommitted(commitment="00")),
        "rubbish": b"not a note",
    }
    assert log.take(forged[forgery]) == 1
    with log.house.database.read() as tx:
        assert status(tx).quarantined == 1


@pytest.mark.parametrize("act", ["UPDATE leaves SET type = 'x'", "DELETE FROM leaves", "TRUNCATE leaves"])
def test_nobody_changes_the_log_not_even_its_owner(log: Log, act: str) -> None:
    """Controls 9.1, 9.4: triggers refuse what rights alone would allow an owner."""
    log.take(*log.drafts(1))
    with pytest.raises(DBAPIError, match="append-only"), log.house.database.begin() as tx:
        tx.connection.execute(text(act))


def test_every_leaf_is_proved_to_the_checkpoint(log: Log) -> None:
    """Control 9.3 in part: inclusion proofs against the signed checkpoint, across a full tile."""
    bodies = log.drafts(*range(1, 301))
    assert log.take(*bodies) == 300
    with log.house.database.read() as tx:
        found = history(tx, "t")
        for told in (found[0], found[255], found[256], found[299]):
            shown = proof(tx, told.id)
            checkpoint = open_checkpoint(shown.checkpoint, [log.keys.verifier("audit")])
            verify_inclusion(leaf_hash(bodies[told.index]), shown.index, checkpoint.size, shown.hashes, checkpoint.root)


def test_the_archive_verifies_and_a_changed_byte_is_named(log: Log, tmp_path: Path) -> None:
    """Controls 9.6 (offline), 9.1 (the first bad position is named)."""
    log.take(*log.drafts(*range(1, 301)))
    client = log.house.parts.web.test_client()
    with tarfile.open(fileobj=BytesIO(client.get("/v1/export").data)) as tar:
        tar.extractall(tmp_path / "log", filter="data")
    command = [sys.executable, "-I", str(tmp_path / "log/licita_verify.py"), str(tmp_path / "log"), "--quiet"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    bundle = tmp_path / "log/tile/entries/000"
    data = bytearray(bundle.read_bytes())
    place = data.index(b'"drafter":"d"', len(data) // 2)
    data[place + 12] ^= 1
    bundle.write_bytes(bytes(data))
    bad = subprocess.run(command, check=False, capture_output=True, text=True)
    assert bad.returncode == 1
    length, index = 0, -1
    while length <= place:
        length += 2 + int.from_bytes(data[length : length + 2], "big")
        index += 1
    assert str(index) in bad.stdout + bad.stderr


def test_tiles_and_checkpoint_are_served_as_files(log: Log) -> None:
    client = log.house.parts.web.test_client()
    assert client.get("/checkpoint").status_code == 404
    log.take(*log.drafts(*range(1, 258)))
    assert client.get("/checkpoint").text.splitlines()[:2] == ["licita/audit", "257"]
    assert len(client.get("/tile/0/000").data) == 256 * 32
    assert len(client.get("/tile/0/001.p/1").data) == 32
    assert len(client.get("/tile/1/000.p/1").data) == 32
    for path in ("/tile/0/002", "/tile/0/000.p/256", "/tile/0/0", "/tile/9/000", "/tile/entries/001"):
        assert client.get(path).status_code == 404, path
