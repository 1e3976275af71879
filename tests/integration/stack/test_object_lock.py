"""Nobody deletes what is locked: not a service, not the operator, not whoever reaches a port of the stack."""

import io
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import httpx
import pytest

from backbone.errors import Unavailable
from backbone.objects import ObjectStore
from deploy.local.certificates import AUTHORITY, CERTIFICATE, KEY
from deploy.local.seaweed import SeaweedServer
from deploy.local.stack import Stack

BUCKET = "licita-sealed"
CONTENT = b"ciphertext of a bid"
REFUSED = {401, 403, 404, 405}
INDEX_ENTRY = struct.Struct(">QIi")  # SeaweedFS .idx: object, place in units of 8 bytes, size


@dataclass(frozen=True)
class Locked:
    """A locked version and the way to read it."""

    store: ObjectStore
    key: str
    version: str

    def read(self) -> bytes:
        with self.store.get(BUCKET, self.key, self.version) as stream:
            return stream.read()


@pytest.fixture
def seaweed(stack: Stack) -> SeaweedServer:
    if stack.seaweed is None:
        pytest.skip("S3_ENDPOINT names a server whose other ports are not ours to try")
    return stack.seaweed


@pytest.fixture
def locked(stack: Stack) -> Iterator[Locked]:
    """After the test, whatever it tried, the version must still be there."""
    store, key = ObjectStore(stack.service_storage), f"lock/{uuid.uuid4()}"
    until = datetime.now(UTC) + timedelta(hours=1)
    stored = store.put(BUCKET, key, io.BytesIO(CONTENT), len(CONTENT), retain_until=until)
    locked = Locked(store, key, stored.version)
    yield locked
    assert locked.read() == CONTENT


@pytest.mark.parametrize("who", ["service_storage", "storage"])
def test_deleting_the_version_is_refused_to_services_and_operator(stack: Stack, locked: Locked, who: str) -> None:
    """Controls 1.5 and 4.1."""
    with pytest.raises(Unavailable):
        ObjectStore(getattr(stack, who)).remove(BUCKET, locked.key, locked.version)


@pytest.mark.parametrize("who", ["service_storage", "storage"])
def test_a_lock_cannot_be_shortened(stack: Stack, locked: Locked, who: str) -> None:
    with pytest.raises(Unavailable):
        ObjectStore(getattr(stack, who)).lock(
            BUCKET, locked.key, locked.version, datetime.now(UTC) + timedelta(seconds=5)
        )


def test_a_version_locked_afterwards_stays_too(stack: Stack) -> None:
    store, key = ObjectStore(stack.service_storage), f"lock/{uuid.uuid4()}"
    version = store.put(BUCKET, key, io.BytesIO(CONTENT), len(CONTENT)).version
    store.lock(BUCKET, key, version, datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(Unavailable):
        store.remove(BUCKET, key, version)
    assert Locked(store, key, version).read() == CONTENT


def test_writing_again_leaves_the_locked_version(locked: Locked) -> None:
    """Control 1.5: superseded, never replaced."""
    later = locked.store.put(BUCKET, locked.key, io.BytesIO(b"other"), 5)
    assert later.version != locked.version


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_s3_refuses_whoever_does_not_sign(stack: Stack, locked: Locked, method: str) -> None:
    url = f"{stack.storage.endpoint}/{BUCKET}/{locked.key}"
    answer = httpx.request(method, url, params={"versionId": locked.version}, content=b"")
    assert answer.status_code in REFUSED


@pytest.mark.parametrize("part", ["master", "filer", "volume", "s3"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        f"/buckets/{BUCKET}?recursive=true&ignoreRecursiveError=true",
        f"/buckets/{BUCKET}/lock?recursive=true",
        "/buckets?recursive=true",
        f"/col/delete?collection={BUCKET}",  # open by default, and it removes the bucket with all that is locked
        f"/{BUCKET}",
    ],
)
def test_no_http_port_deletes(seaweed: SeaweedServer, locked: Locked, part: str, method: str, path: str) -> None:
    answer = httpx.request(method, f"http://{seaweed.every_address[part]}{path}")
    assert answer.status_code in REFUSED | {400}
    assert locked.read() == CONTENT


def test_the_volume_server_gives_and_deletes_nothing_by_its_own_number(
    stack: Stack, seaweed: SeaweedServer, locked: Locked
) -> None:
    found = list(_file_ids(stack.folder / "seaweed/data"))
    assert found
    for file_id in found:
        for method in ("DELETE", "GET"):
            answer = httpx.request(method, f"http://{seaweed.every_address['volume']}/{file_id}")
            assert answer.status_code == 401, file_id
    assert locked.read() == CONTENT


@pytest.mark.parametrize(
    ("part", "call"),
    [
        ("filer", "/filer_pb.SeaweedFiler/GetFilerConfiguration"),
        ("master", "/master_pb.Seaweed/VolumeList"),
        ("volume", "/volume_server_pb.VolumeServer/VolumeServerStatus"),
    ],
)
def test_grpc_answers_the_stack_alone(stack: Stack, seaweed: SeaweedServer, part: str, call: str) -> None:
    """Without a certificate of the stack nothing is heard; with it the same call works, so the port is the right one."""
    address, folder = seaweed.every_address[f"{part}.grpc"], stack.folder / "seaweed/certificates"
    authority, key, own = ((folder / name).read_bytes() for name in (AUTHORITY, KEY, CERTIFICATE))
    _call(grpc.secure_channel(address, grpc.ssl_channel_credentials(authority, key, own)), call)
    for stranger in (
        grpc.insecure_channel(address),
        grpc.secure_channel(address, grpc.ssl_channel_credentials(authority)),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            _call(stranger, call)
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE


def test_services_neither_make_nor_empty_buckets(stack: Stack, seaweed: SeaweedServer) -> None:
    assert seaweed.service_keys != seaweed.operator_keys
    with pytest.raises(Unavailable):
        ObjectStore(stack.service_storage).ensure_bucket(f"licita-{uuid.uuid4()}")


def test_secrets_are_their_owners_alone(stack: Stack, seaweed: SeaweedServer) -> None:
    """Control 10.7."""
    assert seaweed.process
    names = ["secrets.json", "seaweed/security.toml", "seaweed/s3.json", "seaweed/certificates/key.pem"]
    for path in (*(stack.folder / name for name in names), *(stack.folder / "keys").glob("*.pem")):
        assert path.stat().st_mode & 0o077 == 0, path


def _call(channel: grpc.Channel, call: str) -> None:
    with channel:
        channel.unary_unary(call)(b"", timeout=10)


def _file_ids(data: Path) -> Iterator[str]:
    """Every stored piece of the bucket as `volume,key cookie`, read from SeaweedFS's own files."""
    for index in data.glob(f"{BUCKET}_*.idx"):
        volume = index.stem.rpartition("_")[2]
        content = index.with_suffix(".dat").read_bytes()
        entries = index.read_bytes()
        for number, place, size in INDEX_ENTRY.iter_unpack(entries[: len(entries) // 16 * 16]):
            if size > 0:
                yield f"{volume},{number:x}{content[place * 8 : place * 8 + 4].hex()}"
