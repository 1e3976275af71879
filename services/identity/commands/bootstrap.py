"""The first administrator of the platform, whom nobody can invite."""

from dataclasses import dataclass

from backbone.database import Transaction
from backbone.ids import new_id
from services.identity import events
from services.identity.domain.membership import Membership, Organisation
from services.identity.domain.person import DORMANT_AFTER, Person
from services.identity.domain.roles import Kind, Role
from services.identity.store import members, people


@dataclass(frozen=True)
class FirstAdministrator:
    """What the operator set up. `totp_sealed` for the person id `person` alone."""

    person: str
    email: str
    password_hash: str
    totp_sealed: bytes | None


def bootstrap(tx: Transaction, first: FirstAdministrator, platform_name: str, person_name: str) -> bool:
    """Creates the platform's organisation and administrator once; later runs let a dormant administrator in again.

    Returns whether anything was created.
    """
    platform = members.platform(tx)
    if platform is not None:
        _reactivate(tx, platform, first.email)
        return False
    platform = Organisation(new_id(), platform_name, Kind.PLATFORM)
    person = Person(
        first.person, first.email, person_name, "es", first.password_hash, tx.now(), totp_sealed=first.totp_sealed
    )
    membership = Membership(platform, person.id, frozenset({Role.PLATFORM_ADMIN}), tx.now())
    people.add(tx, person)
    members.add_organisation(tx, platform, person.id, tx.now())
    members.put(tx, membership, person.id, tx.now())
    tx.emit(events.person_registered(person.id, ""))
    tx.emit(events.organisation_registered(platform, ""))
    tx.emit(events.membership_granted(membership, ""))
    return True


def _reactivate(tx: Transaction, platform: Organisation, email: str) -> None:
    """The only administrator of a platform cannot ask another one."""
    person = people.by_email(tx, email, lock=True)
    if person is None or members.one(tx, platform.id, person.id) is None:
        return
    if tx.now() - person.seen_at > DORMANT_AFTER:
        people.saw(tx, person.id, tx.now())
        tx.emit(events.person_reactivated(person.id, ""))
