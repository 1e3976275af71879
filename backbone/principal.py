"""Who is calling, as the access token says it. Tokens are EdDSA JWTs of `identity`, verified here with its JWKS."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backbone.errors import Unauthenticated, Unavailable

AUDIENCE = "licita"
REFETCH_SECONDS = 10


@dataclass(frozen=True)
class Principal:
    """A person acting for an organisation. `roles` are those held in that organisation.

    `second_factor_at` is the Unix time of the last second factor of this session, 0 if none was given.
    """

    person: str
    session: str
    organisation: str = ""
    organisation_kind: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    second_factor_at: int = 0

    @property
    def has_second_factor(self) -> bool:
        """Whether this session was opened with a second factor."""
        return self.second_factor_at > 0


ANONYMOUS = Principal(person="", session="")


class TokenVerifier:
    """Verifies access tokens. Keys outlive identity's absence, so that a token stays good until it expires."""

    def __init__(self, jwks_url: str, pool: urllib3.PoolManager | None = None, *, keys: KeySet | None = None) -> None:
        """`keys` are known beforehand: with an empty address, the only ones."""
        self._jwks_url = jwks_url
        self._pool = pool or urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=2), retries=False)
        self._keys = keys
        self._fetched_at = 0.0
        self._lock = threading.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=5, aud={"essential": True, "value": AUDIENCE}, sub={"essential": True}, exp={"essential": True}
        )

    def verify(self, token: str) -> Principal:
        """The principal that the token names.

        Raises:
            Unauthenticated: malformed, expired, forged, or signed by a key that identity does not publish.
            Unavailable: no key is known yet and identity does not answer.
        """
        try:
            claims = self._decode(token, self._key_set())
        except (JoseError, ValueError):
            claims = self._decode_with_fresh_keys(token)
        return Principal(
            person=claims["sub"],
            session=claims["sid"],
            organisation=claims.get("org", ""),
            organisation_kind=claims.get("org_kind", ""),
            roles=frozenset(claims.get("roles", ())),
            second_factor_at=claims.get("mfa_at", 0),
        )

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=["EdDSA", "Ed25519"])
        self._claims.validate(decoded.claims)
        return decoded.claims

    def _decode_with_fresh_keys(self, token: str) -> dict[str, Any]:
        """A key may have been rotated: look once, but not more often than every few seconds."""
        try:
            return self._decode(token, self._key_set(refetch=True))
        except (JoseError, ValueError, KeyError) as error:
            raise Unauthenticated("token_refused") from error

    def _key_set(self, *, refetch: bool = False) -> KeySet:
        with self._lock:
            stale = refetch and time.monotonic() - self._fetched_at > REFETCH_SECONDS
            if self._keys is None or stale:
                self._keys = self._fetch() or self._keys
                self._fetched_at = time.monotonic()
            if self._keys is None:
                raise Unavailable("identity_unavailable")
            return self._keys

    def _fetch(self) -> KeySet | None:
        if not self._jwks_url:
            return None
        try:
            response = self._pool.request("GET", self._jwks_url)
        except urllib3.exceptions.HTTPError:
            return None
        return KeySet.import_key_set(response.json()) if response.status == 200 else None  # noqa: PLR2004 - HTTP 200
