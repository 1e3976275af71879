"""age v1 files with X25519 recipients, read and written strictly by the C2SP specification `age`.

Binary files only: no ASCII armor, no passphrases. Stanzas of other types are passed over, as the specification asks.
"""

from licita_formats.age.errors import AgeError, HeaderError, HeaderMacError, NoMatchError, PayloadError
from licita_formats.age.file import decrypt, decrypted_chunks, encrypt
from licita_formats.age.header import Header, Stanza, parse_header
from licita_formats.age.keys import X25519, Identity, Recipient, x25519_share
from licita_formats.age.payload import ciphertext_size, plain_size

__all__ = [
    "X25519",
    "AgeError",
    "Header",
    "HeaderError",
    "HeaderMacError",
    "Identity",
    "NoMatchError",
    "PayloadError",
    "Recipient",
    "Stanza",
    "ciphertext_size",
    "decrypt",
    "decrypted_chunks",
    "encrypt",
    "parse_header",
    "plain_size",
    "x25519_share",
]
