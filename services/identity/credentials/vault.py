"""Secrets of second factors at rest: encrypted under a key that the database does not have."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Vault:
    """Seals short texts (RFC 8439) with a key derived from the service's token key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"licita/identity second factors v1")
        self._cipher = ChaCha20Poly1305(derive.derive(key.private_bytes_raw()))

    def seal(self, secret: str, person: str) -> bytes:
        """The secret, encrypted for this person's row."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), person.encode())

    def open(self, sealed: bytes, person: str) -> str:
        """The reverse of `seal`.

        Raises:
            ValueError: sealed for somebody else, under another key, or changed since.
        """
        try:
            opened = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person.encode())
        except InvalidTag as error:
            raise ValueError("a second factor's secret does not open: was the token key replaced?") from error
        return opened.decode()
