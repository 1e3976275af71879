"""Others' events that tell who did what in a tender."""

from collections.abc import Sequence

from licita.tenders.v1.events_pb2 import TenderApproved, TenderDrafted

from backbone.database import Transaction
from backbone.events import Received
from backbone.listener import Subscription
from services.identity.commands.duties import record_exercise, record_tender
from services.identity.domain.duties import APPROVER, DRAFTER


def on_tender_drafted(tx: Transaction, event: Received) -> None:
    """Whose tender it is, and who drafted it."""
    told = event.parse(TenderDrafted)
    record_tender(tx, told.tender, told.buyer)
    record_exercise(tx, told.tender, told.drafter, DRAFTER)


def on_tender_approved(tx: Transaction, event: Received) -> None:
    """Who approved it."""
    told = event.parse(TenderApproved)
    record_exercise(tx, told.tender, told.approver, APPROVER)


TOPICS: Sequence[str] = ("licita.tenders.v1",)
SUBSCRIPTIONS: Sequence[Subscription] = (
    Subscription(TenderDrafted, on_tender_drafted),
    Subscription(TenderApproved, on_tender_approved),
)
