"""The errors of this library.

    FormatError                    code, params
    ├── CanonicalError             not canonical JSON, or not of the restricted model
    ├── NoteError                  a signed note that is malformed, unsigned or wrongly signed
    │   └── StatementError         the note is good, its text is not one canonical JSON object
    ├── AgeError                   an age file that is not exactly by the specification, or cannot be opened
    │   ├── HeaderError            grammar, base64, lengths
    │   ├── NoMatchError           no identity opens it
    │   ├── HeaderMacError         the header was changed
    │   └── PayloadError           the payload was cut, extended or changed
    ├── ShamirError                shares that cannot be combined
    ├── LogError                   a tree, tile, bundle, proof or checkpoint that is malformed
    ├── ReceiptRefused             a receipt that does not verify
    └── SealedBidError             of the sealed-bid format
        ├── PackageRefused         documents or an offer that cannot be, or are not, packaged as the format says
        ├── EnvelopeRefused        an envelope or ciphertext that is not what the tender expects
        └── ShareRefused           a share that is not the one committed to

Each carries a stable `code` in snake_case and `params` for it; the sentences that people read live elsewhere.
"""

from typing import Any


class FormatError(Exception):
    """Base of all. `code` is stable and in snake_case; `params` are the facts of the case, never secrets."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({facts})" if facts else self.code
