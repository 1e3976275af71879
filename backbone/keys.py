"""The service's own Ed25519 key and the public keys of all services."""

import json
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from licita_formats.notes import Signer, Verifier


class KeyRing:
    """Reads key files once. Key names are `licita/<service>`."""

    def __init__(self, service: str, key_file: Path, keys_file: Path) -> None:
        self._service = service
        self._key_file = key_file
        self._keys_file = keys_file

    @cached_property
    def private_key(self) -> Ed25519PrivateKey:
        """This service's signing key.

        Raises:
            TypeError: the file holds another kind of key.
        """
        key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{self._key_file} does not hold an Ed25519 key")
        return key

    @cached_property
    def signer(self) -> Signer:
        """Signs notes in the name of this service."""
        return Signer(f"licita/{self._service}", self.private_key)

    @cached_property
    def vkeys(self) -> dict[str, str]:
        """C2SP verifier keys by service name."""
        published: dict[str, str] = json.loads(self._keys_file.read_text("utf-8"))
        return published

    @cached_property
    def verifiers(self) -> list[Verifier]:
        """Verifiers for all services."""
        return [Verifier.parse(vkey) for vkey in self.vkeys.values()]

    def verifier(self, service: str) -> Verifier:
        """The verifier of one service.

        Raises:
            KeyError: no such service in the published keys.
        """
        return Verifier.parse(self.vkeys[service])
