"""The first administrator of the platform, whom nobody can invite."""

from backbone.database import Transaction
from backbone.ids import new_id
from services.identity import events
from services.identity.credentials import Credentials
from services.identity.domain.account import Person, normal_email
from services.identity.domain.organisation import Membership, Organisation
from services.identity.domain.roles import PLATFORM, PLATFORM_ADMIN
from services.identity.settings import FirstAdministrator
from services.identity.store import organisations, people

PLATFORM_NAME = "Licita"
PERSON_NAME = "Administración de la plataforma"


def bootstrap(tx: Transaction, credentials: Credentials, first: FirstAdministrator) -> bool:
    """Makes the platform's organisation and its administrator once; returns whether anything was made."""
    if organisations.platform(tx) is not None:
        return False
    now = tx.now()
    person = Person(
        new_id(), normal_email(first.email), PERSON_NAME, "es", now, credentials.passwords.hash(first.password)
    )
    platform = Organisation(new_id(), PLATFORM, PLATFORM_NAME)
    membership = Membership(platform.id, person.id, frozenset({PLATFORM_ADMIN}), now, person.id, now)
    people.add(tx, person)
    if first.totp_secret:
        people.change(tx, person.id, totp_sealed=credentials.vault.seal(first.totp_secret, person.id))
    organisations.add(tx, platform, person.id, now)
    organisations.keep_membership(tx, membership)
    for event in (
        events.person_registered(person.id, ""),
        events.organisation_registered(platform, ""),
        events.membership_granted(membership),
    ):
        tx.emit(event)
    return True
