"""Access tokens: EdDSA JWTs (RFC 8037, algorithm name of RFC 9864) that live five minutes, and the public key set."""

import hashlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from backbone.principal import AUDIENCE
from services.identity.domain.organisation import Membership, Organisation
from services.identity.domain.session import Session

ALGORITHM = "Ed25519"
ISSUER = "licita/identity"
LIFETIME_SECONDS = 300


class AccessTokens:
    """Issues tokens with one key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        bare = OKPKey.import_key(pem)
        self._key = OKPKey.import_key(pem, parameters={"kid": bare.thumbprint(), "use": "sig", "alg": ALGORITHM})

    @property
    def key_set(self) -> KeySet:
        """The key set as other services read it; the private part never leaves through `jwks`."""
        return KeySet([self._key])

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517)."""
        return {"keys": [self._key.as_dict(private=False)]}

    def issue(
        self, session: Session, organisation: Organisation | None, membership: Membership | None, now: datetime
    ) -> str:
        """A token for the session. `mfa_at` is the Unix time of its last second factor, 0 for none."""
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": session.person,
            "sid": session.id,
            "org": organisation.id if organisation else "",
            "org_kind": organisation.kind if organisation else "",
            "roles": sorted(membership.roles) if membership else [],
            "mfa_at": int(session.second_factor_at.timestamp()) if session.second_factor_at else 0,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
        }
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


def digest(token: str) -> str:
    """What is kept of a refresh token or an activation code. They are random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
