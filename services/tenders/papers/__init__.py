"""Papers that people file: signed statements, and the pages rendered from them in Spanish and English.

The signed statement is the paper; a page shows what it says and nothing else, so that it can be made again at any time.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from backbone.clock import parse_rfc3339

ROOM = Path(__file__).parent
LOCALES = {"es": "es_PY", "en": "en"}


def render(kind: str, statement: Mapping[str, Any], note: str, language: str) -> str:
    """The page of a paper, in `es` or `en`: `statement` is the body that was signed, `note` the whole signed text."""
    zone = ZoneInfo(statement["timeZone"])
    template = _environment().get_template(f"{kind}.html")
    words = {"language": language, "t": sentence(language), "money": partial(_money, language=language)}
    return template.render(
        kind=kind, s=statement, note=note, when=partial(_when, zone=zone, language=language), **words
    )


def sentence(language: str) -> Callable[..., str]:
    """Looks up the fixed words of a paper; a missing one is an error, not an empty place on a legal paper."""

    def find(name: str, **params: object) -> str:
        return str(_texts()[name][language]).format(**params)

    return find


def code_sentence(code: str, language: str) -> str:
    """The words for a finding's or a rejection's code; an integrity failure's own code is shown as it is."""
    entry = _texts().get(f"code_{code}")
    return entry[language] if entry else code


def _when(instant: str, *, zone: ZoneInfo, language: str) -> str:
    moment: datetime = parse_rfc3339(instant).astimezone(zone)
    shown = format_datetime(moment, "long", tzinfo=zone, locale=LOCALES[language])
    return f"{shown} ({zone.key})"


def _money(value: Mapping[str, str], *, language: str) -> str:
    return format_currency(Decimal(value["amount"]), value["currency"], locale=LOCALES[language])


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOM / "texts.toml").read_text("utf-8"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["code"] = code_sentence
    return environment
