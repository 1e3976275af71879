"""Which events the pages follow."""

from licita.bids.v1 import events_pb2 as bids
from licita.tenders.v1 import events_pb2 as tenders
from licita.vendors.v1 import events_pb2 as vendors

from backbone.listener import Subscription
from services.portal.commands import show_happening, show_notice, show_vendor

TOPICS = ("licita.tenders.v1", "licita.bids.v1", "licita.vendors.v1")
HAPPENINGS = (
    tenders.QuestionAnswered,
    tenders.TenderCancelled,
    tenders.TenderUnsuccessful,
    tenders.TechnicalEvaluationFinalised,
    tenders.EvaluationReportIssued,
    tenders.AwardDecided,
    tenders.ComplaintLodged,
    tenders.ComplaintDecided,
    tenders.ComplaintWithdrawn,
    tenders.AwardConfirmed,
    tenders.AwardCancelled,
    tenders.ContractSigned,
    bids.BidOpened,
    bids.OpeningCompleted,
)
SUBSCRIPTIONS = (
    Subscription(tenders.TenderPublished, show_notice),
    Subscription(tenders.NoticeAmended, show_notice),
    *(Subscription(message, show_happening) for message in HAPPENINGS),
    Subscription(vendors.VendorRegistered, show_vendor),
)
