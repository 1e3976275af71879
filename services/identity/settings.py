"""What identity reads from its environment beside what every service does."""

from dataclasses import dataclass
from pathlib import Path

from argon2.profiles import RFC_9106_LOW_MEMORY
from environs import Env


@dataclass(frozen=True)
class FirstAdministrator:
    """The platform's first administrator, made at `migrate`; nobody where `email` is empty."""

    email: str = ""
    password: str = ""
    totp_secret: str = ""


@dataclass(frozen=True)
class IdentitySettings:
    """The Ed25519 key of access tokens (PKCS #8 PEM) and the cost of Argon2id: passes, and memory in KiB.

    The key that encrypts the secrets of second factors is derived from the token key.
    """

    token_key_file: Path
    argon2_time_cost: int = RFC_9106_LOW_MEMORY.time_cost
    argon2_memory_kib: int = RFC_9106_LOW_MEMORY.memory_cost
    first_administrator: FirstAdministrator = FirstAdministrator()


def read_identity_settings(env: Env | None = None) -> IdentitySettings:
    """Reads TOKEN_KEY_FILE, ARGON2_TIME_COST, ARGON2_MEMORY_KIB, LICITA_BOOTSTRAP_ADMIN_EMAIL, _PASSWORD, _TOTP_SECRET.

    Raises:
        environs.EnvValidationError: names every variable that is missing or malformed.
    """
    source = env or Env(eager=False)
    first = [source.str(f"LICITA_BOOTSTRAP_ADMIN_{name}", "") for name in ("EMAIL", "PASSWORD", "TOTP_SECRET")]
    key_file = source.path("TOKEN_KEY_FILE")
    time_cost = source.int("ARGON2_TIME_COST", RFC_9106_LOW_MEMORY.time_cost)
    memory = source.int("ARGON2_MEMORY_KIB", RFC_9106_LOW_MEMORY.memory_cost)
    source.seal()
    return IdentitySettings(key_file, time_cost, memory, FirstAdministrator(*first))
