"""What may be known of awards, letters, complaints and contracts."""

from collections.abc import Sequence

from backbone.database import Transaction
from backbone.errors import NotFound
from backbone.principal import Principal
from services.tenders.domain import paper as kinds
from services.tenders.domain.award import Decision
from services.tenders.domain.complaint import Complaint
from services.tenders.domain.contract import Contract
from services.tenders.domain.paper import Paper
from services.tenders.queries.evaluation import may_look_on
from services.tenders.store import awards, complaints, openings, papers
from services.tenders.store.tenders import load_tender


def list_decisions(tx: Transaction, tender_id: str) -> list[Decision]:
    """All award decisions, cancelled ones too, newest first.

    Raises:
        NotFound: no such tender.
    """
    return awards.history(tx, load_tender(tx, tender_id).id)


def list_letters(tx: Transaction, principal: Principal, tender_id: str) -> list[Paper]:
    """Letters that the reader may read: their own organisation's, or all of them for the buyer and oversight.

    Raises:
        NotFound: no such tender.
    """
    tender = load_tender(tx, tender_id)
    own = None if may_look_on(tender, principal) else principal.organisation
    return papers.of_kind(tx, tender.id, kinds.LETTER, own)


def find_letter(tx: Transaction, principal: Principal, tender_id: str, bidder: str) -> Paper:
    """The newest letter to one bidder.

    Raises:
        NotFound: there is none for this reader.
    """
    for letter in list_letters(tx, principal, tender_id):
        if letter.subject == bidder:
            return letter
    raise NotFound("letter_unknown")


def list_complaints(tx: Transaction, tender_id: str) -> list[Complaint]:
    """All complaints of a tender, public.

    Raises:
        NotFound: no such tender.
    """
    return complaints.of_tender(tx, load_tender(tx, tender_id).id)


def complaint_receipt(tx: Transaction, tender_id: str, complaint_id: str) -> Paper | None:
    """The signed receipt of a complaint."""
    found = papers.of_kind(tx, tender_id, kinds.COMPLAINT, complaint_id)
    return found[0] if found else None


def list_contracts(tx: Transaction, tender_id: str) -> list[tuple[Contract, Paper]]:
    """A tender's contracts with their papers, public.

    Raises:
        NotFound: no such tender.
    """
    tender = load_tender(tx, tender_id)
    filed = {paper.subject: paper for paper in papers.of_kind(tx, tender.id, kinds.CONTRACT)}
    return [(each, filed[each.id]) for each in awards.contracts_of(tx, tender.id)]


def find_contract_paper(tx: Transaction, tender_id: str, contract_id: str) -> Paper:
    """The paper of one contract.

    Raises:
        NotFound: no such contract.
    """
    found = papers.of_kind(tx, tender_id, kinds.CONTRACT, contract_id)
    if not found:
        raise NotFound("contract_unknown")
    return found[0]


def bidders_of(tx: Transaction, tender_id: str) -> Sequence[str]:
    """Organisations whose bids were announced.

    Raises:
        NotFound: no such tender.
    """
    return openings.bidders(tx, load_tender(tx, tender_id).id)
