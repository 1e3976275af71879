"""The textual header: version line, recipient stanzas, MAC line.

Source: C2SP `age`, "Encrypted file format". Everything that the grammar does not allow is refused.
"""

import re
from dataclasses import dataclass

from licita_formats.age.errors import HeaderError
from licita_formats.encoding import from_raw_base64, to_raw_base64
from licita_formats.streams import ExactReader, Readable

VERSION_LINE = b"age-encryption.org/v1\n"
COLUMNS = 64
MAC_BYTES = 32
LARGEST_HEADER = 1 << 16  # the specification sets no limit; 65,536 bytes hold several hundred recipients
_STANZA = b"-> "
_FOOTER = b"---"
_ARGUMENT = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Stanza:
    """A wrapped file key: the arguments, of which the first is the type, and the body."""

    arguments: tuple[str, ...]
    body: bytes

    @property
    def type(self) -> str:
        """The recipient type, such as `X25519`."""
        return self.arguments[0]

    def encode(self) -> bytes:
        """The stanza's lines. The last one is shorter than 64 columns, so it may be empty."""
        body = to_raw_base64(self.body)
        lines = [body[start : start + COLUMNS] for start in range(0, len(body) + 1, COLUMNS)]
        return "\n".join(["-> " + " ".join(self.arguments), *lines, ""]).encode("ascii")


@dataclass(frozen=True)
class Header:
    """A well-formed header. Its MAC is checked only by whoever has the file key."""

    stanzas: tuple[Stanza, ...]
    mac: bytes

    @property
    def authenticated(self) -> bytes:
        """The bytes that the MAC covers: all up to and including the three dashes."""
        return VERSION_LINE + b"".join(stanza.encode() for stanza in self.stanzas) + _FOOTER

    def encode(self) -> bytes:
        """The header's bytes; a header that was parsed gives the very bytes it was parsed from."""
        return self.authenticated + b" " + to_raw_base64(self.mac).encode() + b"\n"

    @property
    def size(self) -> int:
        """The length in bytes, up to where the payload's nonce begins."""
        return len(self.encode())


def parse_header(source: Readable) -> Header:
    """Reads the header from the beginning of an age file. The stream is read ahead unless it is an `ExactReader`.

    Raises:
        HeaderError: anything that the grammar does not allow, or a header over 64 KiB.
    """
    return _Parser(source if isinstance(source, ExactReader) else ExactReader(source)).header()


class _Parser:
    """Reads line by line and counts, so that no header can use up memory."""

    def __init__(self, source: ExactReader) -> None:
        self._source = source
        self._left = LARGEST_HEADER

    def header(self) -> Header:
        if self._source.read(len(VERSION_LINE)) != VERSION_LINE:
            raise HeaderError("not_an_age_file")
        stanzas = []
        line = self._line()
        while line.startswith(_STANZA):
            stanzas.append(Stanza(_arguments(line), self._body()))
            line = self._line()
        if not stanzas:
            raise HeaderError("header_without_stanza")
        if len(stanzas) > 1 and any(stanza.type == "scrypt" for stanza in stanzas):
            raise HeaderError("scrypt_stanza_not_alone")
        return Header(tuple(stanzas), _mac(line))

    def _line(self) -> bytes:
        line = self._source.read_line(self._left)
        self._left -= len(line)
        if not line.endswith(b"\n"):
            raise HeaderError("header_too_large" if not self._left else "header_cut_off")
        return line[:-1]

    def _body(self) -> bytes:
        lines = [self._line()]
        while len(lines[-1]) == COLUMNS:
            lines.append(self._line())
        if len(lines[-1]) > COLUMNS:
            raise HeaderError("stanza_line_too_long")
        return _decode(b"".join(lines))


def _arguments(line: bytes) -> tuple[str, ...]:
    arguments = tuple(line[len(_STANZA) :].decode("latin-1").split(" "))
    if not all(_ARGUMENT.fullmatch(argument) for argument in arguments):
        raise HeaderError("stanza_arguments_malformed")
    return arguments


def _mac(line: bytes) -> bytes:
    if not line.startswith(_FOOTER + b" "):
        raise HeaderError("header_line_unknown")
    mac = _decode(line[len(_FOOTER) + 1 :])
    if len(mac) != MAC_BYTES:
        raise HeaderError("header_mac_length")
    return mac


def _decode(text: bytes) -> bytes:
    try:
        return from_raw_base64(text.decode("ascii"))
    except ValueError as error:
        raise HeaderError("header_base64") from error
