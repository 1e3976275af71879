"""Routes of the evaluation."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from backbone.acts import Call
from backbone.principal import Principal
from services.tenders.api import doors, house, tender_of
from services.tenders.api.pages import page, shown
from services.tenders.commands import evaluate
from services.tenders.domain.evaluation import Score
from services.tenders.domain.paper import REPORT, Paper
from services.tenders.domain.scoring import scored_by_people
from services.tenders.papers.office import Office
from services.tenders.queries import award as award_queries
from services.tenders.queries import evaluation as queries
from services.tenders.schemas import evaluation as shapes
from services.tenders.store.evaluation import panel, ranking, rejected

EVALUATION = "/v1/tenders/<uuid:tender_id>/evaluation"
EVALUATOR = "evaluator"


def evaluators(_principal: Principal, *args: Any, tender_id: Any) -> frozenset[str]:  # noqa: ARG001  the hook's signature
    """Who evaluates this tender, asked of identity before the transaction begins."""
    return house().clients.holders(str(tender_id), EVALUATOR)


@dataclass(frozen=True)
class ReportFacts:
    """What a report needs from other services."""

    on_duty: frozenset[str]
    names: dict[str, str]


def report_facts(principal: Principal, _body: dict[str, Any], tender_id: Any) -> ReportFacts:
    """Evaluators on duty, and the names of persons and bidders that the report names."""
    on_duty = evaluators(principal, tender_id=tender_id)
    with house().database.read() as tx:
        bidders = award_queries.bidders_of(tx, str(tender_id))
        persons = [each.person for each in panel(tx, str(tender_id), on_duty)]
    names = {**house().clients.vendors(bidders), **house().clients.people(persons)}
    return ReportFacts(on_duty, names)


@doors.ask(EVALUATION, returns=shapes.EvaluationOut)
def show_evaluation(call: Call) -> Any:
    """The evaluator's desk: announced bids, published criteria, own scores; all scores once the result is final."""
    on_duty = house().clients.holders(tender_of(call), EVALUATOR)
    desk = queries.evaluation_desk(call.tx, call.principal, tender_of(call), on_duty)
    return {
        "stage": desk.tender.stage(call.tx.now()).value,
        "final": bool(desk.results),
        "own": desk.own,
        "criteria": scored_by_people(desk.tender.criteria),
        "bids": desk.bids,
        "scores": desk.judgements,
        "results": desk.results,
    }


@doors.act(
    "POST",
    f"{EVALUATION}/declarations",
    body=shapes.DeclarationIn,
    returns=shapes.PanellistOut,
    status=201,
    before=evaluators,
)
def declare_conflict(call: Call, body: dict[str, Any]) -> Any:
    """Declares whether there is a conflict of interest; without it nobody can score."""
    evaluate.declare_conflict(call.tx, call.principal, tender_of(call), call.prepared, **body)
    return _own(call)


@doors.act(
    "PUT",
    f"{EVALUATION}/scores",
    body=shapes.ScoresIn,
    returns=shapes.ScoresOut,
    before=evaluators,
)
def write_scores(call: Call, body: dict[str, Any]) -> Any:
    """Writes one's own scores of one bid, in the place of earlier ones; possible until signed."""
    given = [Score(each["criterion"], each["score"], each["reason"]) for each in body["scores"]]
    evaluate.write_scores(
        call.tx, call.principal, tender_of(call), call.prepared, lot=body["lot"], bid=body["bid"], scores=given
    )
    desk = queries.evaluation_desk(call.tx, call.principal, tender_of(call), call.prepared)
    return {"scores": desk.judgements}


@doors.act("POST", f"{EVALUATION}/signature", returns=shapes.PanellistOut, status=201, before=evaluators)
def sign_scores(call: Call) -> Any:
    """Signs and locks one's own scores; the last signature makes the technical result final."""
    evaluate.sign_scores(call.tx, call.principal, tender_of(call), call.prepared)
    return _own(call)


@doors.act(
    "POST",
    f"{EVALUATION}/report",
    body=shapes.ReportIn,
    returns=shapes.ReportOut,
    status=201,
    before=report_facts,
)
def issue_report(call: Call, body: dict[str, Any]) -> Any:
    """Ranks the bids and issues the evaluation report, signed; nobody can award without it."""
    facts: ReportFacts = call.prepared
    reasons = {(each["lot"], each["bid"]): each["reason"] for each in body["rejections"]}
    paper = evaluate.issue_report(
        call.tx, call.principal, tender_of(call), office(), facts.on_duty, facts.names, reasons
    )
    return _report(call, paper)


@doors.ask(f"{EVALUATION}/report", returns=shapes.ReportOut)
def show_report(call: Call) -> Any:
    """The evaluation report: public from the award on, before that for the buyer and oversight."""
    return _report(call, queries.evaluation_report(call.tx, call.principal, tender_of(call)))


@doors.ask(f"{EVALUATION}/report.html", query=shapes.LanguageQuery, returns=shapes.PageContent)
def show_report_page(call: Call, query: dict[str, Any]) -> Response:
    """The evaluation report as a page."""
    paper = queries.evaluation_report(call.tx, call.principal, tender_of(call))
    return page(REPORT, paper, query["lang"])


def office() -> Office:
    """Where this service's papers are signed and filed."""
    return Office(house().signer, house().objects, house().bucket, house().public_url)


def _own(call: Call) -> Any:
    known = panel(call.tx, tender_of(call), call.prepared)
    return next(each for each in known if each.person == call.principal.person)


def _report(call: Call, paper: Paper) -> dict[str, Any]:
    tender = tender_of(call)
    concluded = {"ranking": ranking(call.tx, tender), "rejections": rejected(call.tx, tender)}
    return shown(REPORT, paper) | concluded
