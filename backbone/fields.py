"""Marshmallow fields that several services share: text and instants that can be stored and shown, and nothing else."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import FileStorage

from backbone.clock import rfc3339

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
LINE_BREAKS = frozenset("\n\t")


class Text(fields.String):
    """Text of `shortest` to `longest` characters, in NFC, without blanks around it.

    Refused are control characters (NUL among them), lone surrogates, and the characters that turn or hide text
    (Unicode categories Cc, Cs, Cf apart from the joiners of some scripts). With `lines`, line feeds and tabs are
    taken, and CR LF is read as LF.
    """

    JOINERS = frozenset("\u200c\u200d")

    def __init__(self, longest: int, *, shortest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("validate", validate.Length(min=shortest, max=longest))
        super().__init__(**kwargs)
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self._lines:
            text = text.replace("\r\n", "\n")
        if any(self._refused(character) for character in text):
            raise ValidationError("text_unprintable")
        return unicodedata.normalize("NFC", text).strip()

    def _refused(self, character: str) -> bool:
        if self._lines and character in LINE_BREAKS:
            return False
        return unicodedata.category(character) in {"Cc", "Cs", "Cf"} and character not in self.JOINERS


class Instant(fields.AwareDateTime):
    """An RFC 3339 instant: read with any offset, years 1900 to 8999, given on in UTC; written as `rfc3339` does.

    Refused are times without zone, and instants that no calendar of ours can turn into UTC.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        instant = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= instant < LATEST:
            raise ValidationError("instant_out_of_range")
        return instant.astimezone(UTC)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002  marshmallow's signature
        return None if value is None else rfc3339(value)


class File(Upload):  # type: ignore[misc]  # flask-smorest carries no types
    """A file of a multipart body, as werkzeug's FileStorage; text under the same name is refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ValidationError("file_missing")
        found: FileStorage = super()._deserialize(value, attr, data, **kwargs)
        return found
