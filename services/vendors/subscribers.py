"""Others' events that the register acts on."""

from collections.abc import Sequence
from datetime import UTC

from licita.tenders.v1.events_pb2 import NoticeAmended, TenderPublished
from licita.tenders.v1.notice_pb2 import Notice

from backbone.database import Transaction
from backbone.events import Received
from backbone.listener import Subscription
from services.vendors.commands.alert import alert_followers
from services.vendors.domain.alert import Tender
from services.vendors.domain.category import Category


def on_tender_published(tx: Transaction, event: Received) -> None:
    """Alerts followers of the new tender's categories."""
    alert_followers(tx, _tender(event.parse(TenderPublished).notice))


def on_notice_amended(tx: Transaction, event: Received) -> None:
    """Alerts them again, since each version of a notice is news."""
    alert_followers(tx, _tender(event.parse(NoticeAmended).notice))


def _tender(notice: Notice) -> Tender:
    items = [item for lot in notice.lots for item in lot.items]
    return Tender(
        id=notice.tender,
        ocid=notice.ocid,
        title=notice.title,
        buyer_name=notice.buyer_name,
        notice_version=notice.version,
        tender_period_end=notice.tender_period_end.ToDatetime(tzinfo=UTC),
        classifications=tuple({Category(each.classification_scheme, each.classification_id) for each in items}),
    )


TOPICS: Sequence[str] = ("licita.tenders.v1",)
SUBSCRIPTIONS: Sequence[Subscription] = (
    Subscription(TenderPublished, on_tender_published),
    Subscription(NoticeAmended, on_notice_amended),
)
