"""JSON with exact decimals: OCDS wants amounts as numbers, and a float would change them."""

import json
from decimal import Decimal
from typing import Any

import orjson


def dumps(value: Any) -> bytes:
    """JSON in which a Decimal is a number with exactly its digits. Keys keep their order."""
    return orjson.dumps(value, default=_exact)


def loads(body: bytes) -> Any:
    """The reverse: numbers with a point become Decimals."""
    return json.loads(body, parse_float=Decimal)


def embed(body: bytes) -> orjson.Fragment:
    """JSON that is written as it is, byte for byte."""
    return orjson.Fragment(body)


def _exact(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError(f"{type(value).__name__} has no place in OCDS data")
