"""Routes of awards, letters, complaints and contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from backbone.acts import Call
from backbone.principal import Principal
from backbone.problems import reader_language
from services.tenders.api import doors, house, tender_of
from services.tenders.api.evaluation import EVALUATOR, office
from services.tenders.api.pages import page, shown
from services.tenders.commands import award, complain, contract
from services.tenders.commands.read import note_reading
from services.tenders.domain.award import Eligibility, Proposal
from services.tenders.domain.contract import Contract
from services.tenders.domain.paper import CONTRACT, LETTER, Paper
from services.tenders.queries import award as queries
from services.tenders.schemas import award as shapes
from services.tenders.schemas.evaluation import LanguageQuery, PageContent

TENDER = "/v1/tenders/<uuid:tender_id>"
AWARDER = "awarder"


@dataclass(frozen=True)
class Supplied:
    """What other services say about the persons and the bidders of a tender."""

    awarders: frozenset[str]
    evaluators: frozenset[str]
    eligibility: Mapping[str, Eligibility]
    names: Mapping[str, str]


def supplied(_principal: Principal, _body: dict[str, Any], tender_id: Any) -> Supplied:
    """Duties, names and eligibility, asked before the transaction begins."""
    clients = house().clients
    with house().database.read() as tx:
        bidders = queries.bidders_of(tx, str(tender_id))
    return Supplied(
        awarders=clients.holders(str(tender_id), AWARDER),
        evaluators=clients.holders(str(tender_id), EVALUATOR),
        eligibility=clients.eligibility(bidders),
        names=clients.vendors(bidders),
    )


def bidder_names(_principal: Principal, _body: dict[str, Any], tender_id: Any, **_path: Any) -> Mapping[str, str]:
    """Legal names of the bidders, for the release that a decision may bring."""
    with house().database.read() as tx:
        bidders = queries.bidders_of(tx, str(tender_id))
    return house().clients.vendors(bidders)


@doors.act("POST", f"{TENDER}/awards", body=shapes.AwardsIn, returns=shapes.DecisionOut, status=201, before=supplied)
def decide_award(call: Call, body: dict[str, Any]) -> Any:
    """Decides all lots and sends every bidder a letter with reasons of its own; standstill begins."""
    facts: Supplied = call.prepared
    return award.decide_award(
        call.tx,
        call.principal,
        tender_of(call),
        office(),
        awarders=facts.awarders,
        evaluators=facts.evaluators,
        eligibility=facts.eligibility,
        names=facts.names,
        proposals=[Proposal(**each) for each in body["awards"]],
        reasons={(each["lot"], each["bid"]): each["reason"] for each in body["reasons"]},
    )


@doors.ask(f"{TENDER}/awards", returns=shapes.AwardPage)
def list_awards(call: Call) -> Any:
    """All awards of a tender, cancelled ones too, those of the newest decision first."""
    decisions = queries.list_decisions(call.tx, tender_of(call))
    listed = [
        vars(decision) | {"decision": decision.id} | vars(award) for decision in decisions for award in decision.awards
    ]
    return {"items": listed, "next": None}


@doors.act("GET", f"{TENDER}/letters", returns=shapes.LetterPage)
def list_letters(call: Call) -> Any:
    """The letters that the caller may read. A bidder's first reading of its own is recorded."""
    letters = queries.list_letters(call.tx, call.principal, tender_of(call))
    return {"items": [shown(LETTER, note_reading(call.tx, call.principal, each)) for each in letters], "next": None}


@doors.act("GET", f"{TENDER}/letters/<uuid:bidder>/html", returns=PageContent)
def show_letter_page(call: Call) -> Response:
    """One letter as a page; `lang` is es or en, else the language that the reader's programs ask for counts."""
    letter = queries.find_letter(call.tx, call.principal, tender_of(call), str(call.path["bidder"]))
    language = request.args.get("lang", reader_language())
    return page(LETTER, note_reading(call.tx, call.principal, letter), language)


@doors.act("POST", f"{TENDER}/complaints", body=shapes.ComplaintIn, returns=shapes.ReceiptedComplaintOut, status=201)
def lodge_complaint(call: Call, body: dict[str, Any]) -> Any:
    """A bidder complains against the award; it is frozen until the complaint is decided or withdrawn."""
    complaint, receipt = complain.lodge_complaint(call.tx, call.principal, tender_of(call), office(), **body)
    return {**vars(complaint), "receipt": receipt.statement}


@doors.act(
    "POST",
    f"{TENDER}/complaints/<uuid:complaint_id>/decision",
    body=shapes.ComplaintDecisionIn,
    returns=shapes.ComplaintOut,
    status=201,
    before=bidder_names,
)
def decide_complaint(call: Call, body: dict[str, Any]) -> Any:
    """A reviewer dismisses the complaint, or upholds it and so cancels the award."""
    complaint_id = str(call.path["complaint_id"])
    return complain.decide_complaint(
        call.tx, call.principal, tender_of(call), complaint_id, names=call.prepared, base=house().public_url, **body
    )


@doors.act("POST", f"{TENDER}/complaints/<uuid:complaint_id>/withdrawal", returns=shapes.ComplaintOut, status=201)
def withdraw_complaint(call: Call) -> Any:
    """The complainant takes the complaint back; its record stays public."""
    return complain.withdraw_complaint(call.tx, call.principal, tender_of(call), str(call.path["complaint_id"]))


@doors.ask(f"{TENDER}/complaints", returns=shapes.ComplaintPage)
def list_complaints(call: Call) -> Any:
    """All complaints of a tender with their decisions."""
    return {"items": queries.list_complaints(call.tx, tender_of(call)), "next": None}


@doors.act(
    "POST", f"{TENDER}/contracts", body=shapes.ContractIn, returns=shapes.ContractOut, status=201, before=supplied
)
def sign_contract(call: Call, body: dict[str, Any]) -> Any:
    """Records the signed contract of one award, after standstill and with no complaint open."""
    facts: Supplied = call.prepared
    signed, paper = contract.sign_contract(
        call.tx,
        call.principal,
        tender_of(call),
        office(),
        eligibility=facts.eligibility,
        names=facts.names,
        award_id=body["award"],
        number=body["number"],
        signed_at=body["signed_at"],
    )
    return _contract(signed, paper)


@doors.ask(f"{TENDER}/contracts", returns=shapes.ContractPage)
def list_contracts(call: Call) -> Any:
    """A tender's contracts."""
    listed = queries.list_contracts(call.tx, tender_of(call))
    return {"items": [_contract(each, paper) for each, paper in listed], "next": None}


@doors.ask(f"{TENDER}/contracts/<uuid:contract_id>.html", query=LanguageQuery, returns=PageContent)
def show_contract_page(call: Call, query: dict[str, Any]) -> Response:
    """One contract as a page."""
    paper = queries.find_contract_paper(call.tx, tender_of(call), str(call.path["contract_id"]))
    return page(CONTRACT, paper, query["lang"])


def _contract(signed: Contract, paper: Paper) -> dict[str, Any]:
    return shown(CONTRACT, paper) | vars(signed)
