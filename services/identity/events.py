"""What this service tells the world. People appear by their random id alone; names and addresses never do."""

from collections.abc import Iterable

from licita.identity.v1 import events_pb2 as pb

from backbone.events import Event
from services.identity.domain.duties import HeldDuty
from services.identity.domain.membership import Membership, Organisation
from services.identity.domain.session import Reason, Session


def person_registered(person: str, actor: str) -> Event:
    """There is an account."""
    return Event(subject=person, data=pb.PersonRegistered(person=person), actor=actor)


def person_reactivated(person: str, actor: str) -> Event:
    """Somebody long absent may open sessions again."""
    return Event(subject=person, data=pb.PersonReactivated(person=person), actor=actor)


def organisation_registered(organisation: Organisation, actor: str) -> Event:
    """There is an organisation; its name is public."""
    data = pb.OrganisationRegistered(organisation=organisation.id, kind=organisation.kind, name=organisation.name)
    return Event(subject=organisation.id, data=data, actor=actor)


def membership_granted(membership: Membership, actor: str) -> Event:
    """A person has these roles, and no others, in the organisation as soon as the invitation is accepted."""
    data = pb.MembershipGranted(
        organisation=membership.organisation.id, person=membership.person, roles=sorted(membership.roles)
    )
    return Event(subject=membership.organisation.id, data=data, actor=actor)


def membership_accepted(membership: Membership) -> Event:
    """The roles granted have effect."""
    data = pb.MembershipAccepted(organisation=membership.organisation.id, person=membership.person)
    return Event(subject=membership.organisation.id, data=data, actor=membership.person)


def membership_revoked(membership: Membership, actor: str) -> Event:
    """The person no longer acts for the organisation."""
    data = pb.MembershipRevoked(organisation=membership.organisation.id, person=membership.person)
    return Event(subject=membership.organisation.id, data=data, actor=actor)


def second_factor_enrolled(person: str) -> Event:
    """The person has a second factor, or another one than before."""
    return Event(subject=person, data=pb.SecondFactorEnrolled(person=person), actor=person)


def second_factor_confirmed(session: Session) -> Event:
    """The person gave the second factor again."""
    data = pb.SecondFactorConfirmed(session=session.id, person=session.person)
    return Event(subject=session.person, data=data, actor=session.person)


def session_opened(session: Session) -> Event:
    """Somebody has signed in."""
    with_factor = session.second_factor_at is not None
    data = pb.SessionOpened(session=session.id, person=session.person, second_factor=with_factor)
    return Event(subject=session.person, data=data, actor=session.person)


def sessions_revoked(sessions: Iterable[str], person: str, reason: Reason, actor: str) -> list[Event]:
    """Sessions have ended before their time."""
    return [
        Event(subject=person, data=pb.SessionRevoked(session=each, person=person, reason=reason), actor=actor)
        for each in sessions
    ]


def duty_assigned(duty: HeldDuty, actor: str) -> Event:
    """A person has a duty in a tender."""
    data = pb.DutyAssigned(tender=duty.tender, person=duty.person, duty=duty.duty)
    return Event(subject=duty.tender, data=data, actor=actor)


def duty_revoked(duty: HeldDuty, actor: str) -> Event:
    """A person no longer has a duty in a tender."""
    data = pb.DutyRevoked(tender=duty.tender, person=duty.person, duty=duty.duty)
    return Event(subject=duty.tender, data=data, actor=actor)
