"""The structured offer in a financial envelope: items with unit prices and a total, all as decimal strings."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from licita_formats.sealed_bid.errors import PackageRefused

MOST_ITEMS = 10_000
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PRECISION = 60  # 10,000 products of two numbers with 21 digits fit
# ISO 4217 minor units where they are not two.
_NO_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)
_THREE_PLACES = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def minor_units(currency: str) -> int:
    """The decimal places of a currency by ISO 4217."""
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THREE_PLACES else 2


def total(items: list[dict[str, Any]], currency: str) -> Decimal:
    """The sum of quantity times unit price, rounded half up once, at the end, to the currency's minor unit."""
    with localcontext(Context(prec=_PRECISION)):
        exact = sum((Decimal(item["quantity"]) * Decimal(item["unitValue"]["amount"]) for item in items), Decimal(0))
        return exact.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def validate_offer(offer: object) -> None:
    """Checks shape, numbers and sums of `{"items": [{"id", "quantity", "unitValue"}], "value"}`.

    Amounts are `{"amount", "currency"}`; decimals have at most 15 digits before the point and 6 after. The total has
    at most as many places as its currency, the unit prices may have more.

    Raises:
        PackageRefused: `offer_malformed` (field), `offer_items` (count), `offer_item_twice` (id), `offer_currencies`
            (item, currency), `offer_quantity` (item) for a zero, `offer_too_precise` (currency), `offer_sum`
            (expected, actual).
    """
    _require_keys(offer, {"items", "value"}, "offer")
    assert isinstance(offer, dict)
    currency = _amount(offer["value"], "value")
    items = offer["items"]
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise PackageRefused("offer_items", count=len(items) if isinstance(items, list) else 0, limit=MOST_ITEMS)
    for item in items:
        _check_item(item, currency)
    _check_ids([item["id"] for item in items])
    _check_sum(total(items, currency), Decimal(offer["value"]["amount"]), currency)


def _check_item(item: Any, currency: str) -> None:
    _require_keys(item, {"id", "quantity", "unitValue"}, "items")
    if not isinstance(item["id"], str) or not item["id"] or not _is_decimal(item["quantity"]):
        raise PackageRefused("offer_malformed", field="items")
    if Decimal(item["quantity"]) == 0:
        raise PackageRefused("offer_quantity", item=item["id"])
    if (own := _amount(item["unitValue"], "unitValue")) != currency:
        raise PackageRefused("offer_currencies", item=item["id"], currency=own)


def _check_ids(ids: list[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise PackageRefused("offer_item_twice", item=name)
        seen.add(name)


def _check_sum(expected: Decimal, actual: Decimal, currency: str) -> None:
    if -int(actual.as_tuple().exponent) > minor_units(currency):
        raise PackageRefused("offer_too_precise", currency=currency, places=minor_units(currency))
    if expected != actual:
        raise PackageRefused("offer_sum", expected=f"{expected:f}", actual=f"{actual:f}")


def _amount(value: Any, field: str) -> str:
    """The currency of an amount, after checking both."""
    _require_keys(value, {"amount", "currency"}, field)
    currency = value["currency"]
    if not _is_decimal(value["amount"]) or not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise PackageRefused("offer_malformed", field=field)
    return currency


def _is_decimal(value: object) -> bool:
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def _require_keys(value: object, names: set[str], field: str) -> None:
    if not isinstance(value, dict) or set(value) != names:
        raise PackageRefused("offer_malformed", field=field)
