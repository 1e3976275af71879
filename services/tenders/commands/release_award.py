"""OCDS releases of awards and contracts, in the transaction of the act that they tell."""

from collections.abc import Mapping

from backbone.database import Transaction
from services.tenders.commands.releases import publish_release
from services.tenders.domain import paper as kinds
from services.tenders.domain.award import ACTIVE, CANCELLED, Award, Decision
from services.tenders.domain.contract import Contract
from services.tenders.domain.paper import Paper
from services.tenders.domain.tender import Tender
from services.tenders.ocds import award as blocks
from services.tenders.store import papers

TAGS: Mapping[str, str] = {"": "award", ACTIVE: "awardUpdate", CANCELLED: "awardCancellation"}


def release_award(tx: Transaction, tender: Tender, decision: Decision, names: Mapping[str, str], base: str) -> None:
    """Publishes the awards as they stand: pending, then active or cancelled."""
    report = papers.of_kind(tx, tender.id, kinds.REPORT)[0]
    told = blocks.award_blocks(tender, decision, report, names, base)
    publish_release(tx, tender, [TAGS[decision.ended]], told)


def release_contract(
    tx: Transaction,
    tender: Tender,
    contract: Contract,
    award: Award,
    paper: Paper,
    names: Mapping[str, str],
    base: str,
) -> None:
    """Publishes a signed contract."""
    told = blocks.contract_blocks(tender, contract, award, paper, names, base)
    publish_release(tx, tender, ["contract"], told)
