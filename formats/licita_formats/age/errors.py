"""What can be wrong with an age file."""

from licita_formats.errors import FormatError


class AgeError(FormatError):
    """Base of the errors of age files."""


class HeaderError(AgeError):
    """The header, or the nonce behind it, is not by the grammar."""


class NoMatchError(AgeError):
    """None of the given identities opens the file."""


class HeaderMacError(AgeError):
    """The file key is right but the header was changed."""


class PayloadError(AgeError):
    """The payload was cut, extended or changed, or its size is impossible."""
