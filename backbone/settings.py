"""What every service reads from its environment; all errors are told at once, before anything starts."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env

from backbone.bus import BusSettings

SERVICES = ("identity", "tenders", "bids", "vendors", "audit", "portal")


@dataclass(frozen=True)
class StorageSettings:
    """Where documents live. `public_endpoint` is the address that presigned URLs name."""

    endpoint: str
    public_endpoint: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Settings:
    """The common part of a service's configuration."""

    service: str
    database_url: str
    migrate_database_url: str
    bus: BusSettings
    storage: StorageSettings
    http_bind: str
    grpc_bind: str
    public_url: str
    licita_url: str
    urls: dict[str, str]
    grpc: dict[str, str]
    key_file: Path
    keys_file: Path
    environment: str
    log_level: str
    http_threads: int
    buckets: dict[str, str]


def read_settings(service: str, env: Env | None = None) -> Settings:
    """Reads the environment (see deploy/local/README.md for each name).

    Raises:
        environs.EnvValidationError: names every variable that is missing or malformed.
    """
    source = env or Env(eager=False)
    settings = Settings(
        service=service,
        database_url=source.str("DATABASE_URL"),
        migrate_database_url=source.str("MIGRATE_DATABASE_URL"),
        bus=_bus(source, service),
        storage=_storage(source),
        http_bind=source.str("HTTP_BIND"),
        grpc_bind=source.str("GRPC_BIND"),
        public_url=source.str("PUBLIC_URL"),
        licita_url=source.str("LICITA_URL"),
        urls={name: source.str(f"{name.upper()}_URL") for name in SERVICES},
        grpc={name: source.str(f"{name.upper()}_GRPC") for name in SERVICES},
        key_file=source.path("SERVICE_KEY_FILE"),
        keys_file=source.path("SERVICE_KEYS_FILE"),
        environment=source.str("LICITA_ENVIRONMENT", "production"),
        log_level=source.str("LOG_LEVEL", "INFO"),
        http_threads=source.int("HTTP_THREADS", 8),
        buckets={
            name: source.str(f"BUCKET_{name.upper()}", f"licita-{name}")
            for name in ("documents", "evidence", "sealed", "opened", "log")
        },
    )
    source.seal()
    return settings


def _bus(source: Env, service: str) -> BusSettings:
    return BusSettings(
        kind=source.str("BUS", "postgres"),
        database_url=source.str("BUS_DATABASE_URL", ""),
        bootstrap_servers=source.str("KAFKA_BOOTSTRAP_SERVERS", ""),
        client_id=f"licita-{service}",
    )


def _storage(source: Env) -> StorageSettings:
    return StorageSettings(
        endpoint=source.str("S3_ENDPOINT"),
        public_endpoint=source.str("S3_PUBLIC_ENDPOINT", source.str("S3_ENDPOINT")),
        region=source.str("S3_REGION", "us-east-1"),
        access_key=source.str("S3_ACCESS_KEY"),
        secret_key=source.str("S3_SECRET_KEY"),
    )
