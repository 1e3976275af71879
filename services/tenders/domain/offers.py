"""What an opening announced, as the evaluation takes it, and the check of an offer's sums.

Nothing that was not announced at the opening can be scored: an evaluation knows only these (control 7.4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from backbone.money import Money

OPENED = "opened"


@dataclass(frozen=True)
class OfferedItem:
    """One priced line of an offer."""

    id: str
    quantity: Decimal
    unit_value: Money


@dataclass(frozen=True)
class OpenedDocument:
    """A document found in an opened envelope. `sha256` is hex, `size` in bytes."""

    name: str
    title: str
    document_type: str
    format: str
    sha256: str
    size: int


@dataclass(frozen=True)
class OpenedBid:
    """One envelope of one bid as it was announced. `value` is None where the envelope has no price or did not open."""

    bid: str
    lot: str
    bidder: str
    envelope: str
    version: int
    received_at: datetime
    result: str = OPENED
    failure: str = ""
    value: Money | None = None
    items: tuple[OfferedItem, ...] = ()
    documents: tuple[OpenedDocument, ...] = ()
    notice_sha256: str = ""

    @property
    def intact(self) -> bool:
        """Whether the envelope opened and matched everything that was recorded of it."""
        return self.result == OPENED


@dataclass(frozen=True)
class Finding:
    """Something about a price that the evaluation report has to say. Codes have sentences in the report's template."""

    code: str
    item: str = ""
    stated: str = ""
    expected: str = ""


@dataclass(frozen=True)
class PriceCheck:
    """The price that counts, or None where the offer cannot be compared; `findings` say why."""

    value: Money | None
    findings: tuple[Finding, ...] = ()


def check_price(offer: OpenedBid, quantities: Mapping[str, Decimal], currency: str) -> PriceCheck:
    """Checks an offer against the items of its lot.

    The published rule: unit prices prevail. Each line is quantity times unit price, rounded half up to the decimals of
    the currency; where the sum of the lines differs from the stated total, the sum is the price that counts, and the
    report shows both. An offer in another currency, without a positive price, or whose items or quantities are not
    those of the notice cannot be compared. An offer that prices no item stands with its total.
    """
    if not offer.intact:
        return PriceCheck(None, (Finding(offer.failure or offer.result),))
    if offer.value is None or offer.value.amount <= 0:
        return PriceCheck(None, (Finding("price_missing"),))
    if offer.value.currency != currency:
        return PriceCheck(None, (Finding("currency_differs", stated=offer.value.currency, expected=currency),))
    if not offer.items:
        return PriceCheck(offer.value, (Finding("items_not_priced"),) if quantities else ())
    faults = _item_faults(offer.items, quantities, currency)
    return PriceCheck(None, faults) if faults else _sum_check(offer.value, offer.items)


def _item_faults(items: Sequence[OfferedItem], quantities: Mapping[str, Decimal], currency: str) -> tuple[Finding, ...]:
    offered = {item.id: item for item in items}
    missing = [Finding("item_missing", item=name) for name in quantities if name not in offered]
    twice = [Finding("item_repeated", item=item.id) for item in items if offered[item.id] is not item]
    unknown = [Finding("item_unknown", item=name) for name in offered if name not in quantities]
    wrong = [
        Finding("quantity_differs", item=name, stated=_plain(item.quantity), expected=_plain(quantities[name]))
        for name, item in offered.items()
        if name in quantities and item.quantity != quantities[name]
    ]
    foreign = [
        Finding("currency_differs", item=item.id, stated=item.unit_value.currency, expected=currency)
        for item in items
        if item.unit_value.currency != currency
    ]
    return (*missing, *twice, *unknown, *wrong, *foreign)


def _sum_check(stated: Money, items: Sequence[OfferedItem]) -> PriceCheck:
    total = Money(sum((line_value(item) for item in items), Decimal(0)), stated.currency)
    if total.amount == stated.amount:
        return PriceCheck(stated)
    if total.amount <= 0:
        return PriceCheck(None, (Finding("price_missing"),))
    return PriceCheck(total, (Finding("sum_differs", stated=_plain(stated.amount), expected=_plain(total.amount)),))


def line_value(item: OfferedItem) -> Decimal:
    """Quantity times unit price, rounded half up to the decimals of the currency."""
    unit = Decimal(1).scaleb(-get_currency_precision(item.unit_value.currency))
    return (item.quantity * item.unit_value.amount).quantize(unit, ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    return format(number, "f")
