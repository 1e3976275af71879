"""Signed notes: an example of the specification's reference library, tampering, and strictness."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from licita_formats.notes import MOST_SIGNATURES, NoteError, Signer, Verifier, add_signature, open_note, sign
from licita_formats.statements import StatementError, open_statement, sign_statement

# The key pair, text and signature that the documentation of Go's golang.org/x/mod/sumdb/note shows.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer.generate("licita/tenders")
OTHER = Signer.generate("licita/bids")
TEXT = "una línea\n\notra línea\n"


def test_reads_a_note_of_the_reference_library() -> None:
    note = open_note(GO_NOTE.encode(), [Verifier.parse(GO_VKEY)])
    assert note.signers == ("PeterNeumann",)
    assert note.text.endswith("problem is.\n")


def test_verifier_keys_round_trip() -> None:
    assert Verifier.parse(SIGNER.vkey).vkey == SIGNER.vkey
    key = Ed25519PrivateKey.generate()
    assert Signer("a/b", key).vkey.startswith("a/b+")


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        SIGNER.vkey.replace("tenders", "vendors"),
        SIGNER.vkey + "=",
        SIGNER.vkey.replace("+", "+0", 1),
        SIGNER.vkey[:-4],
        GO_VKEY.replace("+AR", "+BR"),
    ],
)
def test_verifier_keys_are_read_strictly(vkey: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Verifier.parse(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb"])
def test_key_names_that_the_line_cannot_carry(name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        Signer.generate(name)


def test_the_text_may_have_empty_lines() -> None:
    note = sign(TEXT, SIGNER)
    assert open_note(note, [SIGNER.verifier]).text == TEXT


def test_several_sign_one_after_the_other() -> None:
    note = add_signature(sign(TEXT, SIGNER), OTHER)
    assert note == sign(TEXT, SIGNER, OTHER)
    assert open_note(note, [OTHER.verifier, SIGNER.verifier]).signers == (SIGNER.name, OTHER.name)
    assert open_note(note, [OTHER.verifier]).signers == (OTHER.name,)


def test_a_known_key_that_signed_wrongly_spoils_the_note() -> None:
    first, second = sign(TEXT, SIGNER), sign("otro\n", OTHER)
    mixed = first + second.split(b"\n\n")[1]
    assert open_note(mixed, [SIGNER.verifier]).signers == (SIGNER.name,)
    with pytest.raises(NoteError, match="note_signature_wrong"):
        open_note(mixed, [SIGNER.verifier, OTHER.verifier])


def test_a_stranger_s_signature_is_none() -> None:
    with pytest.raises(NoteError, match="note_signer_unknown"):
        open_note(sign(TEXT, OTHER), [SIGNER.verifier])
    impostor = Signer.generate(SIGNER.name)
    with pytest.raises(NoteError, match="note_signer_unknown"):
        open_note(sign(TEXT, impostor), [SIGNER.verifier])


@given(st.data())
def test_no_byte_can_change(data: st.DataObject) -> None:
    note = bytearray(sign(TEXT, SIGNER))
    place = data.draw(st.integers(0, len(note) - 1))
    note[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoteError):
        open_note(bytes(note), [SIGNER.verifier])


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note[:-1],
        lambda note: note + b"\n",
        lambda note: note.replace(b"\n\n\xe2", b"\n\xe2"),
        lambda note: note.replace("\N{EM DASH}".encode(), b"-"),
        lambda note: note.replace(b"una", b"u\ta"),
        lambda note: note.replace(b"una", b"u\xffa"),
        lambda note: note[:-2] + b"\n",
        lambda note: note[:0],
    ],
)
def test_malformed_notes(change: object) -> None:
    with pytest.raises(NoteError):
        open_note(change(sign(TEXT, SIGNER)), [SIGNER.verifier])  # type: ignore[operator]


def test_texts_that_cannot_be_signed() -> None:
    for text in ("no newline", "tab\t\n", "\ud800\n"):
        with pytest.raises(NoteError, match="note_text_malformed"):
            sign(text, SIGNER)
    with pytest.raises(NoteError, match="note_not_signed"):
        sign(TEXT)


def test_the_number_of_signatures_is_limited() -> None:
    note = sign(TEXT, *[SIGNER] * MOST_SIGNATURES)
    assert open_note(note, [SIGNER.verifier]).signers == (SIGNER.name,)
    with pytest.raises(NoteError, match="note_has_too_many_signatures"):
        add_signature(note, OTHER)
    with pytest.raises(NoteError, match="note_has_too_many_signatures"):
        open_note(sign(TEXT, *[SIGNER] * (MOST_SIGNATURES + 1)), [SIGNER.verifier])


def test_statements_round_trip_and_name_their_signers() -> None:
    body = {"type": "x", "texto": "licitación\n\n", "n": 3}
    statement = open_statement(sign_statement(body, SIGNER), [SIGNER.verifier])
    assert statement.body == body
    assert statement.signers == (SIGNER.name,)


@pytest.mark.parametrize("text", ['{"a": 1}\n', "[]\n", '{"a":1}\n\n', "\n", '{"b":1,"a":2}\n'])
def test_statements_are_canonical_objects(text: str) -> None:
    with pytest.raises(StatementError):
        open_statement(sign(text, SIGNER).decode(), [SIGNER.verifier])


def test_a_statement_with_a_lone_surrogate_is_no_note() -> None:
    with pytest.raises(NoteError, match="note_not_utf8"):
        open_statement("\ud800", [SIGNER.verifier])


def test_signatures_are_canonical_base64() -> None:
    note = sign(TEXT, SIGNER)
    encoded = note.rsplit(b" ", 1)[1].strip()
    assert len(base64.b64decode(encoded)) == 4 + 64
    swollen = note.replace(encoded, encoded[:-1] + b"\n" + encoded[-1:])
    with pytest.raises(NoteError):
        open_note(swollen, [SIGNER.verifier])
