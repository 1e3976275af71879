"""Fields that several shapes share."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.identity.domain.account import LONGEST_PASSWORD, normal_email

LONGEST_EMAIL = 254


class EmailAddress(fields.Email):
    """An e-mail address, read into its normal form; at most 254 characters (RFC 5321)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = normal_email(super()._deserialize(value, attr, data, **kwargs))
        if len(address) > LONGEST_EMAIL or any(unicodedata.category(each)[0] in "CZ" for each in address):
            raise ValidationError("text_unprintable")
        return address


class Secret(fields.String):
    """Text that is taken as typed: a password or a code. Lone surrogates, which have no bytes, are refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, load_only=True, validate=validate.Length(1, LONGEST_PASSWORD), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any(unicodedata.category(each) == "Cs" for each in text):
            raise ValidationError("text_unprintable")
        return text
