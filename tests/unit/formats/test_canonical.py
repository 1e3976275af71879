"""Canonical JSON against an independent writer, and what its reader refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats import canonical
from licita_formats.canonical import LARGEST_INTEGER, CanonicalError

SCALARS = (
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.text(st.characters(codec="utf-8"))
)
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30)


@given(VALUES)
def test_equals_the_standard_library_on_the_restricted_model(value: Any) -> None:
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical.dumps(value) == expected
    assert canonical.loads(expected) == value


def test_writes_what_rfc_8785_shows() -> None:
    text = '\u20ac$\x0f\nA\'B"\\\\"/'
    assert canonical.dumps({"b": [None, True], "a": text}) == (
        '{"a":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[null,true]}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), {"ñ": 1}, {1: 1}, "\ud800", b"bytes", {"a": {1, 2}}, object()],
)
def test_refuses_what_is_outside_the_model(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical.dumps(value)


def test_refuses_depth_that_would_exhaust_a_reader() -> None:
    deep: Any = []
    for _ in range(canonical.DEEPEST):
        deep = [deep]
    with pytest.raises(CanonicalError, match="too_deep"):
        canonical.dumps(deep)
    with pytest.raises(CanonicalError):
        canonical.loads(b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":NaN}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"\xc3\xb1":1}',
        b"",
    ],
)
def test_reads_one_form_only(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.loads(data)


def test_an_object_is_asked_for() -> None:
    assert canonical.loads_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(CanonicalError, match="not_an_object"):
        canonical.loads_object(b"[]")
