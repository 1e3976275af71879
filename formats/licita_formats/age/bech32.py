"""Bech32 by BIP 173, without its limit on length, as age writes keys."""

from collections.abc import Iterable

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SYMBOLS = 6


def encode(prefix: str, data: bytes) -> str:
    """Bech32 of `data` under the lower-case human-readable `prefix`."""
    symbols = _regroup(data, 8, 5, pad=True)
    checksum = _polymod([*_expand(prefix), *symbols, *[0] * _CHECKSUM_SYMBOLS]) ^ 1
    tail = [(checksum >> 5 * (5 - place)) & 31 for place in range(_CHECKSUM_SYMBOLS)]
    return prefix + "1" + "".join(_ALPHABET[symbol] for symbol in [*symbols, *tail])


def decode(text: str) -> tuple[str, bytes]:
    """The lower-case prefix and the data.

    Raises:
        ValueError: mixed case, a character outside the alphabet, a wrong checksum, or padding that is not zero.
    """
    if text not in {text.lower(), text.upper()}:
        raise ValueError("mixed case")
    prefix, separator, body = text.lower().rpartition("1")
    symbols = [_ALPHABET.find(character) for character in body]
    if not separator or not prefix or not _is_printable(prefix) or -1 in symbols or len(symbols) < _CHECKSUM_SYMBOLS:
        raise ValueError("not Bech32")
    if _polymod([*_expand(prefix), *symbols]) != 1:
        raise ValueError("wrong checksum")
    return prefix, bytes(_regroup(symbols[:-_CHECKSUM_SYMBOLS], 5, 8, pad=False))


def _is_printable(prefix: str) -> bool:
    return all("!" <= character <= "~" for character in prefix)


def _expand(prefix: str) -> list[int]:
    return [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]


def _polymod(symbols: Iterable[int]) -> int:
    checksum = 1
    for symbol in symbols:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ symbol
        for place, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> place & 1 else 0
    return checksum


def _regroup(groups: Iterable[int], width: int, new_width: int, *, pad: bool) -> list[int]:
    """Cuts the same bits into groups of another width."""
    bits, count, out = 0, 0, []
    for group in groups:
        bits, count = bits << width | group, count + width
        while count >= new_width:
            count -= new_width
            out.append(bits >> count)
            bits &= (1 << count) - 1
    if pad and count:
        out.append(bits << new_width - count)
    elif not pad and (count >= width or bits):
        raise ValueError("padding is not zero")
    return out
