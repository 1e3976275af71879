"""A committee member's opening key, made and kept on the member's device, under a passphrase.

The file holds the `AGE-SECRET-KEY-1…` encrypted with AES-256-GCM under a key that scrypt (RFC 7914, N = 2^16) derives
from the passphrase. Without the passphrase the file is worthless; without the file, so is the passphrase.
"""

import base64
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from licita_formats.age import Identity

from licita_client.home import Home

FILE = "committee-key.json"
COST = 2**16


class KeyLocked(Exception):
    """The passphrase is not the key's."""


def make(home: Home, passphrase: str) -> str:
    """Makes a key; returns its public recipient, `age1…`.

    Raises:
        FileExistsError: there is one already.
    """
    if home.read(FILE):
        raise FileExistsError(FILE)
    identity = Identity.generate()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, str(identity).encode(), None)
    kept = {"salt": salt, "nonce": nonce, "sealed": sealed}
    texts: dict[str, Any] = {name: base64.b64encode(value).decode() for name, value in kept.items()}
    home.write(FILE, {"kdf": "scrypt", "cost": COST, "recipient": str(identity.recipient), **texts})
    return str(identity.recipient)


def recipient(home: Home) -> str:
    """The public half.

    Raises:
        FileNotFoundError: no key in this profile.
    """
    return str(_kept(home)["recipient"])


def unlock(home: Home, passphrase: str) -> Identity:
    """The private half.

    Raises:
        FileNotFoundError: no key in this profile.
        KeyLocked: wrong passphrase, or the file was changed.
    """
    kept = _kept(home)
    salt, nonce, sealed = (base64.b64decode(kept[name]) for name in ("salt", "nonce", "sealed"))
    try:
        text = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, None)
    except InvalidTag as error:
        raise KeyLocked from error
    return Identity.parse(text.decode())


def _kept(home: Home) -> dict[str, str]:
    kept: dict[str, str] | None = home.read(FILE)
    if kept is None:
        raise FileNotFoundError(FILE)
    return kept


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
