"""What proves who somebody is: passwords, second factors, tokens. Pure computation on keys given to it."""

from dataclasses import dataclass

from services.identity.credentials.passwords import Passwords
from services.identity.credentials.tokens import AccessTokens
from services.identity.credentials.vault import Vault


@dataclass(frozen=True)
class Credentials:
    """The three of them, as commands need them."""

    passwords: Passwords
    vault: Vault
    tokens: AccessTokens
