"""What ends when a person loses roles: sessions and the duties that rest on the roles."""

from backbone.database import Transaction
from backbone.principal import Principal
from services.identity import events
from services.identity.commands.sessions import end_sessions
from services.identity.domain.duties import lost_with
from services.identity.domain.membership import Membership
from services.identity.domain.session import Reason
from services.identity.store import duties


def take_what_is_lost(tx: Transaction, principal: Principal, left: Membership, reason: Reason) -> None:
    """Ends the sessions for the organisation and takes the duties that the remaining roles do not carry."""
    organisation = left.organisation.id
    end_sessions(tx, left.person, reason, principal.person, organisation=organisation)
    for duty in duties.take_from(tx, left.person, organisation, lost_with(left.roles)):
        tx.emit(events.duty_revoked(duty, principal.person))
