"""What this service tells the world. People appear by their random id alone; names and addresses never do."""

from licita.identity.v1 import events_pb2 as pb

from backbone.events import Event
from services.identity.domain.organisation import Duty, Membership, Organisation
from services.identity.domain.session import Session


def person_registered(person: str, actor: str) -> Event:
    """There is an account."""
    return Event(subject=person, data=pb.PersonRegistered(person=person), actor=actor)


def organisation_registered(organisation: Organisation, actor: str) -> Event:
    """There is an organisation; its name is public."""
    data = pb.OrganisationRegistered(organisation=organisation.id, kind=organisation.kind, name=organisation.name)
    return Event(subject=organisation.id, data=data, actor=actor)


def membership_granted(membership: Membership) -> Event:
    """A person has these roles, and no others, in the organisation."""
    data = pb.MembershipGranted(
        organisation=membership.organisation, person=membership.person, roles=sorted(membership.roles)
    )
    return Event(subject=membership.organisation, data=data, actor=membership.granted_by)


def membership_revoked(membership: Membership, actor: str) -> Event:
    """The person no longer acts for the organisation."""
    data = pb.MembershipRevoked(organisation=membership.organisation, person=membership.person)
    return Event(subject=membership.organisation, data=data, actor=actor)


def second_factor_enrolled(person: str) -> Event:
    """The person has a second factor, or another one than before."""
    return Event(subject=person, data=pb.SecondFactorEnrolled(person=person), actor=person)


def session_opened(session: Session) -> Event:
    """Somebody has signed in."""
    with_factor = session.second_factor_at is not None
    data = pb.SessionOpened(session=session.id, person=session.person, second_factor=with_factor)
    return Event(subject=session.person, data=data, actor=session.person)


def session_revoked(session: Session, reason: str, actor: str) -> Event:
    """A session ended before its time."""
    data = pb.SessionRevoked(session=session.id, person=session.person, reason=reason)
    return Event(subject=session.person, data=data, actor=actor)


def duty_assigned(duty: Duty) -> Event:
    """A person has a duty in a tender, by appointment or because they exercised it."""
    data = pb.DutyAssigned(tender=duty.tender, person=duty.person, duty=duty.duty)
    return Event(subject=duty.tender, data=data, actor=duty.assigned_by or duty.person)


def duty_revoked(duty: Duty, actor: str) -> Event:
    """A person no longer has a duty in a tender."""
    data = pb.DutyRevoked(tender=duty.tender, person=duty.person, duty=duty.duty)
    return Event(subject=duty.tender, data=data, actor=actor)
