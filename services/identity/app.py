"""Composition root: settings to the parts that run."""

from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backbone.database import Database
from backbone.foundation import assemble, lay
from backbone.service import Parts
from backbone.settings import Settings
from services.identity.api import accounts, doors, duties, keys, organisations, sessions
from services.identity.commands.bootstrap import bootstrap
from services.identity.credentials import Credentials
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.tokens import AccessTokens
from services.identity.credentials.vault import Vault
from services.identity.gate import OpenSessions
from services.identity.house import House
from services.identity.policy import ROUTES, RPCS
from services.identity.rpc import add_servicers
from services.identity.settings import IdentitySettings, read_identity_settings
from services.identity.subscribers import SUBSCRIPTIONS, TOPICS

ROOM = Path(__file__).parent
VIEWS = (accounts, sessions, organisations, duties, keys)  # importing them puts their routes on the doors


def build(settings: Settings, own: IdentitySettings | None = None) -> Parts:
    """The accounts, wired for one process."""
    base = lay(settings, ROOM)
    house = House(base.database, read_credentials(own or read_identity_settings()))
    tokens = OpenSessions(house.credentials.tokens, base.database)
    web, api = base.web("Licita: people, organisations and sessions", ROUTES, tokens)
    web.extensions["house"] = house
    api.register_blueprint(doors)
    return assemble(
        base,
        web,
        servicers=partial(add_servicers, base.database),
        rpc_rules=RPCS,
        subscriptions=SUBSCRIPTIONS,
        topics=TOPICS,
    )


def read_credentials(own: IdentitySettings) -> Credentials:
    """Reads the token key.

    Raises:
        TypeError: the file holds another kind of key.
    """
    key = load_pem_private_key(own.token_key_file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{own.token_key_file} does not hold an Ed25519 key")
    return Credentials(Passwords(own.argon2_time_cost, own.argon2_memory_kib), Vault(key), AccessTokens(key))


def make_first_administrator(settings: Settings, own: IdentitySettings | None = None) -> None:
    """After the migration: the platform and its first administrator, where the environment names one."""
    own = own or read_identity_settings()
    if not own.first_administrator.email:
        return
    database = Database(settings.migrate_database_url)
    try:
        with database.begin() as tx:
            bootstrap(tx, read_credentials(own), own.first_administrator)
    finally:
        database.close()
