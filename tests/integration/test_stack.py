"""The local stack: what is locked stays, roles may do what they must and no more, and nothing is left behind."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import httpx
import psycopg
import pytest
from psycopg import errors

from backbone.errors import LicitaError
from backbone.objects import ObjectStore, StoredObject
from backbone.settings import SERVICES
from deploy.local.databases import Address
from deploy.local.leftovers import leftovers
from deploy.local.stack import BUCKETS, Stack
from tests.support.bus import until
from tests.support.stack import own_stack

SEALED = "licita-sealed"
KEY = "tender/bid/1/technical.age"
CONTENT = b"ciphertext " * 20_000  # large enough to lie on a volume and not in the filer's own store
LOCKED_FOR = timedelta(days=1)

HTTP_ATTACKS = [
    ("DELETE", f"/{SEALED}/{KEY}"),
    ("DELETE", f"/{SEALED}/{KEY}?versionId={{version}}"),
    ("DELETE", f"/{SEALED}"),
    ("DELETE", f"/buckets/{SEALED}/{KEY}"),
    ("DELETE", f"/buckets/{SEALED}/{KEY}.versions?recursive=true"),
    ("DELETE", f"/buckets/{SEALED}?recursive=true&ignoreRecursiveError=true"),
    ("POST", f"/buckets/{SEALED}/{KEY}"),
    ("GET", f"/col/delete?collection={SEALED}"),
    ("POST", f"/col/delete?collection={SEALED}"),
    ("GET", "/vol/vacuum?garbageThreshold=0.0"),
    *(("DELETE", f"/{volume},01637037d6") for volume in range(1, 8)),
]
NAME = f"\x0a{chr(len(SEALED))}{SEALED}".encode()  # a protobuf message whose field 1 is the bucket
FOLDER_ENTRY = b"\x0a\x08/buckets" + b"\x12" + NAME[1:] + b"\x20\x01\x28\x01\x30\x01"  # DeleteEntry, with its data
RPC_ATTACKS = [
    ("master", "/master_pb.Seaweed/CollectionDelete", NAME),
    ("volume", "/volume_server_pb.VolumeServer/DeleteCollection", NAME),
    ("filer", "/filer_pb.SeaweedFiler/DeleteEntry", FOLDER_ENTRY),
    ("filer", "/filer_pb.SeaweedFiler/DeleteCollection", NAME),
]


@pytest.fixture(scope="module")
def store(stack: Stack) -> ObjectStore:
    return ObjectStore(stack.service_storage)


@pytest.fixture(scope="module")
def locked(store: ObjectStore) -> StoredObject:
    """A bid under lock until tomorrow."""
    return store.put(SEALED, KEY, io.BytesIO(CONTENT), len(CONTENT), retain_until=datetime.now(UTC) + LOCKED_FOR)


def address_of(stack: Stack, port: str) -> str:
    if stack.seaweed is None:
        pytest.skip("S3_ENDPOINT names a store that is not ours to attack")
    return stack.seaweed.every_address[port]


def assert_still_there(store: ObjectStore, locked: StoredObject) -> None:
    with store.get(SEALED, KEY, locked.version) as stream:
        assert stream.read() == CONTENT


@pytest.mark.parametrize("part", ["master", "volume", "filer", "s3"])
def test_no_http_port_deletes_a_locked_object(
    part: str, stack: Stack, store: ObjectStore, locked: StoredObject
) -> None:
    """Control 4.8 (evidence cannot be destroyed): whoever is not signed is refused at every door of the store."""
    address = address_of(stack, part)
    for method, path in HTTP_ATTACKS:
        answer = httpx.request(method, f"http://{address}{path.format(version=locked.version)}", timeout=10)
        assert answer.status_code >= 400, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
    assert_still_there(store, locked)


@pytest.mark.parametrize(("part", "method", "message"), RPC_ATTACKS)
def test_no_grpc_port_answers_without_the_stacks_certificate(
    part: str, method: str, message: bytes, stack: Stack, store: ObjectStore, locked: StoredObject
) -> None:
    with grpc.insecure_channel(address_of(stack, f"{part}.grpc")) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary(method)(message, timeout=10)  # type: ignore[arg-type]  # bytes as they are
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert_still_there(store, locked)


def test_the_grpc_ports_that_were_tried_do_answer_with_the_certificate(stack: Stack) -> None:
    """Without this, the test above would also pass against a port where nobody listens."""
    certificates = stack.folder / "seaweed/certificates"
    authority, key, own = ((certificates / f"{name}.pem").read_bytes() for name in ("authority", "key", "certificate"))
    credentials = grpc.ssl_channel_credentials(authority, key, own)
    with grpc.secure_channel(address_of(stack, "master.grpc"), credentials) as channel:
        assert channel.unary_unary("/master_pb.Seaweed/GetMasterConfiguration")(b"", timeout=10)  # type: ignore[arg-type]  # as above


def test_services_and_operator_cannot_delete_a_locked_version(
    stack: Stack, store: ObjectStore, locked: StoredObject
) -> None:
    for who in (store, ObjectStore(stack.storage)):
        with pytest.raises(LicitaError):
            who.remove(SEALED, KEY, locked.version)
    assert_still_there(store, locked)


def test_a_lock_is_only_ever_prolonged(store: ObjectStore, locked: StoredObject) -> None:
    with pytest.raises(LicitaError):
        store.lock(SEALED, KEY, locked.version, datetime.now(UTC) + LOCKED_FOR / 2)
    store.lock(SEALED, KEY, locked.version, datetime.now(UTC) + LOCKED_FOR * 2)


def test_another_upload_under_the_same_key_leaves_the_locked_version(store: ObjectStore, locked: StoredObject) -> None:
    newer = store.put(SEALED, KEY, io.BytesIO(b"other"), 5)
    assert newer.version != locked.version
    assert_still_there(store, locked)


def test_strangers_neither_read_nor_list(stack: Stack, locked: StoredObject) -> None:
    endpoint = stack.storage.endpoint
    for path in (f"/{SEALED}/{KEY}", f"/{SEALED}/{KEY}?versionId={locked.version}", f"/{SEALED}?list-type=2", "/"):
        assert httpx.get(endpoint + path).status_code == 403


def test_services_make_no_buckets(store: ObjectStore) -> None:
    with pytest.raises(LicitaError):
        store.ensure_bucket("licita-of-our-own")


@pytest.mark.parametrize(
    ("sent", "header", "status"),
    [
        (b"sealed", None, 200),
        (b"SEALED", None, 400),  # as long, other bytes: BadDigest
        (b"sealed and more", None, 403),  # another length than the one signed
        (b"sealed", "", 403),  # without the checksum
        (b"SEALED", "own", 403),  # with the checksum of the other bytes
    ],
)
def test_a_presigned_upload_takes_exactly_the_bytes_it_names(
    store: ObjectStore, sent: bytes, header: str | None, status: int
) -> None:
    """What deploy/local/README.md says of SeaweedFS: a PUT that binds `x-amz-checksum-sha256` takes no other bytes."""
    digest = hashlib.sha256(b"sealed").hexdigest()
    key = f"uploads/{digest}-{status}-{len(sent)}-{header}"
    given = store.presigned_put(SEALED, key, sha256=digest, size=6, lifetime=timedelta(minutes=5))
    own = store.presigned_put(SEALED, key, sha256=hashlib.sha256(sent).hexdigest(), size=6, lifetime=LOCKED_FOR)
    headers = {None: given.headers, "": {}, "own": own.headers}[header]
    assert httpx.put(given.url, content=sent, headers=headers).status_code == status
    if status == 200:
        assert store.stat(SEALED, key).size == 6
    else:
        with pytest.raises(LicitaError, match="object_missing"):
            store.stat(SEALED, key)


def connect(stack: Stack, service: str, *, owner: bool = False) -> psycopg.Connection:
    url = Address(stack.database_url, stack.vault).of(service, owner=owner).replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


@pytest.mark.parametrize("service", SERVICES)
def test_the_runtime_role_has_no_ddl_and_no_other_database(stack: Stack, service: str) -> None:
    with connect(stack, service, owner=True) as owner, connect(stack, service) as runtime:
        owner.execute("CREATE TABLE trial (value int)")
        try:
            for statement in (
                "CREATE TABLE mine (value int)", "CREATE SCHEMA mine", "DROP TABLE trial", "TRUNCATE trial",
                "ALTER TABLE trial ADD COLUMN more int", "CREATE TEMPORARY TABLE mine (value int)",
                "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE mine",
            ):  # fmt: skip
                with pytest.raises(errors.InsufficientPrivilege):
                    runtime.execute(statement)
            runtime.execute("INSERT INTO trial VALUES (1)")
        finally:
            owner.execute("DROP TABLE trial")
    other = next(name for name in SERVICES if name != service)
    mine = Address(stack.database_url, stack.vault).of(service).replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(f"{mine.rpartition('/')[0]}/licita_{other}")


@pytest.mark.parametrize("service", SERVICES)
def test_only_audits_runtime_role_cannot_change_rows(stack: Stack, service: str) -> None:
    """Control 9.1: the process that writes the log could not rewrite it."""
    with connect(stack, service, owner=True) as owner, connect(stack, service) as runtime:
        owner.execute("CREATE TABLE trial (value int)")
        try:
            runtime.execute("INSERT INTO trial VALUES (1)")
            for statement in ("UPDATE trial SET value = 2", "DELETE FROM trial"):
                if service == "audit":
                    with pytest.raises(errors.InsufficientPrivilege):
                        runtime.execute(statement)
                else:
                    runtime.execute(statement)
        finally:
            owner.execute("DROP TABLE trial")


@pytest.fixture
def second() -> Iterator[Stack]:
    """A stack beside the shared one, in a folder of its own."""
    other = own_stack("second")
    yield other
    other.stop()
    shutil.rmtree(other.folder)


def sockets_of(folder: Path) -> list[str]:
    """What weed has put into /tmp for the ports of this stack."""
    ports = json.loads((folder / "ports.json").read_text("utf-8")).values()
    return [
        path.name for path in Path("/tmp").glob("seaweedfs-*.sock") if any(f"-{port}." in path.name for port in ports)
    ]


def test_a_second_start_finds_everything_again(second: Stack) -> None:
    """Beside the shared stack, so two stacks on one machine are tried as well."""
    second.start_servers()
    processes = leftovers(second.folder)
    version = ObjectStore(second.service_storage).put("licita-documents", "kept", io.BytesIO(b"kept"), 4).version
    with connect(second, "portal", owner=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS value")
    second.stop()
    assert [process.name for process in processes] == ["postgres", "seaweedfs"]
    assert not [process.name for process in processes if process.alive()]
    assert not sockets_of(second.folder)

    again = Stack(second.folder)
    try:
        again.start_servers()
        assert again.service_storage == second.service_storage
        assert ObjectStore(again.service_storage).stat("licita-documents", "kept", version).size == 4
        with connect(again, "portal") as runtime:
            assert runtime.execute("SELECT has_table_privilege('kept', 'SELECT')").fetchone() == (True,)
            assert runtime.execute("SELECT value FROM kept").fetchone() == (42,)
        for name, lock in BUCKETS.items():  # harmless where they are
            ObjectStore(again.storage).ensure_bucket(f"licita-{name}", object_lock=lock)
    finally:
        again.stop()


HOLD = """
import sys, time
from pathlib import Path
from deploy.local.stack import Stack
Stack(Path(sys.argv[1])).start_servers()
print("up", flush=True)
time.sleep(3600)
"""


def test_a_killed_supervisor_leaves_nothing_that_stops_the_next_start(second: Stack) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", HOLD, str(second.folder)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    with supervisor.stdout as out:
        assert out.readline() == b"up\n"
        processes = leftovers(second.folder)
        supervisor.kill()
        supervisor.wait()
    assert len(processes) == 2
    until(lambda: not any(process.alive() for process in processes), "the servers end with their supervisor")

    again = Stack(second.folder)
    try:
        again.start_servers()
        ObjectStore(again.service_storage).health()
    finally:
        again.stop()
    assert not sockets_of(second.folder)
