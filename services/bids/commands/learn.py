"""What bids learns from other services: each function is one event's effect, in the listener's transaction."""

from datetime import UTC, datetime

from google.protobuf import json_format
from google.protobuf.message import Message
from licita.tenders.v1.events_pb2 import (
    NoticeAmended,
    TechnicalEvaluationFinalised,
    TenderCancelled,
    TenderPublished,
    TenderUnsuccessful,
)
from licita.vendors.v1.events_pb2 import (
    VendorDebarmentLifted,
    VendorDebarred,
    VendorRegistered,
    VendorReinstated,
    VendorSuspended,
    VendorVerificationRefused,
    VendorVerified,
)

from backbone.database import Transaction
from backbone.events import Event
from services.bids.store import tenders, vendors

STATUS_AFTER = {
    VendorVerified: "verified",
    VendorVerificationRefused: "refused",
    VendorSuspended: "suspended",
    VendorReinstated: "registered",
}


def learn_notice(tx: Transaction, told: TenderPublished | NoticeAmended, _at: datetime) -> None:
    """The notice as it now stands; deadlines moved by a corrigendum move here."""
    tenders.save_notice(tx, Event(subject="", data=told.notice).data_json())


def learn_cancellation(tx: Transaction, told: TenderCancelled, _at: datetime) -> None:
    """The tender ends; its bids stay sealed."""
    tenders.cancel(tx, told.tender)


def learn_failure(tx: Transaction, told: TenderUnsuccessful, _at: datetime) -> None:
    """A lot ends without award; without a lot named, all do."""
    lots = [told.lot] if told.lot else list(tenders.find(tx, told.tender).lots)
    tenders.close_lots(tx, told.tender, lots)


def learn_technical_result(tx: Transaction, told: TechnicalEvaluationFinalised, at: datetime) -> None:
    """Which bids passed; only of these the next envelope may be opened, and from now on."""
    passed = sorted(result.bid for result in told.results if result.passed)
    tenders.finalise_technical(tx, told.tender, passed, at)


def learn_vendor(tx: Transaction, told: VendorRegistered, _at: datetime) -> None:
    """A supplier is in the register."""
    party = json_format.MessageToDict(
        told.vendor, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    vendors.add(tx, party)


def learn_vendor_status(tx: Transaction, told: Message, _at: datetime) -> None:
    """A supplier was verified, refused, suspended or reinstated."""
    vendors.set_status(tx, told.vendor, STATUS_AFTER[type(told)])  # type: ignore[attr-defined]  # each names a vendor


def learn_debarment(tx: Transaction, told: VendorDebarred, _at: datetime) -> None:
    """A supplier may not bid for a time."""
    starts_at, ends_at = told.starts_at.ToDatetime(UTC), told.ends_at.ToDatetime(UTC)
    vendors.debar(tx, told.debarment, told.vendor, starts_at, ends_at)


def learn_lifting(tx: Transaction, told: VendorDebarmentLifted, _at: datetime) -> None:
    """A debarment ended before its time."""
    vendors.lift(tx, told.debarment)
