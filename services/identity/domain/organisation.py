"""Organisations and who belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backbone.errors import Forbidden, Invalid

INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Organisation:
    """A public body, a supplier, or the platform itself."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True)
class Membership:
    """A person's roles in an organisation. They count from `accepted_at`, when the invitation was accepted."""

    organisation: str
    person: str
    roles: frozenset[str]
    granted_at: datetime
    granted_by: str
    accepted_at: datetime | None = None

    @property
    def effective(self) -> bool:
        """Whether the person may act on it."""
        return self.accepted_at is not None


def choose(memberships: Sequence[Membership], wanted: str) -> Membership | None:
    """The membership that a new session acts on; None for a person without any who asks for none.

    Raises:
        Forbidden: not a member of the organisation asked for.
        Invalid: there are several and none was asked for; `organisations` in the problem lists them.
    """
    effective = [each for each in memberships if each.effective]
    if wanted:
        found = next((each for each in effective if each.organisation == wanted), None)
        if found is None:
            raise Forbidden("not_a_member", organisation=wanted)
        return found
    if len(effective) > 1:
        raise Invalid("organisation_needed", extra={"organisations": [each.organisation for each in effective]})
    return effective[0] if effective else None


@dataclass(frozen=True)
class Duty:
    """A duty of a person in a tender; `assigned_by` is empty where an act of the tender itself tells it."""

    tender: str
    person: str
    duty: str
    assigned_at: datetime
    assigned_by: str = ""
