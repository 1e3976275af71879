"""The acta as a page for people, in each language: made once with the acta, from the acta's body alone."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backbone.clock import parse_rfc3339
from backbone.messages import LANGUAGES

TEMPLATES = Path(__file__).with_name("templates")


def acta_pages(body: Mapping[str, Any], sha256: str) -> dict[str, str]:
    """The page by language. Every name and text of others is escaped."""
    return {language: _page(body, sha256, language) for language in LANGUAGES}


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = tomllib.loads((TEMPLATES / "acta.toml").read_text("utf-8"))
    return loaded


def _page(body: Mapping[str, Any], sha256: str, language: str) -> str:
    zone = ZoneInfo(body["timeZone"])
    texts = {name: entry[language] for name, entry in _texts().items()}

    def instant(text: str) -> str:
        return format_datetime(parse_rfc3339(text).astimezone(zone), "long", locale=language)

    def money(value: Mapping[str, str]) -> str:
        return format_currency(value["amount"], value["currency"], locale=language)

    def reason(code: str) -> str:
        """The sentence for a failure or a refusal; the bare code for one that has no sentence of its own."""
        return texts.get(f"reason_{code}", code)

    template = _environment().get_template("acta.html.j2")
    return template.render(
        acta=body, sha256=sha256, language=language, text=texts, instant=instant, money=money, reason=reason
    )
