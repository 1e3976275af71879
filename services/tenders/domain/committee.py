"""The opening committee: appointed with the draft, each member with a key proven on the member's own device."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from licita_formats.age import Recipient
from licita_formats.sealed_bid import Committee as SealedBidCommittee
from licita_formats.sealed_bid import EnvelopeRefused
from licita_formats.sealed_bid import Member as SealedBidMember

from backbone.errors import Conflict, Forbidden, Invalid

LEAST_THRESHOLD = 2
MOST_MEMBERS = 15


@dataclass(frozen=True)
class Member:
    """A person of the committee. `recipient` is empty until a key is registered.

    `canary_sha256` is the digest of the secret that was encrypted to it, `canary_opened_at` when the member showed to
    have read that.
    """

    member: str
    recipient: str = ""
    canary_sha256: str = ""
    canary_opened_at: datetime | None = None


@dataclass(frozen=True)
class Committee:
    """`threshold` of the members open."""

    threshold: int
    members: tuple[Member, ...]

    def member(self, person: str) -> Member:
        """One member.

        Raises:
            Forbidden: somebody else.
        """
        found = next((each for each in self.members if each.member == person), None)
        if found is None:
            raise Forbidden("not_a_committee_member")
        return found

    def sealed_bid(self) -> SealedBidCommittee:
        """The committee as bids are sealed to it.

        Raises:
            Conflict: somebody has no key yet, or two share one.
        """
        self.check_proven()
        members = tuple(SealedBidMember(each.member, Recipient.parse(each.recipient)) for each in self.members)
        try:
            return SealedBidCommittee(self.threshold, members)
        except EnvelopeRefused as error:
            raise Conflict("committee_incomplete", missing=error.code) from error

    def check_proven(self) -> None:
        """Every member has read what was encrypted to the member's key (control 4.3).

        Raises:
            Conflict: `committee_key_unproven` with who has not.
        """
        waiting = [each.member for each in self.members if each.canary_opened_at is None]
        if waiting:
            raise Conflict("committee_key_unproven", extra={"missing": waiting}, members=", ".join(waiting))


def appoint(threshold: int, people: Sequence[str], before: Committee | None) -> Committee:
    """A committee of these people, in this order. Who was a member before keeps the key.

    One key may be lost without losing the bids: n is at least k + 1, and k at least 2.

    Raises:
        Invalid: the threshold is out of range, or a person is named twice.
    """
    if len(set(people)) != len(people):
        raise Invalid("committee_member_repeated")
    if len(people) > MOST_MEMBERS or not LEAST_THRESHOLD <= threshold < len(people):
        raise Invalid("committee_threshold", threshold=threshold, members=len(people))
    known = {each.member: each for each in before.members} if before else {}
    return Committee(threshold, tuple(known.get(person, Member(person)) for person in people))


def register_key(committee: Committee, person: str, recipient: str, canary: bytes) -> Member:
    """The member with a key and a canary to be read; a key replaced must be proven again.

    Raises:
        Forbidden: not a member.
        Invalid: not an age recipient.
        Conflict: another member has that key.
    """
    member = committee.member(person)
    try:
        parsed = str(Recipient.parse(recipient))
    except ValueError as error:
        raise Invalid("recipient_malformed") from error
    if any(each.recipient == parsed for each in committee.members if each.member != person):
        raise Conflict("recipient_taken")
    return replace(member, recipient=parsed, canary_sha256=_digest(canary), canary_opened_at=None)


def open_canary(committee: Committee, person: str, canary: bytes, now: datetime) -> Member:
    """The member, proven to hold the key.

    Raises:
        Forbidden: not a member.
        Conflict: no key is registered.
        Invalid: that is not what was encrypted.
    """
    member = committee.member(person)
    if not member.recipient:
        raise Conflict("committee_key_missing")
    if _digest(canary) != member.canary_sha256:
        raise Invalid("canary_wrong")
    return replace(member, canary_opened_at=member.canary_opened_at or now)


def _digest(canary: bytes) -> str:
    return hashlib.sha256(canary).hexdigest()
