"""Languages of the pages: Flask-Babel with the language of the URL, and the few words that are data (stages)."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta, get_timezone_name
from babel.numbers import format_currency, format_decimal
from flask import Flask, request
from flask_babel import Babel
from flask_babel import lazy_gettext as _

from backbone.clock import parse_rfc3339
from backbone.messages import DEFAULT_LANGUAGE

TRANSLATIONS = str(Path(__file__).with_name("translations"))
STAGE_NAMES = {
    "published": _("Open for bids"),
    "closed": _("Closed, waiting for the opening"),
    "technical_evaluation": _("Technical evaluation"),
    "financial_opening": _("Waiting for the financial opening"),
    "evaluation": _("Final evaluation"),
    "evaluated": _("Evaluated, award pending"),
    "standstill": _("Award decided, standstill period"),
    "complaint": _("Stopped by a complaint"),
    "awarded": _("Award final, contract pending"),
    "contracted": _("Contract signed"),
    "cancelled": _("Cancelled"),
    "unsuccessful": _("Unsuccessful"),
}
NEXT_STEPS = {
    "published": _("Suppliers may send sealed bids until the deadline. Nobody can read them before the opening."),
    "closed": _("The members of the opening committee bring their key shares together and the bids are opened."),
    "technical_evaluation": _("The evaluators score the technical envelopes. Prices stay sealed."),
    "financial_opening": _("The committee opens the prices of the bids that passed the technical evaluation."),
    "evaluation": _("The evaluators score the prices and issue the evaluation report."),
    "evaluated": _("A person who did not evaluate decides the award and gives every bidder the reasons."),
    "standstill": _("Bidders may file a complaint. Without one, the award becomes final when the period ends."),
    "complaint": _("The review body decides the complaint. Until then nothing may be signed."),
    "awarded": _("The buyer and the supplier sign the contract."),
    "contracted": _("The contract is carried out."),
    "cancelled": _("The procedure ended without a contract. The bids stay sealed for ever."),
    "unsuccessful": _("The procedure ended without a contract."),
}
RESPONSIBLE = {
    "published": _("Suppliers"),
    "closed": _("Opening committee"),
    "technical_evaluation": _("Evaluators"),
    "financial_opening": _("Opening committee"),
    "evaluation": _("Evaluators"),
    "evaluated": _("Awarding authority"),
    "standstill": _("Bidders"),
    "complaint": _("Review body"),
    "awarded": _("Buyer"),
    "contracted": _("Supplier and buyer"),
    "cancelled": _("Nobody"),
    "unsuccessful": _("Nobody"),
}
CATEGORIES = {"goods": _("Goods"), "works": _("Works"), "services": _("Services")}
ENVELOPES = {"technical": _("Technical envelope"), "financial": _("Financial envelope"), "offer": _("Offer")}


def page_language() -> str:
    """The language that the URL names."""
    return str((request.view_args or {}).get("language", DEFAULT_LANGUAGE))


def instant(value: str | datetime, zone: str) -> str:
    """An instant in words, in the zone of the tender."""
    moment = parse_rfc3339(value) if isinstance(value, str) else value
    return format_datetime(
        moment,
        "EEEE d MMMM y, HH:mm:ss" if page_language() == "en" else "EEEE d 'de' MMMM 'de' y, HH:mm:ss",
        tzinfo=ZoneInfo(zone),
        locale=page_language(),
    )


def zone_name(zone: str, at: datetime) -> str:
    """The zone as people call it, with its offset from UTC at that instant."""
    offset = format_datetime(at, "OOOO", tzinfo=ZoneInfo(zone), locale=page_language())
    return f"{get_timezone_name(ZoneInfo(zone), locale=page_language())} ({offset})"


def money(value: dict[str, str]) -> str:
    """An amount with its currency code, as written in the reader's language."""
    return format_currency(
        Decimal(value["amount"]), value["currency"], format="#,##0.## ¤¤", locale=page_language(), currency_digits=True
    )


def quantity(value: str) -> str:
    """A decimal quantity."""
    return format_decimal(Decimal(value), locale=page_language())


def remaining(closes_at: datetime, now: datetime) -> str:
    """How long until then, in the largest unit that fits."""
    return format_timedelta(closes_at - now, locale=page_language(), threshold=1)


def file_size(size: str) -> str:
    """Bytes, kB or MB."""
    count = int(size)
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{format_decimal(round(Decimal(count) / factor, 1), locale=page_language())} {unit}"
    return f"{count} B"


def install_texts(app: Flask) -> None:
    """Makes the languages and the words of this file known to the templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = TRANSLATIONS
    Babel(app, locale_selector=page_language, default_locale="en")
    app.jinja_env.globals.update(
        stage_names=STAGE_NAMES,
        next_steps=NEXT_STEPS,
        responsible=RESPONSIBLE,
        categories=CATEGORIES,
        envelopes=ENVELOPES,
    )
    app.jinja_env.filters.update(
        instant=instant, money=money, quantity=quantity, remaining=remaining, file_size=file_size, zone_name=zone_name
    )
