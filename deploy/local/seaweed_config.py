"""What SeaweedFS reads at its start: who may call which port, who may do what in which bucket.

Its parts trust whoever reaches them unless told otherwise. A `GET /col/delete` on the master removes a whole bucket,
locked objects and all, and the gRPC ports of master, filer and volume do as much. So the parts know each other by
certificate (gRPC) and by signed tokens (HTTP between S3, filer and volume), and everything else is refused.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from deploy.local.certificates import AUTHORITY, CERTIFICATE, KEY, make_certificates
from deploy.local.secrets import Vault, write_private

TOKENS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
CERTIFIED = ("master", "volume", "filer", "s3", "client")
# What a service does with its objects. Making buckets and deleting them is the operator's alone.
SERVICE_RIGHTS = ("Read", "Write", "List", "Tagging", "GetObjectRetention", "PutObjectRetention")
# One volume per bucket instead of seven; the upkeep of a cluster (erasure coding, balancing) has no use on one machine.
MASTER = """\
[master.maintenance]
scripts = ""
[master.volume_growth]
copy_1 = 1
"""


def write_configuration(folder: Path, vault: Vault, buckets: Iterable[str]) -> None:
    """Writes security.toml, master.toml, s3.json and, the first time, the certificates into `folder`."""
    make_certificates(folder / "certificates")
    write_private(folder / "security.toml", _security(folder / "certificates", vault))
    write_private(folder / "master.toml", MASTER)
    write_private(folder / "s3.json", json.dumps({"identities": _identities(vault, buckets)}))


def _security(certificates: Path, vault: Vault) -> str:
    tokens = [f'[{section}]\nkey = "{vault.get(section)}"' for section in TOKENS]
    # JSON's strings are TOML's, whatever the path of the checkout contains.
    cert, key = json.dumps(str(certificates / CERTIFICATE)), json.dumps(str(certificates / KEY))
    parts = [f"[grpc.{part}]\ncert = {cert}\nkey = {key}" for part in CERTIFIED]
    authority = f"[grpc]\nca = {json.dumps(str(certificates / AUTHORITY))}"
    closed = "[access]\nui = false\n[filer.expose_directory_metadata]\nenabled = false"
    return "\n".join([*tokens, authority, *parts, closed, ""])


def _identities(vault: Vault, buckets: Iterable[str]) -> list[dict[str, object]]:
    rights = [f"{right}:{bucket}" for bucket in buckets for right in SERVICE_RIGHTS]
    return [
        _identity("operator", vault.get("s3-operator-access-key"), vault.get("s3-operator-secret-key"), ["Admin"]),
        _identity("services", vault.get("s3-access-key"), vault.get("s3-secret-key"), rights),
    ]


def _identity(name: str, access_key: str, secret_key: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": access_key, "secretKey": secret_key}], "actions": actions}
