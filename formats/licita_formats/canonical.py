"""Canonical JSON: RFC 8785 on a restricted model, where sorted keys by orjson give the same bytes.

The model: null, booleans, integers with |n| < 2^53, strings of Unicode scalar values, arrays, objects with ASCII keys;
at most 64 levels deep. No floating point: amounts are decimal strings. ASCII keys sort alike by bytes and by UTF-16.
"""

from typing import Any, cast

import orjson

from licita_formats.errors import FormatError

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_SCALARS = frozenset({str, bool, type(None)})


class CanonicalError(FormatError):
    """The value is outside the model, or the bytes are not its canonical form."""


def dumps(value: Any) -> bytes:
    """The one canonical form of `value`; tuples are written as arrays.

    Raises:
        CanonicalError: a float, a large integer, a key that is not ASCII, a lone surrogate, another type, or too deep.
    """
    _check(value, 0)
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise CanonicalError("not_encodable", reason=str(error)) from error


def loads(data: bytes) -> Any:
    """The value of canonical bytes, and of no other bytes.

    Refused besides what is no JSON at all: white space, keys out of order or twice, other escapes than RFC 8785 writes,
    numbers with a point or an exponent, `-0`, a byte order mark. Whoever reads a signed text can so rely on there
    being one way only to write it.

    Raises:
        CanonicalError: anything of the above.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CanonicalError("not_json", reason=str(error)) from error
    if dumps(value) != data:
        raise CanonicalError("not_canonical")
    return value


def _check(value: Any, depth: int) -> None:
    """Walks the value. orjson itself would also take floats, UUIDs, dates and enumerations."""
    kind = type(value)
    if kind in _SCALARS:
        return
    if kind is int:
        if abs(value) > LARGEST_INTEGER:
            raise CanonicalError("integer_too_large", value=str(value))
        return
    if depth >= DEEPEST:
        raise CanonicalError("too_deep", limit=DEEPEST)
    if kind is dict:
        _check_object(value, depth)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item, depth + 1)
    else:
        raise CanonicalError("type_not_allowed", type=kind.__name__)


def _check_object(value: dict[Any, Any], depth: int) -> None:
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            raise CanonicalError("key_not_ascii", key=str(key))
        _check(item, depth + 1)


def loads_object(data: bytes) -> dict[str, Any]:
    """As `loads`, for bytes that must be an object.

    Raises:
        CanonicalError: also when the value is no object.
    """
    value = loads(data)
    if not isinstance(value, dict):
        raise CanonicalError("not_an_object")
    return cast("dict[str, Any]", value)
