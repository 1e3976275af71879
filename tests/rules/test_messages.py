"""Every error has its sentence in both languages (control 13.4)."""

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {
    "Invalid",
    "Unauthenticated",
    "Forbidden",
    "NotFound",
    "Conflict",
    "PreconditionFailed",
    "TooManyRequests",
    "Unavailable",
}
CATALOGUES = [ROOT / "backbone/messages.toml", *sorted((ROOT / "services").glob("*/messages.toml"))]


def raised_codes(folder: Path) -> set[str]:
    """Codes given as literals to the constructors of our errors."""
    codes: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ERRORS
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                codes.add(str(node.args[0].value))
    return codes


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parent.name)
def test_both_languages_say_the_same(catalogue: Path) -> None:
    for code, entry in tomllib.loads(catalogue.read_text("utf-8")).items():
        assert set(entry) == {"es", "en"}, code
        assert fields(entry["es"]) == fields(entry["en"]), code
        assert re.fullmatch(r"[a-z0-9_]+", code), code
        assert entry["es"] != entry["en"], code


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parent.name)
def test_every_raised_code_has_a_sentence(catalogue: Path) -> None:
    known = set(tomllib.loads((ROOT / "backbone/messages.toml").read_text("utf-8")))
    known |= set(tomllib.loads(catalogue.read_text("utf-8")))
    assert raised_codes(catalogue.parent) <= known
