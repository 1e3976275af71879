"""X25519 identities and recipients, and how they wrap a file key in a stanza."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from licita_formats.age import bech32
from licita_formats.age.errors import HeaderError
from licita_formats.age.header import Stanza
from licita_formats.encoding import from_raw_base64, to_raw_base64

X25519 = "X25519"
KEY_BYTES = 32
WRAPPED_BYTES = 32  # a file key of 16 bytes and a tag of 16
_INFO = b"age-encryption.org/v1/X25519"
_NO_NONCE = bytes(12)  # every wrapping key is used once only
_RECIPIENT_PREFIX = "age"
_IDENTITY_PREFIX = "age-secret-key-"
# Any scalar shows a point of low order, because the scalar's low bits are cleared.
_PROBE = X25519PrivateKey.from_private_bytes(b"\x42" * KEY_BYTES)


def hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    """HKDF-SHA256 with 32 bytes of output."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(key)


@dataclass(frozen=True)
class Recipient:
    """A public key, `age1…`. `raw` are its 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        """Refuses keys that would give everybody the same secret.

        Raises:
            ValueError: not 32 bytes, or a point of low order.
        """
        if len(self.raw) != KEY_BYTES:
            raise ValueError("a recipient has 32 bytes")
        _exchange(_PROBE, self.raw)

    @classmethod
    def parse(cls, text: str) -> "Recipient":
        """Reads `age1…`, in lower case as age writes it.

        Raises:
            ValueError: not an X25519 recipient.
        """
        prefix, raw = bech32.decode(text)
        if prefix != _RECIPIENT_PREFIX or text != text.lower():
            raise ValueError("not an age X25519 recipient")
        return cls(raw)

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.raw)

    def wrap(self, file_key: bytes) -> Stanza:
        """A stanza that only this recipient's identity opens."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        wrap_key = hkdf(_exchange(ephemeral, self.raw), share + self.raw, _INFO)
        body = ChaCha20Poly1305(wrap_key).encrypt(_NO_NONCE, file_key, None)
        return Stanza((X25519, to_raw_base64(share)), body)


@dataclass(frozen=True)
class Identity:
    """A private key, `AGE-SECRET-KEY-1…`. `raw` are its 32 bytes and are kept out of its representation."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Checks the length.

        Raises:
            ValueError: not 32 bytes.
        """
        if len(self.raw) != KEY_BYTES:
            raise ValueError("an identity has 32 bytes")

    @classmethod
    def generate(cls) -> "Identity":
        """A fresh identity."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_secret(cls, secret: bytes) -> "Identity":
        """The identity whose private key is `secret`, 32 bytes.

        Raises:
            ValueError: not 32 bytes.
        """
        return cls(secret)

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """Reads `AGE-SECRET-KEY-1…`, in upper case as age writes it.

        Raises:
            ValueError: not an X25519 identity.
        """
        prefix, raw = bech32.decode(text)
        if prefix != _IDENTITY_PREFIX or text != text.upper():
            raise ValueError("not an age X25519 identity")
        return cls(raw)

    def __str__(self) -> str:
        return bech32.encode(_IDENTITY_PREFIX, self.raw).upper()

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient(self._private_key.public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None where the stanza is of another type or for another recipient.

        Raises:
            HeaderError: an X25519 stanza with other than two arguments, a share or body of another length, or a share
                of low order.
        """
        if stanza.type != X25519:
            return None
        share = x25519_share(stanza)
        try:
            secret = _exchange(self._private_key, share)
        except ValueError as error:
            raise HeaderError("stanza_share_low_order") from error
        wrap_key = hkdf(secret, share + self.recipient.raw, _INFO)
        try:
            return ChaCha20Poly1305(wrap_key).decrypt(_NO_NONCE, stanza.body, None)
        except InvalidTag:
            return None

    @property
    def _private_key(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.raw)


def x25519_share(stanza: Stanza) -> bytes:
    """The ephemeral share of an X25519 stanza, after the checks that need no key.

    Raises:
        HeaderError: wrong number of arguments, or a share or body of another length.
    """
    if len(stanza.arguments) != len((X25519, "share")):
        raise HeaderError("stanza_arguments", type=X25519)
    try:
        share = from_raw_base64(stanza.arguments[1])
    except ValueError as error:
        raise HeaderError("stanza_share_malformed") from error
    if len(share) != KEY_BYTES or len(stanza.body) != WRAPPED_BYTES:
        raise HeaderError("stanza_length", type=X25519)
    return share


def _exchange(private_key: X25519PrivateKey, public: bytes) -> bytes:
    """The shared secret; a ValueError where it would be all zero."""
    return private_key.exchange(X25519PublicKey.from_public_bytes(public))
