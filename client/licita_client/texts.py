"""The command's sentences in Spanish and English."""

import os
import tomllib
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("es", "en")


@lru_cache
def _entries() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("licita_client").joinpath("texts.toml").read_text("utf-8"))


def default_language() -> str:
    """Of the environment (`LICITA_LANG`, `LANG`); Spanish where it says neither of ours."""
    wanted = (os.environ.get("LICITA_LANG") or os.environ.get("LANG") or "")[:2].lower()
    return wanted if wanted in LANGUAGES else "es"


def say(language: str, sentence: str, /, **params: object) -> str:
    """The sentence of that name with its parameters.

    Raises:
        KeyError: no such sentence.
    """
    return _entries()[sentence][language].format(**params)
