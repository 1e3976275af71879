"""People as they see themselves, and as other services need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.principal import Principal
from services.identity.domain.account import Person
from services.identity.domain.organisation import Organisation
from services.identity.domain.session import Session
from services.identity.queries.ids import known_ids
from services.identity.store import organisations, people, sessions


@dataclass(frozen=True)
class Belonging:
    """One of a person's memberships."""

    organisation: Organisation
    roles: list[str]
    accepted_at: datetime | None


@dataclass(frozen=True)
class Me:
    """A person and the session in which they ask."""

    person: Person
    session: str
    organisation: str
    roles: list[str]
    memberships: list[Belonging]


def show_me(tx: Transaction, principal: Principal) -> Me:
    """The caller's own account.

    Raises:
        NotFound: no such account.
    """
    person = people.load(tx, principal.person)
    if person is None:
        raise NotFound("person_unknown", person=principal.person)
    held = organisations.memberships_of(tx, person.id)
    named = organisations.load_many(tx, [each.organisation for each in held])
    belonging = [Belonging(named[each.organisation], sorted(each.roles), each.accepted_at) for each in held]
    return Me(person, principal.session, principal.organisation, sorted(principal.roles), belonging)


def list_sessions(tx: Transaction, principal: Principal) -> list[Session]:
    """The caller's sessions that still hold, oldest first."""
    return sessions.open_of(tx, principal.person, tx.now())


def describe_people(tx: Transaction, ids: Sequence[str]) -> list[Person]:
    """Those that exist, in the order asked.

    Raises:
        Invalid: more than 1,000 at once.
    """
    found = people.load_many(tx, known_ids(ids))
    return [found[each] for each in ids if each in found]
