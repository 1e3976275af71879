"""Error sentences in the reader's language.

Every service has a `messages.toml`; the backbone has one of its own. An entry is

    [deadline_passed]
    es = "El plazo venció el {deadline}."
    en = "The deadline passed on {deadline}."

`tests/rules` holds that each code raised has both languages and that both use the same parameters.
"""

import string
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("es", "en")
DEFAULT_LANGUAGE = "es"

Catalogue = Mapping[str, Mapping[str, str]]


@lru_cache
def load(*paths: Path) -> Catalogue:
    """Entries of all files, later files winning."""
    entries: dict[str, Mapping[str, str]] = {}
    for path in paths:
        entries.update(tomllib.loads(path.read_text("utf-8")))
    return entries


def backbone_messages() -> Path:
    """The file with the sentences that every service may need."""
    return Path(__file__).with_name("messages.toml")


def render(catalogue: Catalogue, code: str, params: Mapping[str, str], language: str) -> str:
    """The sentence for `code`; the bare code where nobody wrote one, so that a missing text never hides an error."""
    entry = catalogue.get(code)
    if entry is None:
        return code
    return string.Formatter().vformat(entry[language], (), _Lenient(params))


def negotiate(accepted: Iterable[str]) -> str:
    """The first language we speak among those the reader accepts, best first (`es-PY` counts as `es`)."""
    for tag in accepted:
        primary = tag.split("-", 1)[0].lower()
        if primary in LANGUAGES:
            return primary
    return DEFAULT_LANGUAGE


class _Lenient(dict[str, str]):
    """A parameter that is missing shows as its name instead of turning one error into another."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
