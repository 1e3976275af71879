"""Fields and shapes that several routes share.

What goes out is already plain JSON with the names of the standard; its shapes are made from those names, so that the
OpenAPI document shows them.
"""

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, post_load, validate

from backbone.errors import Invalid
from backbone.fields import Instant, Text
from backbone.money import Money

LONGEST_TITLE = 500
LONGEST_TEXT = 20_000
LONGEST_GROUNDS = 4_000
LARGEST_NUMBER = Decimal(10) ** 12
MOST_DECIMALS = 6
ID = r"\A[A-Za-z0-9._~:%+=-]{1,128}\Z"
LANGUAGE = r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z"
DIGEST = r"\A[0-9a-f]{64}\Z"
ZONES = frozenset(available_timezones())


class Number(fields.Decimal):
    """A positive decimal number up to 10^12 with at most six decimals, as a string or a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(as_string=True, allow_nan=False, **kwargs)

    def _validated(self, value: Any) -> Decimal:
        number = super()._validated(value)
        exponent = number.as_tuple().exponent
        if not 0 < number <= LARGEST_NUMBER or not isinstance(exponent, int) or -exponent > MOST_DECIMALS:
            raise ValidationError("number_out_of_range")
        return number


class MoneyIn(Schema):
    """An amount in plain digits and its ISO 4217 code."""

    amount = fields.String(required=True, validate=validate.Regexp(r"\A[0-9]{1,15}(\.[0-9]{1,4})?\Z"))
    currency = fields.String(required=True, validate=validate.Regexp(r"\A[A-Z]{3}\Z"))

    @post_load
    def money(self, told: dict[str, str], **_: Any) -> Money:
        """The amount as the domain knows it.

        Raises:
            ValidationError: no such currency, or more decimals than it has; with the code of the rule.
        """
        try:
            return Money.parse(told["amount"], told["currency"])
        except Invalid as error:
            raise ValidationError(error.code) from error


class PeriodIn(Schema):
    """A period by its end; it starts with publication."""

    end_date = Instant(required=True, data_key="endDate")


class Grounds(Schema):
    """Why; the public reads it."""

    grounds = Text(LONGEST_GROUNDS, lines=True, required=True)


class Nothing(Schema):
    """No members."""


class CursorQuery(Schema):
    """Where a page begins: the `next` of the answer before."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=64))


class FileContent(Schema):
    """A file; the answer is not JSON."""


def identifier() -> fields.String:
    """An id that the buyer chooses: letters, digits and `._~:%+=-`."""
    return fields.String(required=True, validate=validate.Regexp(ID))


def language() -> fields.String:
    """A BCP 47 tag."""
    return fields.String(required=True, validate=validate.Regexp(LANGUAGE))


def digest(name: str) -> fields.String:
    """A SHA-256 in lower-case hexadecimal."""
    return fields.String(required=True, data_key=name, validate=validate.Regexp(DIGEST))


def shape(title: str, /, **members: Any) -> type[Schema]:
    """The shape of an answer by the names that its JSON has."""
    return Schema.from_dict(members, name=title)


def many(title: str, member: type[Schema]) -> type[Schema]:
    """The shape of a list: `items`, and `next` where there may be more."""
    return shape(title, items=fields.List(fields.Nested(member)), next=fields.String(allow_none=True))


PERIOD_OUT = shape("Period", startDate=fields.String(), endDate=fields.String())
MONEY_OUT = shape("Money", amount=fields.String(), currency=fields.String())
CHANGE_OUT = shape("Change", pointer=fields.String(), before=fields.String(), after=fields.String())
