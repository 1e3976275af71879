"""Passwords as Argon2id hashes (RFC 9106; by default its second recommended option, 3 passes over 64 MiB)."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from backbone.ids import new_secret

# Each computation takes 64 MiB and a core; more than two at a time would only take memory from the others.
AT_A_TIME = 2


class Passwords:
    """Makes and checks hashes."""

    def __init__(self, time_cost: int, memory_kib: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=RFC_9106_LOW_MEMORY.parallelism
        )
        self._turn = threading.BoundedSemaphore(AT_A_TIME)
        self._nobodys = self._hasher.hash(new_secret())

    def hash(self, password: str) -> str:
        """The hash to keep, with its salt and parameters."""
        with self._turn:
            return self._hasher.hash(_encoded(password))

    def verify(self, kept: str, password: str) -> bool:
        """Whether the password is the one of the hash. With an empty one the same work is done for a plain no."""
        with self._turn:
            try:
                matches = self._hasher.verify(kept or self._nobodys, _encoded(password))
            except VerifyMismatchError:
                return False
        return matches and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def _encoded(password: str) -> bytes:
    """The same password typed on another keyboard gives the same bytes (NIST SP 800-63B, NFKC)."""
    return unicodedata.normalize("NFKC", password).encode()
