"""Statements: whatever Licita signs (events, receipts, refusals, actas) is a signed note around canonical JSON.

The note's text is the canonical JSON of one object and a newline, so that a statement is one readable text file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from licita_formats import canonical
from licita_formats.notes import NoteError, Signer, Verifier, open_note, sign


class StatementError(NoteError):
    """The note verifies, but its text is not one object in canonical JSON and a newline."""


@dataclass(frozen=True)
class Statement:
    """What was said, and the names of the known keys that signed it."""

    body: dict[str, Any]
    signers: tuple[str, ...]


def statement_text(body: dict[str, Any]) -> str:
    """The text that is signed.

    Raises:
        CanonicalError: the body is outside the restricted model.
    """
    return canonical.dumps(body).decode() + "\n"


def sign_statement(body: dict[str, Any], *signers: Signer) -> str:
    """The signed note around `body`.

    Raises:
        CanonicalError: the body is outside the restricted model.
    """
    return sign(statement_text(body), *signers).decode()


def open_statement(statement: str, verifiers: Iterable[Verifier]) -> Statement:
    """Checks the signatures, then reads the body.

    Raises:
        NoteError: malformed, not signed by a known key, or wrongly signed.
        StatementError: the text is anything but canonical JSON of an object and a newline.
    """
    try:
        data = statement.encode()
    except UnicodeEncodeError as error:
        raise NoteError("note_not_utf8") from error
    note = open_note(data, verifiers)
    try:
        body = canonical.loads_object(note.text[:-1].encode())
    except canonical.CanonicalError as error:
        raise StatementError("statement_not_canonical", reason=error.code) from error
    return Statement(body, note.signers)
