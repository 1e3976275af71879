"""Money: a Decimal and an ISO 4217 code; NUMERIC in SQL, a string in JSON, never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision, list_currencies

from backbone.errors import Invalid

CURRENCIES = frozenset(list_currencies())
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency, with no more decimals than the currency has."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuses what no invoice could carry.

        Raises:
            Invalid: unknown currency, NaN or infinity, too large, or more decimals than the currency has.
        """
        if self.currency not in CURRENCIES:
            raise Invalid("currency_unknown", currency=self.currency)
        if not self.amount.is_finite() or abs(self.amount) >= LARGEST:
            raise Invalid("amount_out_of_range", amount=self.amount)
        if self.amount != round(self.amount, get_currency_precision(self.currency)):
            raise Invalid("amount_too_precise", amount=self.amount, currency=self.currency)

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Reads the JSON form.

        Raises:
            Invalid: not a decimal number, or not valid money.
        """
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation as error:
            raise Invalid("amount_malformed", amount=amount) from error

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid("currencies_differ", first=self.currency, second=other.currency)
        return Money(self.amount + other.amount, self.currency)

    def as_json(self) -> dict[str, str]:
        """The amount in plain digits (no exponent) and the currency."""
        return {"amount": format(self.amount, "f"), "currency": self.currency}
