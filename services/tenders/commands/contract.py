"""Recording a signed contract."""

from collections.abc import Mapping
from datetime import datetime

from backbone.database import Transaction
from backbone.errors import Conflict
from backbone.ids import new_id
from backbone.principal import Principal
from services.tenders.commands.award import confirm_award, current_decision
from services.tenders.commands.course import move
from services.tenders.commands.release_award import release_contract
from services.tenders.domain import contract as rules
from services.tenders.domain import paper as kinds
from services.tenders.domain.award import Award, Eligibility, check_eligible
from services.tenders.domain.complaint import any_open
from services.tenders.domain.contract import Contract
from services.tenders.domain.envelopes import priced_envelope
from services.tenders.domain.paper import Paper
from services.tenders.domain.tender import Act, Stage, Tender, transition
from services.tenders.events import award as events
from services.tenders.papers.contract import statement
from services.tenders.papers.office import Office
from services.tenders.queries.access import must_be_buyer
from services.tenders.store import awards, complaints, openings, papers
from services.tenders.store.tenders import load_tender


def sign_contract(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    office: Office,
    *,
    eligibility: Mapping[str, Eligibility],
    names: Mapping[str, str],
    award_id: str,
    number: str,
    signed_at: datetime | None,
) -> tuple[Contract, Paper]:
    """Records the contract for one award; `signed_at` is now if not said.

    Raises:
        Forbidden: the caller is not of the buyer.
        Conflict: standstill runs or a complaint is open, the award is not active or has its contract, the number is
            taken, or the supplier may not be contracted now.
        Invalid: no such award, a date in the future, no number.
    """
    tender = load_tender(tx, tender_id, lock=True)
    must_be_buyer(principal, tender)
    if any_open(complaints.of_tender(tx, tender.id)):
        raise Conflict("complaint_open")
    if tender.state is Stage.STANDSTILL:
        # Refused while it runs; once it is over, nobody has to wait for the loop that confirms awards.
        confirm_award(tx, tender.id, names, office.base)
        tender = load_tender(tx, tender_id, lock=True)
    transition(tender, Act.SIGN_CONTRACT)
    decision, now = current_decision(tx, tender), tx.now()
    signed = awards.contracts_of(tx, tender.id)
    award = rules.award_to_contract(decision, award_id, signed)
    answer = eligibility.get(award.supplier)
    check_eligible(answer, award.supplier)
    rules.check_number(number, signed)
    contract = rules.sign(new_id(), award, number, signed_at or now, decision.standstill_end, now)
    awards.add_contract(tx, tender.id, contract, now)
    awards.note_checks(tx, tender.id, contract.id, "contract", [answer] if answer else [])
    paper = _file(tx, tender, office, contract, award, names, now)
    tx.emit(events.contract_signed(tender.id, contract, principal.person))
    release_contract(tx, move(tx, tender, Act.SIGN_CONTRACT), contract, award, paper, names, office.base)
    return contract, paper


def _file(
    tx: Transaction,
    tender: Tender,
    office: Office,
    contract: Contract,
    award: Award,
    names: Mapping[str, str],
    now: datetime,
) -> Paper:
    offers = {each.bid: each for each in openings.announced(tx, tender.id, priced_envelope(tender))}
    report = papers.of_kind(tx, tender.id, kinds.REPORT)[0]
    body = statement(tender, contract, award, offers.get(award.bid), names, report.sha256)
    paper = office.file(tender.id, kinds.CONTRACT, contract.id, body, now)
    papers.add(tx, paper)
    return paper
