"""Which events of others bids listens to, and what they do here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from google.protobuf.message import Message
from licita.tenders.v1.events_pb2 import (
    NoticeAmended,
    TechnicalEvaluationFinalised,
    TenderCancelled,
    TenderPublished,
    TenderUnsuccessful,
)
from licita.vendors.v1.events_pb2 import VendorDebarmentLifted, VendorDebarred, VendorRegistered

from backbone.database import Transaction
from backbone.events import Received
from backbone.listener import Subscription
from services.bids.commands import learn

TOPICS = ("licita.tenders.v1", "licita.vendors.v1")


def _on(kind: type[Message], command: Callable[[Transaction, Any, datetime], None]) -> Subscription:
    def handle(tx: Transaction, event: Received) -> None:
        command(tx, event.parse(kind), event.time)

    return Subscription(kind, handle)


SUBSCRIPTIONS = (
    _on(TenderPublished, learn.learn_notice),
    _on(NoticeAmended, learn.learn_notice),
    _on(TenderCancelled, learn.learn_cancellation),
    _on(TenderUnsuccessful, learn.learn_failure),
    _on(TechnicalEvaluationFinalised, learn.learn_technical_result),
    _on(VendorRegistered, learn.learn_vendor),
    *(_on(kind, learn.learn_vendor_status) for kind in learn.STATUS_AFTER),
    _on(VendorDebarred, learn.learn_debarment),
    _on(VendorDebarmentLifted, learn.learn_lifting),
)
