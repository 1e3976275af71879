"""Events of awards, complaints and contracts."""

from collections.abc import Iterable

from licita.tenders.v1 import events_pb2 as pb

from backbone.events import Event
from services.tenders.domain.award import Award, Decision
from services.tenders.domain.complaint import Complaint
from services.tenders.domain.contract import Contract
from services.tenders.events.shapes import instant, money


def award_decided(tender: str, decision: Decision) -> Event:
    """Who shall get which lot, and until when nobody may sign."""
    data = pb.AwardDecided(
        tender=tender,
        awards=[_award(each) for each in decision.awards],
        awarder=decision.awarder,
        standstill_end=instant(decision.standstill_end),
    )
    return Event(subject=tender, data=data, actor=decision.awarder)


def bidder_notified(tender: str, bidder: str, letter_sha256: str, actor: str) -> Event:
    """A bidder's letter is out."""
    data = pb.BidderNotified(tender=tender, bidder=bidder, letter_sha256=letter_sha256)
    return Event(subject=tender, data=data, actor=actor)


def award_confirmed(tender: str, awards: Iterable[Award]) -> Event:
    """Standstill is over and nobody's complaint holds: these awards are active."""
    told = [each.id for each in awards if each.bid]
    return Event(subject=tender, data=pb.AwardConfirmed(tender=tender, awards=told))


def award_cancelled(tender: str, awards: Iterable[Award], grounds: str, actor: str) -> Event:
    """The decision does not hold."""
    data = pb.AwardCancelled(tender=tender, awards=[each.id for each in awards], grounds=grounds)
    return Event(subject=tender, data=data, actor=actor)


def complaint_lodged(tender: str, complaint: Complaint, actor: str) -> Event:
    """A bidder complains: the award is frozen."""
    data = pb.ComplaintLodged(tender=tender, complaint=complaint.id, complainant=complaint.complainant)
    return Event(subject=tender, data=data, actor=actor)


def complaint_decided(tender: str, complaint: Complaint) -> Event:
    """A reviewer's decision, with its reasons."""
    data = pb.ComplaintDecided(
        tender=tender,
        complaint=complaint.id,
        outcome=complaint.outcome,
        reviewer=complaint.reviewer,
        reasons=complaint.reasons,
    )
    return Event(subject=tender, data=data, actor=complaint.reviewer)


def complaint_withdrawn(tender: str, complaint: Complaint, actor: str) -> Event:
    """Its complainant took it back."""
    return Event(subject=tender, data=pb.ComplaintWithdrawn(tender=tender, complaint=complaint.id), actor=actor)


def contract_signed(tender: str, contract: Contract, actor: str) -> Event:
    """The end of what this platform carries through."""
    data = pb.ContractSigned(
        tender=tender,
        contract=contract.id,
        award=contract.award,
        supplier=contract.supplier,
        value=money(contract.value),
        signed_at=instant(contract.signed_at),
    )
    return Event(subject=tender, data=data, actor=actor)


def _award(award: Award) -> pb.Award:
    return pb.Award(
        award=award.id,
        lot=award.lot,
        bid=award.bid,
        supplier=award.supplier,
        value=money(award.value),
        status=award.status,
    )
