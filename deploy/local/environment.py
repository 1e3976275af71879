"""The environment of each service on one machine: the same names as in production, other values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backbone.bus import BusSettings
from backbone.settings import SERVICES, StorageSettings
from deploy.local.databases import Address
from deploy.local.ports import Ports
from deploy.local.secrets import TOKENS, Vault

CHECKOUT = Path(__file__).resolve().parents[2]
ADMIN_EMAIL = "admin@licita.example"
DEMO_POLICY = CHECKOUT / "deploy/local/policies/demo.toml"
PYTHON_PATH = ":".join(str(CHECKOUT / part) for part in (".", "formats", "client", "verifier", "build/gen"))


@dataclass(frozen=True)
class Servers:
    """Where the servers are that the services use."""

    databases: Address
    bus: BusSettings
    storage: StorageSettings


def addresses(ports: Ports) -> dict[str, tuple[str, str]]:
    """HTTP and gRPC address of each service."""
    return {
        name: (f"127.0.0.1:{ports.get(f'{name}-http')}", f"127.0.0.1:{ports.get(f'{name}-grpc')}") for name in SERVICES
    }


def service_environment(
    service: str, servers: Servers, places: Mapping[str, tuple[str, str]], vault: Vault
) -> dict[str, str]:
    """All variables that a service reads (see deploy/local/README.md)."""
    http, grpc = places[service]
    own = {
        "DATABASE_URL": servers.databases.of(service),
        "MIGRATE_DATABASE_URL": servers.databases.of(service, owner=True),
        "HTTP_BIND": http,
        "GRPC_BIND": grpc,
        "PUBLIC_URL": f"http://{http}",
        "SERVICE_KEY_FILE": str(vault.keys / f"{service}.pem"),
    }
    return {**_common(servers, places, vault), **own, **_special(service, vault)}


def _common(servers: Servers, places: Mapping[str, tuple[str, str]], vault: Vault) -> dict[str, str]:
    urls = {f"{name.upper()}_URL": f"http://{http}" for name, (http, _) in places.items()}
    rpcs = {f"{name.upper()}_GRPC": grpc for name, (_, grpc) in places.items()}
    storage = servers.storage
    return {
        **urls,
        **rpcs,
        "PYTHONPATH": PYTHON_PATH,
        "BUS": servers.bus.kind,
        "BUS_DATABASE_URL": servers.bus.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": servers.bus.bootstrap_servers,
        "S3_ENDPOINT": storage.endpoint,
        "S3_PUBLIC_ENDPOINT": storage.public_endpoint,
        "S3_REGION": storage.region,
        "S3_ACCESS_KEY": storage.access_key,
        "S3_SECRET_KEY": storage.secret_key,
        "LICITA_URL": urls["PORTAL_URL"],
        "SERVICE_KEYS_FILE": str(vault.keys / "public.json"),
        "LICITA_ENVIRONMENT": "local",
    }


def _special(service: str, vault: Vault) -> dict[str, str]:
    if service == "identity":
        return {
            "TOKEN_KEY_FILE": str(vault.keys / f"{TOKENS}.pem"),
            "LICITA_BOOTSTRAP_ADMIN_EMAIL": ADMIN_EMAIL,
            "LICITA_BOOTSTRAP_ADMIN_PASSWORD": vault.get("admin-password"),
            "LICITA_BOOTSTRAP_ADMIN_TOTP_SECRET": vault.totp("admin-totp"),
            "ARGON2_TIME_COST": "1",  # a stack for demonstrations and tests makes dozens of accounts
            "ARGON2_MEMORY_KIB": "8192",
        }
    return {"POLICY_FILES": str(DEMO_POLICY)} if service == "tenders" else {}
