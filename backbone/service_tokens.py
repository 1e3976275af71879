"""How services know each other over gRPC: short-lived EdDSA JWTs signed with the key that also signs events."""

import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from backbone.errors import Unauthenticated
from backbone.keys import KeyRing

LIFETIME_SECONDS = 300
RENEW_BEFORE_SECONDS = 60


class ServiceTokens:
    """Makes this service's tokens and verifies those of others; both are cached until they expire."""

    def __init__(self, service: str, keys: KeyRing) -> None:
        self._service = service
        self._keys = keys
        self._made: dict[str, tuple[str, float]] = {}
        self._seen: dict[str, tuple[str, float]] = {}

    def token_for(self, target: str) -> str:
        """A token that says `licita/<this service>` to `target`."""
        token, expires = self._made.get(target, ("", 0.0))
        if time.time() > expires - RENEW_BEFORE_SECONDS:
            expires = int(time.time()) + LIFETIME_SECONDS
            claims = {"iss": self._service, "aud": target, "exp": expires}
            pem = self._keys.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            token = jwt.encode({"alg": "Ed25519"}, claims, OKPKey.import_key(pem), algorithms=["Ed25519"])
            self._made[target] = (token, expires)
        return token

    def caller(self, token: str) -> str:
        """The service that made the token for us.

        Raises:
            Unauthenticated: unknown service, wrong audience, expired, or forged.
        """
        name, expires = self._seen.get(token, ("", 0.0))
        if expires <= time.time():
            name, expires = self._verify(token)
            self._seen = {known: seen for known, seen in self._seen.items() if seen[1] > time.time()}
            self._seen[token] = (name, expires)
        return name

    def _verify(self, token: str) -> tuple[str, float]:
        for name in self._keys.vkeys:
            try:
                claims = jwt.decode(token, self._public(name), algorithms=["Ed25519"]).claims
            except (JoseError, ValueError):
                continue
            if claims.get("iss") == name and claims.get("aud") == self._service and claims["exp"] > time.time():
                return name, float(claims["exp"])
        raise Unauthenticated("caller_unknown")

    def _public(self, name: str) -> OKPKey:
        key: Ed25519PublicKey = self._keys.verifier(name).public_key
        return OKPKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
