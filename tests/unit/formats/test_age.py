"""age files: the conformance vectors, a second implementation, sizes, and memory."""

import hashlib
import tracemalloc
from io import BytesIO

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from licita_formats.age import (
    AgeError,
    Header,
    HeaderError,
    HeaderMacError,
    Identity,
    NoMatchError,
    PayloadError,
    Recipient,
    Stanza,
    ciphertext_size,
    decrypt,
    encrypt,
    parse_header,
    plain_size,
)
from licita_formats.age.payload import CHUNK

from tests.unit.formats.vectors import AgeVector, age_vectors

SPEC_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
SPEC_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


class Trickle:
    """A stream that gives a few bytes at a time, as a network does."""

    def __init__(self, data: bytes) -> None:
        self._source = BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._source.read(min(size, 1_000))


def seal(data: bytes, *recipients: Recipient) -> bytes:
    target = BytesIO()
    encrypt(BytesIO(data), target, recipients)
    return target.getvalue()


def unseal(data: bytes, *identities: Identity) -> bytes:
    target = BytesIO()
    decrypt(Trickle(data), target, identities)
    return target.getvalue()


@pytest.fixture(scope="module")
def identity() -> Identity:
    return Identity.generate()


def test_the_keys_of_the_specification() -> None:
    identity = Identity.parse(SPEC_IDENTITY)
    assert identity == Identity.from_secret(b"\x42" * 32)
    assert str(identity) == SPEC_IDENTITY
    assert str(identity.recipient) == SPEC_RECIPIENT
    assert Recipient.parse(SPEC_RECIPIENT) == identity.recipient
    assert SPEC_IDENTITY not in repr(identity)
    assert "BBBB" not in repr(identity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SPEC_RECIPIENT[:-1] + "x",
        SPEC_RECIPIENT.upper(),
        "A" + SPEC_RECIPIENT[1:],
        SPEC_RECIPIENT + "q",
        SPEC_RECIPIENT.replace("age1", "age"),
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsa2j9w",
        "age1b",
    ],
)
def test_recipients_are_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recipient.parse(text)


@pytest.mark.parametrize("raw", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", bytes(31)])
def test_points_that_give_everybody_the_same_secret_are_no_recipients(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recipient(raw)


def test_identities_are_read_strictly() -> None:
    for text in (SPEC_IDENTITY.lower(), SPEC_RECIPIENT, SPEC_IDENTITY[:-1] + "2"):
        with pytest.raises(ValueError, match=r"."):
            Identity.parse(text)
    with pytest.raises(ValueError, match="32 bytes"):
        Identity.from_secret(b"short")


@pytest.mark.parametrize("size", SIZES)
def test_round_trip_and_size(identity: Identity, size: int) -> None:
    data = bytes(place % 251 for place in range(size))
    sealed = seal(data, identity.recipient)
    assert unseal(sealed, identity) == data
    header = parse_header(BytesIO(sealed))
    assert ciphertext_size(size, header) == len(sealed)
    assert plain_size(len(sealed), header) == size


@pytest.mark.parametrize("size", SIZES)
def test_a_second_implementation_reads_ours_and_we_read_its(identity: Identity, size: int) -> None:
    data = bytes(size)
    ours = pyrage.decrypt(seal(data, identity.recipient), [pyrage.x25519.Identity.from_str(str(identity))])
    theirs = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(str(identity.recipient))])
    assert ours == data
    assert unseal(theirs, identity) == data


def test_any_of_several_recipients_opens(identity: Identity) -> None:
    other = Identity.generate()
    sealed = seal(b"x", other.recipient, identity.recipient)
    assert unseal(sealed, identity) == unseal(sealed, other) == b"x"
    with pytest.raises(NoMatchError):
        unseal(sealed, Identity.generate())
    with pytest.raises(ValueError, match="needs a recipient"):
        seal(b"x")


@settings(max_examples=200)
@given(st.data())
def test_no_byte_can_change(data: st.DataObject) -> None:
    """Control 7.5: whatever byte of a stored ciphertext is flipped, opening says so."""
    identity = Identity.from_secret(b"\x42" * 32)
    sealed = bytearray(seal(b"oferta" * 10, identity.recipient))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(AgeError):
        unseal(bytes(sealed), identity)


@given(st.integers(0, 400), st.binary(max_size=40))
def test_nothing_can_be_cut_or_added(cut: int, tail: bytes) -> None:
    identity = Identity.from_secret(b"\x42" * 32)
    sealed = seal(b"x" * 180, identity.recipient)
    changed = sealed[:cut] + tail
    if changed != sealed:
        with pytest.raises(AgeError):
            unseal(changed, identity)


def test_impossible_sizes(identity: Identity) -> None:
    header = parse_header(BytesIO(seal(b"", identity.recipient)))
    smallest = ciphertext_size(0, header)
    two_chunks = ciphertext_size(CHUNK + 1, header)
    for size in (0, smallest - 1, two_chunks - 1, two_chunks - 17 + 1):
        with pytest.raises(PayloadError, match="payload_size_impossible"):
            plain_size(size, header)


def test_a_header_goes_back_to_its_bytes() -> None:
    stanzas = (Stanza(("X25519", "a"), b"b" * 32), Stanza(("grease", "!", "~"), b""), Stanza(("long",), b"c" * 48))
    header = Header(stanzas, bytes(32))
    assert parse_header(BytesIO(header.encode())) == header
    assert header.size == len(header.encode())


def test_a_header_without_end_uses_no_memory_without_end() -> None:
    class Endless:
        def read(self, size: int, /) -> bytes:
            return b"A" * size

    class Stanzas:
        def __init__(self) -> None:
            self._first = True

        def read(self, _size: int, /) -> bytes:
            data = b"age-encryption.org/v1\n" if self._first else b""
            self._first = False
            return data + b"-> a\n\n" * 10

    for source in (Endless(), Stanzas()):
        with pytest.raises(HeaderError):
            parse_header(source)


def test_memory_does_not_grow_with_the_file(identity: Identity) -> None:
    class Zeros:
        def __init__(self, size: int) -> None:
            self._left = size

        def read(self, size: int, /) -> bytes:
            size = min(size, self._left)
            self._left -= size
            return bytes(size)

    class Pipe:
        """Takes what is written and forgets it."""

        def write(self, data: bytes, /) -> int:
            return len(data)

    tracemalloc.start()
    encrypt(Zeros(64 << 20), Pipe(), [identity.recipient])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


@pytest.mark.parametrize("vector", list(age_vectors()))
def test_conformance_vectors(vector: AgeVector) -> None:
    errors = {
        "no match": NoMatchError,
        "HMAC failure": HeaderMacError,
        "header failure": HeaderError,
        "payload failure": PayloadError,
    }
    target = BytesIO()
    if vector.expect == "success":
        decrypt(Trickle(vector.file), target, vector.identities)
    else:
        with pytest.raises(errors[vector.expect]):
            decrypt(Trickle(vector.file), target, vector.identities)
    if vector.payload_sha256:
        assert hashlib.sha256(target.getvalue()).hexdigest() == vector.payload_sha256
