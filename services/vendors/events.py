"""What the register tells the world. Contact data, representatives and file names are never in an event."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from licita.common.v1.party_pb2 import Party
from licita.vendors.v1 import events_pb2 as pb

from backbone.events import Event
from services.vendors.domain.category import Category
from services.vendors.domain.debarment import Debarment
from services.vendors.domain.evidence import Evidence
from services.vendors.domain.standing import Act
from services.vendors.domain.vendor import Vendor


def instant(moment: datetime) -> Timestamp:
    """An instant as Protocol Buffers carry it."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def party(vendor: Vendor) -> Party:
    """A supplier as public registers name it."""
    return Party(
        id=vendor.id,
        legal_name=vendor.legal_name,
        scheme=vendor.identifier.scheme,
        identifier=vendor.identifier.id,
        country=vendor.address.country,
    )


def _codes(categories: tuple[Category, ...]) -> list[str]:
    return [f"{each.scheme}:{each.id}" for each in categories]


def vendor_registered(vendor: Vendor, actor: str) -> Event:
    """A supplier is in the register."""
    data = pb.VendorRegistered(vendor=party(vendor), categories=_codes(vendor.categories))
    return Event(subject=vendor.id, data=data, actor=actor)


def linked_vendors_flagged(vendor: str, other: str, shared: str) -> Event:
    """Two suppliers share something; which trait, never its value."""
    return Event(subject=vendor, data=pb.LinkedVendorsFlagged(vendor=vendor, other=other, shared=shared))


def categories_followed(vendor: str, categories: tuple[Category, ...], actor: str) -> Event:
    """A supplier follows these categories from now on, and no others."""
    return Event(subject=vendor, data=pb.CategoriesFollowed(vendor=vendor, categories=_codes(categories)), actor=actor)


def evidence_added(paper: Evidence, actor: str) -> Event:
    """A paper is kept; `valid_until` is unset where it does not expire."""
    data = pb.VendorEvidenceAdded(
        vendor=paper.vendor,
        evidence=paper.id,
        kind=paper.kind,
        sha256=paper.sha256,
        valid_until=instant(paper.valid_until) if paper.valid_until else None,
    )
    return Event(subject=paper.vendor, data=data, actor=actor)


def standing_changed(vendor: str, act: Act, grounds: str, actor: str) -> Event:
    """The event of a registrar's decision."""
    facts: dict[Act, pb.VendorVerified | pb.VendorVerificationRefused | pb.VendorSuspended | pb.VendorReinstated] = {
        Act.VERIFY: pb.VendorVerified(vendor=vendor),
        Act.REFUSE: pb.VendorVerificationRefused(vendor=vendor, grounds=grounds),
        Act.SUSPEND: pb.VendorSuspended(vendor=vendor, grounds=grounds),
        Act.REINSTATE: pb.VendorReinstated(vendor=vendor, grounds=grounds),
    }
    return Event(subject=vendor, data=facts[act], actor=actor)


def vendor_debarred(debarment: Debarment, actor: str) -> Event:
    """A debarment is on the list."""
    data = pb.VendorDebarred(
        vendor=debarment.vendor,
        debarment=debarment.id,
        grounds=debarment.grounds,
        authority=debarment.authority,
        legal_basis=debarment.legal_basis,
        starts_at=instant(debarment.starts_at),
        ends_at=instant(debarment.ends_at),
    )
    return Event(subject=debarment.vendor, data=data, actor=actor)


def debarment_lifted(debarment: Debarment, grounds: str, actor: str) -> Event:
    """A debarment ended before its time."""
    data = pb.VendorDebarmentLifted(vendor=debarment.vendor, debarment=debarment.id, grounds=grounds)
    return Event(subject=debarment.vendor, data=data, actor=actor)


def tender_alert_queued(vendor: str, tender: str) -> Event:
    """A follower of a category has an alert."""
    return Event(subject=vendor, data=pb.TenderAlertQueued(vendor=vendor, tender=tender))
