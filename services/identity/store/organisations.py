"""Organisations, memberships and the invitations to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backbone.database import Transaction
from services.identity.domain.organisation import Membership, Organisation
from services.identity.store.tables import invitations, memberships, organisations


def add(tx: Transaction, organisation: Organisation, by: str, at: datetime) -> bool:
    """Writes a new organisation; false if a public body of that name, or the platform, exists already."""
    row = {
        "id": organisation.id,
        "kind": organisation.kind,
        "name": organisation.name,
        "created_by": by,
        "created_at": at,
    }
    return bool(tx.connection.execute(pg_insert(organisations).values(row).on_conflict_do_nothing()).rowcount)


def load(tx: Transaction, organisation_id: str) -> Organisation | None:
    """One organisation."""
    return load_many(tx, [organisation_id]).get(organisation_id)


def load_many(tx: Transaction, ids: Sequence[str]) -> dict[str, Organisation]:
    """Those that exist, by id."""
    rows = tx.connection.execute(select(organisations).where(organisations.c.id.in_(ids)))
    return {row.id: Organisation(row.id, row.kind, row.name) for row in rows}


def made_by(tx: Transaction, person_id: str, name: str) -> Organisation | None:
    """The supplier of this name that the person made before."""
    of_person = select(organisations).where(
        organisations.c.created_by == person_id, organisations.c.kind == "supplier", organisations.c.name == name
    )
    row = tx.connection.execute(of_person).first()
    return Organisation(row.id, row.kind, row.name) if row else None


def platform(tx: Transaction) -> Organisation | None:
    """The platform's own organisation."""
    row = tx.connection.execute(select(organisations).where(organisations.c.kind == "platform")).one_or_none()
    return Organisation(row.id, row.kind, row.name) if row else None


def memberships_of(tx: Transaction, person_id: str) -> list[Membership]:
    """All of a person's, also those not accepted yet, oldest first."""
    of_person = select(memberships).where(memberships.c.person == person_id)
    rows = tx.connection.execute(of_person.order_by(memberships.c.granted_at, memberships.c.organisation))
    return [_membership(row) for row in rows]


def members(tx: Transaction, organisation_id: str) -> list[Membership]:
    """All of an organisation's, also those not accepted yet, oldest first."""
    of_organisation = select(memberships).where(memberships.c.organisation == organisation_id)
    rows = tx.connection.execute(of_organisation.order_by(memberships.c.granted_at, memberships.c.person))
    return [_membership(row) for row in rows]


def membership(tx: Transaction, organisation_id: str, person_id: str) -> Membership | None:
    """One person's in one organisation."""
    one = select(memberships).where(memberships.c.organisation == organisation_id, memberships.c.person == person_id)
    row = tx.connection.execute(one.with_for_update()).one_or_none()
    return _membership(row) if row else None


def keep_membership(tx: Transaction, kept: Membership) -> None:
    """Writes a membership, in the place of an earlier one."""
    values = {
        "roles": sorted(kept.roles),
        "granted_at": kept.granted_at,
        "granted_by": kept.granted_by,
        "accepted_at": kept.accepted_at,
    }
    row = {"organisation": kept.organisation, "person": kept.person, **values}
    upsert = pg_insert(memberships).values(row)
    tx.connection.execute(upsert.on_conflict_do_update(index_elements=["organisation", "person"], set_=values))


def accept(tx: Transaction, organisation_id: str, person_id: str, at: datetime) -> None:
    """From now on the roles count."""
    one = update(memberships).where(memberships.c.organisation == organisation_id, memberships.c.person == person_id)
    tx.connection.execute(one.values(accepted_at=at))


def remove(tx: Transaction, organisation_id: str, person_id: str) -> None:
    """Ends a membership, and the invitation to it; the journal of events remembers them."""
    for table in (invitations, memberships):
        tx.connection.execute(delete(table).where(table.c.organisation == organisation_id, table.c.person == person_id))


def _membership(row: Row[Any]) -> Membership:
    return Membership(
        row.organisation, row.person, frozenset(row.roles), row.granted_at, row.granted_by, row.accepted_at
    )


def invite(tx: Transaction, organisation_id: str, person_id: str, code_sha256: str, expires_at: datetime) -> None:
    """Keeps the digest of an invitation's code; an earlier invitation to the same is void."""
    void = delete(invitations).where(invitations.c.organisation == organisation_id, invitations.c.person == person_id)
    tx.connection.execute(void)
    row = {"code_sha256": code_sha256, "organisation": organisation_id, "person": person_id, "expires_at": expires_at}
    tx.connection.execute(insert(invitations), row)


def invitation(tx: Transaction, code_sha256: str) -> Row[Any] | None:
    """Whom a code invites where, and until when."""
    return tx.connection.execute(select(invitations).where(invitations.c.code_sha256 == code_sha256)).one_or_none()


def take_invitation(tx: Transaction, code_sha256: str) -> bool:
    """Uses the code up; false if somebody did already."""
    return bool(tx.connection.execute(delete(invitations).where(invitations.c.code_sha256 == code_sha256)).rowcount)
