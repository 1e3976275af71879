"""Shamir's secret sharing over GF(2^8), one polynomial per byte.

The layout is that of HashiCorp Vault and of the npm package `shamir-secret-sharing`: a share is the values y, one per
byte of the secret, and then the x-coordinate as last byte. The field's polynomial is 0x11b.

Field arithmetic takes the same steps whatever the values are: no tables, no branches on secrets. Python gives no
guarantee about time below that.
"""

import secrets
from collections.abc import Sequence

from licita_formats.errors import FormatError

LARGEST_FIELD_VALUE = 255
_POLYNOMIAL = 0x11B
_INVERSE_STEPS = 7  # x^254 is the inverse, and 254 is seven bits, all but the last set


class ShamirError(FormatError):
    """The numbers make no scheme, or the shares cannot be combined."""


def split(secret: bytes, k: int, n: int) -> list[bytes]:
    """`n` shares of which any `k` give the secret and fewer say nothing. Each is one byte longer than the secret.

    Raises:
        ShamirError: an empty secret, or not 2 <= k <= n <= 255.
    """
    if not secret:
        raise ShamirError("secret_empty")
    if not 2 <= k <= n <= LARGEST_FIELD_VALUE:  # noqa: PLR2004 - with k = 1 every share would be the secret
        raise ShamirError("threshold_impossible", k=k, n=n)
    places = secrets.SystemRandom().sample(range(1, LARGEST_FIELD_VALUE + 1), n)
    polynomials = [(byte, *secrets.token_bytes(k - 1)) for byte in secret]
    return [bytes([*(_evaluate(polynomial, x) for polynomial in polynomials), x]) for x in places]


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret. Shares that do not belong together give a wrong secret without an error: check it elsewhere.

    Raises:
        ShamirError: fewer than two shares, different lengths, or an x-coordinate that is zero or there twice.
    """
    lengths = {len(share) for share in shares}
    if len(shares) < 2 or len(lengths) != 1 or min(lengths) < 2:  # noqa: PLR2004 - the least that the scheme allows
        raise ShamirError("shares_malformed", count=len(shares))
    places = [share[-1] for share in shares]
    if 0 in places or len(set(places)) != len(places):
        raise ShamirError("shares_not_distinct")
    weights = [_weight(x, places) for x in places]
    return bytes(_weighted_sum(weights, values) for values in zip(*(share[:-1] for share in shares), strict=True))


def _weight(x: int, places: Sequence[int]) -> int:
    """The Lagrange basis polynomial of `x` at zero."""
    weight = 1
    for other in places:
        if other != x:  # coordinates are no secret
            weight = _multiply(weight, _multiply(other, _inverse(x ^ other)))
    return weight


def _weighted_sum(weights: Sequence[int], values: Sequence[int]) -> int:
    total = 0
    for weight, value in zip(weights, values, strict=True):
        total ^= _multiply(weight, value)
    return total


def _evaluate(polynomial: Sequence[int], x: int) -> int:
    """Horner's scheme; the constant term is the secret byte."""
    value = 0
    for coefficient in reversed(polynomial):
        value = _multiply(value, x) ^ coefficient
    return value


def _multiply(left: int, right: int) -> int:
    product = 0
    for place in range(8):
        product ^= left & -(right >> place & 1)
        left = (left << 1) ^ (_POLYNOMIAL & -(left >> 7))
    return product


def _inverse(value: int) -> int:
    inverse = 1
    for _ in range(_INVERSE_STEPS):
        value = _multiply(value, value)
        inverse = _multiply(inverse, value)
    return inverse
