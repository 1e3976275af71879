"""What a sealed bid is bound to: its context, and the committee that may open it."""

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any

from licita_formats import canonical
from licita_formats.age import Recipient
from licita_formats.encoding import is_sha256
from licita_formats.sealed_bid.errors import EnvelopeRefused

FORMAT = "licita.sealed-bid/v1"
COMMITTEE_FORMAT = "licita.committee/v1"
LEAST_THRESHOLD = 2
MOST_MEMBERS = 64
LONGEST_ID = 128


@dataclass(frozen=True)
class Context:
    """The tender, lot, envelope, bidder, version of the bid, and the digests of notice and committee it answers.

    The first four are identifiers, as the tender publishes them. Versions count from 1. Digests are SHA-256 in
    lower-case hexadecimal.
    """

    tender: str
    lot: str
    envelope: str
    bidder: str
    version: int
    notice_sha256: str
    committee_sha256: str

    def __post_init__(self) -> None:
        """Refuses what cannot be a context.

        Raises:
            EnvelopeRefused: `context_malformed` with the field's name.
        """
        for name in ("tender", "lot", "envelope", "bidder"):
            _require(is_identifier(getattr(self, name)), "context_malformed", field=name)
        version_is_right = type(self.version) is int and 0 < self.version <= canonical.LARGEST_INTEGER
        _require(version_is_right, "context_malformed", field="version")
        for name in ("notice_sha256", "committee_sha256"):
            _require(is_sha256(getattr(self, name)), "context_malformed", field=name)

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> "Context":
        """Reads the JSON form; unknown and missing fields are refused.

        Raises:
            EnvelopeRefused: `context_malformed`.
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(value, dict) or set(value) != names:
            raise EnvelopeRefused("context_malformed", field="context")
        return cls(**value)

    def digest(self) -> bytes:
        """`cd` of the specification: 32 bytes that stand for the context in every derivation."""
        return hashlib.sha256(f"{FORMAT}/context\n".encode() + canonical.dumps(self.as_json())).digest()


@dataclass(frozen=True)
class Member:
    """A member of the opening committee and the age recipient whose private half the member alone has."""

    member: str
    recipient: Recipient


@dataclass(frozen=True)
class Committee:
    """`k` of the members open. A share's number is its member's place in `members`, counted from 1."""

    k: int
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        """Refuses committees that could lose a bid or that one person could open.

        Raises:
            EnvelopeRefused: `committee_threshold` unless 2 <= k < n <= 64; `committee_member` for a member id that is
                malformed, or a member or recipient that is there twice.
        """
        _require(type(self.k) is int and LEAST_THRESHOLD <= self.k < self.n <= MOST_MEMBERS, "committee_threshold")
        for member in self.members:
            _require(is_identifier(member.member), "committee_member", member=str(member.member))
        _require(len({member.member for member in self.members}) == self.n, "committee_member")
        _require(len({member.recipient for member in self.members}) == self.n, "committee_member")

    @property
    def n(self) -> int:
        """The number of members."""
        return len(self.members)

    def as_json(self) -> dict[str, Any]:
        """The JSON form that is signed and logged."""
        members = [{"member": member.member, "recipient": str(member.recipient)} for member in self.members]
        return {"v": COMMITTEE_FORMAT, "k": self.k, "n": self.n, "members": members}

    @classmethod
    def from_json(cls, value: object) -> "Committee":
        """Reads the JSON form.

        Raises:
            EnvelopeRefused: `committee_malformed`, or as the constructor.
        """
        try:
            committee = cls(value["k"], tuple(map(_member, value["members"])))  # type: ignore[index]
        except (TypeError, KeyError, ValueError) as error:
            raise EnvelopeRefused("committee_malformed") from error
        _require(committee.as_json() == value, "committee_malformed")
        return committee

    def sha256(self) -> str:
        """The digest of the canonical JSON; clients show it as the committee's fingerprint."""
        return hashlib.sha256(canonical.dumps(self.as_json())).hexdigest()


def is_identifier(value: object) -> bool:
    """Whether `value` is 1 to 128 printable ASCII characters without a space, as all our identifiers are."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and all("!" <= letter <= "~" for letter in value)


def _member(value: Any) -> Member:
    return Member(value["member"], Recipient.parse(value["recipient"]))


def _require(holds: bool, code: str, **params: object) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not holds:
        raise EnvelopeRefused(code, **params)
