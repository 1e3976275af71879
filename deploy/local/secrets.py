"""Keys and passwords of a local stack: made once, kept in its folder, readable by their owner alone."""

import json
import os
import secrets
from pathlib import Path

import pyotp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from licita_formats.notes import Signer

from backbone.settings import SERVICES

OWNER_ONLY = 0o600
TOKENS = "identity-tokens"


class Vault:
    """The secrets of one stack."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "secrets.json"
        self.keys = folder / "keys"
        self._known: dict[str, str] = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}

    def get(self, name: str) -> str:
        """A random word under a name, the same at each call."""
        return self._keep(name, secrets.token_hex(20))

    def totp(self, name: str) -> str:
        """A second-factor secret."""
        return self._keep(name, pyotp.random_base32())

    def make_keys(self) -> None:
        """An Ed25519 key for each service, one for access tokens, and the file with all public keys."""
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (*SERVICES, TOKENS):
            _make_key(self.keys / f"{name}.pem")
        public = {name: _vkey(self.keys / f"{name}.pem", name) for name in SERVICES}
        (self.keys / "public.json").write_text(json.dumps(public, indent=2), "utf-8")

    def _keep(self, name: str, fresh: str) -> str:
        if name not in self._known:
            self._known[name] = fresh
            write_private(self._path, json.dumps(self._known, indent=2))
        return self._known[name]


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _make_key(path: Path) -> None:
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(path, pem.decode())


def _vkey(path: Path, service: str) -> str:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return Signer(f"licita/{service}", key).vkey
