"""What the server checks without decrypting: that an envelope and a ciphertext can be a bid for this tender."""

import hashlib
from io import BytesIO
from typing import Any

from licita_formats import age
from licita_formats.canonical import LARGEST_INTEGER
from licita_formats.encoding import from_base64, is_sha256
from licita_formats.sealed_bid.context import FORMAT, Committee, Context
from licita_formats.sealed_bid.derivation import SHARE_BYTES, share_text
from licita_formats.sealed_bid.errors import EnvelopeRefused
from licita_formats.streams import ExactReader, Readable, pieces

_ENVELOPE = {"v", "context", "k", "n", "ciphertext", "key_commit", "shares"}
_SHARE = {"member", "recipient", "commit", "age"}
# In this order a bidder is told first what is most wrong.
_MISMATCHES = {
    "tender": "wrong_tender",
    "lot": "wrong_lot",
    "envelope": "wrong_envelope",
    "bidder": "wrong_bidder",
    "notice_sha256": "outdated_notice",
    "committee_sha256": "wrong_committee",
    "version": "wrong_version",
}


def envelope_context(envelope: dict[str, Any]) -> Context:
    """The context of an envelope.

    Raises:
        EnvelopeRefused: `envelope_malformed` or `context_malformed`.
    """
    return Context.from_json(envelope.get("context"))


def check_envelope(envelope: object, *, expected: Context, committee: Committee) -> None:
    """Checks an envelope against the tender's context and committee, share by share.

    Raises:
        EnvelopeRefused: `envelope_malformed` (field), `envelope_format` (format), `context_malformed` (field);
            `wrong_tender`, `wrong_lot`, `wrong_envelope`, `wrong_bidder`, `outdated_notice`, `wrong_committee` and
            `wrong_version` (expected, actual); `wrong_threshold` (k, n); `wrong_members`; `wrong_recipient` (member);
            `share_malformed` (member, reason).
    """
    _check_shape(envelope)
    assert isinstance(envelope, dict)
    _check_context(envelope_context(envelope), expected)
    if (envelope["k"], envelope["n"]) != (committee.k, committee.n):
        raise EnvelopeRefused("wrong_threshold", k=committee.k, n=committee.n)
    _check_shares(envelope["shares"], expected, committee)


def check_ciphertext(source: Readable, envelope: dict[str, Any]) -> None:
    """Reads the stream to its end and checks it against a checked envelope.

    A stream that is longer than the envelope says is not read much further than that.

    Raises:
        EnvelopeRefused: `ciphertext_not_age` (reason), `ciphertext_recipients` (count) unless there is exactly one
            stanza and it is X25519, `ciphertext_size` (expected), `ciphertext_size_impossible` (size),
            `ciphertext_digest`.
    """
    size = envelope["ciphertext"]["size"]
    tee = _Tee(source, size)
    try:
        header = _single_stanza(ExactReader(tee))
        for _ in pieces(tee):
            pass
        if tee.size == size:
            age.plain_size(size, header)
    except age.PayloadError as error:
        raise EnvelopeRefused("ciphertext_size_impossible", size=size) from error
    except age.AgeError as error:
        raise EnvelopeRefused("ciphertext_not_age", reason=error.code) from error
    if tee.size != size:
        raise EnvelopeRefused("ciphertext_size", expected=size)
    if tee.digest.hexdigest() != envelope["ciphertext"]["sha256"]:
        raise EnvelopeRefused("ciphertext_digest")


class _Tee:
    """Counts and hashes what is read, and ends the reading once the stream has proven longer than it should be."""

    def __init__(self, source: Readable, limit: int) -> None:
        self._source = source
        self._limit = limit
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size) if self.size <= self._limit else b""
        self.size += len(data)
        self.digest.update(data)
        return data


def _check_shape(envelope: object) -> None:
    if not isinstance(envelope, dict) or "v" not in envelope:
        raise EnvelopeRefused("envelope_malformed", field="v")
    if envelope["v"] != FORMAT:
        raise EnvelopeRefused("envelope_format", format=str(envelope["v"]))
    ciphertext = envelope.get("ciphertext")
    right = {
        "envelope": set(envelope) == _ENVELOPE,
        "ciphertext": isinstance(ciphertext, dict) and set(ciphertext) == {"sha256", "size"},
        "key_commit": is_sha256(envelope.get("key_commit")),
        "shares": isinstance(envelope.get("shares"), list),
        "k": type(envelope.get("k")) is int,
        "n": type(envelope.get("n")) is int,
    }
    if right["ciphertext"]:
        assert isinstance(ciphertext, dict)
        size = ciphertext["size"]
        right["ciphertext.sha256"] = is_sha256(ciphertext["sha256"])
        right["ciphertext.size"] = type(size) is int and 0 < size <= LARGEST_INTEGER
    for field, holds in right.items():
        if not holds:
            raise EnvelopeRefused("envelope_malformed", field=field)


def _check_context(actual: Context, expected: Context) -> None:
    for field, code in _MISMATCHES.items():
        if getattr(actual, field) != getattr(expected, field):
            raise EnvelopeRefused(code, expected=getattr(expected, field), actual=getattr(actual, field))


def _check_shares(shares: list[Any], context: Context, committee: Committee) -> None:
    for share in shares:
        if not isinstance(share, dict) or set(share) != _SHARE or not all(isinstance(v, str) for v in share.values()):
            raise EnvelopeRefused("envelope_malformed", field="shares")
    if [share["member"] for share in shares] != [member.member for member in committee.members]:
        raise EnvelopeRefused("wrong_members")
    for number, (share, member) in enumerate(zip(shares, committee.members, strict=True), start=1):
        if share["recipient"] != str(member.recipient):
            raise EnvelopeRefused("wrong_recipient", member=member.member)
        _check_share(share, len(share_text(context, number, bytes(SHARE_BYTES))))


def _check_share(share: dict[str, str], expected_size: int) -> None:
    reason = "" if is_sha256(share["commit"]) else "commit"
    try:
        data = from_base64(share["age"])
        header = _single_stanza(ExactReader(BytesIO(data)))
        if age.plain_size(len(data), header) != expected_size:
            reason = "size"
    except (ValueError, age.AgeError, EnvelopeRefused) as error:
        raise EnvelopeRefused("share_malformed", member=share["member"], reason=_reason(error)) from error
    if reason:
        raise EnvelopeRefused("share_malformed", member=share["member"], reason=reason)


def _single_stanza(reader: ExactReader) -> age.Header:
    """The header, with the one X25519 stanza that a bid and a share have; any other would be a second way in."""
    header = age.parse_header(reader)
    if [stanza.type for stanza in header.stanzas] != [age.X25519]:
        raise EnvelopeRefused("ciphertext_recipients", count=len(header.stanzas))
    age.x25519_share(header.stanzas[0])
    return header


def _reason(error: Exception) -> str:
    return error.code if isinstance(error, (age.AgeError, EnvelopeRefused)) else "base64"
