"""Shamir's scheme: every quorum opens, fewer say nothing, and the bytes are those of the npm package."""

import json
import shutil
import subprocess
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats.shamir import ShamirError, _inverse, _multiply, combine, split

from tests.unit.formats.vectors import NODE_MODULES

SECRET = bytes(range(32))
VECTOR = ("eb903347085ac8", "a4b6eaf7a77433", "eea94f071e1039")


def slow_multiply(left: int, right: int) -> int:
    """Schoolbook polynomial product and division by x^8 + x^4 + x^3 + x + 1."""
    product = 0
    for place in range(8):
        if right >> place & 1:
            product ^= left << place
    for place in range(15, 7, -1):
        if product >> place & 1:
            product ^= 0x11B << place - 8
    return product


def test_field_arithmetic() -> None:
    assert all(_multiply(a, b) == slow_multiply(a, b) for a in range(256) for b in range(256))
    assert all(_multiply(a, _inverse(a)) == 1 for a in range(1, 256))


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_k_shares_give_the_secret(secret: bytes, data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 12))
    k = data.draw(st.integers(2, n))
    shares = split(secret, k, n)
    chosen = data.draw(st.permutations(shares))[:k]
    assert combine(chosen) == secret
    assert combine(shares) == secret


@pytest.mark.parametrize(("k", "n"), [(2, 3), (3, 5), (5, 7)])
def test_every_quorum_opens_and_no_smaller_group_does(k: int, n: int) -> None:
    """Control 4.2: C(n, k) subsets open, C(n, k-1) do not."""
    shares = split(SECRET, k, n)
    assert all(combine(subset) == SECRET for subset in combinations(shares, k))
    if k > 2:
        assert all(combine(subset) != SECRET for subset in combinations(shares, k - 1))


def test_fewer_shares_fit_every_secret() -> None:
    """With k - 1 shares of a byte, each of the 256 secrets is left possible by exactly one value of the k-th share."""
    first, second = split(b"\x2a", 2, 2)
    secrets = {combine([first, bytes([value, second[-1]])]) for value in range(256)}
    assert len(secrets) == 256


def test_coordinates_are_distinct_and_not_zero() -> None:
    shares = split(b"x", 2, 255)
    assert sorted(share[-1] for share in shares) == list(range(1, 256))


def test_a_vector_of_another_implementation() -> None:
    # Made with npm shamir-secret-sharing 0.0.4: split(utf8('licita'), 3, 2).
    shares = [bytes.fromhex(text) for text in VECTOR]
    assert all(combine(pair) == b"licita" for pair in combinations(shares, 2))


@pytest.mark.parametrize(
    ("secret", "k", "n"), [(b"", 2, 3), (b"x", 1, 3), (b"x", 4, 3), (b"x", 2, 256), (b"x", 0, 0), (b"x", -1, 2)]
)
def test_schemes_that_are_none(secret: bytes, k: int, n: int) -> None:
    with pytest.raises(ShamirError):
        split(secret, k, n)


@pytest.mark.parametrize(
    "shares", [[], [b"\x01\x01"], [b"a\x01", b"b\x01"], [b"a\x00", b"b\x01"], [b"aa\x01", b"b\x02"], [b"\x01", b"\x02"]]
)
def test_shares_that_cannot_be_combined(shares: list[bytes]) -> None:
    with pytest.raises(ShamirError):
        combine(shares)


def test_the_npm_package_reads_ours_and_we_read_its() -> None:
    package = NODE_MODULES / "shamir-secret-sharing"
    if not package.is_dir() or shutil.which("node") is None:
        pytest.skip("node or npm package shamir-secret-sharing is not there; see tests/unit/formats/vectors.py")
    script = """
        const { split, combine } = require(process.argv[1]);
        const hex = (bytes) => Buffer.from(bytes).toString('hex');
        const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
        (async () => {
            const ours = JSON.parse(process.argv[2]);
            const secret = await combine(ours.map(bytes));
            const theirs = await split(secret, 5, 3);
            console.log(JSON.stringify({ secret: hex(secret), theirs: theirs.map(hex) }));
        })();
    """
    ours = json.dumps([share.hex() for share in split(SECRET, 3, 5)[1:4]])
    run = subprocess.run(
        ["node", "-e", script, str(package), ours], capture_output=True, check=True, timeout=60, text=True
    )
    answer = json.loads(run.stdout)
    assert bytes.fromhex(answer["secret"]) == SECRET
    theirs = [bytes.fromhex(text) for text in answer["theirs"]]
    assert all(combine(subset) == SECRET for subset in combinations(theirs, 3))
