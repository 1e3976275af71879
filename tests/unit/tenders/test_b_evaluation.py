"""Evaluators: declarations, scores, signatures, the technical result, the report's gaps."""

from dataclasses import replace
from decimal import Decimal

import pytest

from backbone.errors import Conflict, Forbidden, Invalid, LicitaError
from services.tenders.domain.evaluation import (
    Panellist,
    Score,
    check_declaration,
    check_may_score,
    check_scores,
    missing_scores,
    panel_complete,
    technical_results,
)
from services.tenders.domain.offers import check_price
from services.tenders.domain.report import conclude, find_gaps, with_reasons
from tests.unit.tenders.facts_b import CRITERIA, NOW, judged, opened, pyg, signed

ANA, BEA, CEL = "ana", "bea", "cel"
DECLARED = Panellist(ANA, has_conflict=False, declared_at=NOW)


def code(refused: pytest.ExceptionInfo[LicitaError]) -> str:
    return refused.value.code


@pytest.mark.parametrize(
    ("panellist", "kind", "expected"),
    [
        (Panellist(ANA), Conflict, "conflict_declaration_missing"),
        (replace(DECLARED, has_conflict=True), Forbidden, "evaluator_has_conflict"),
        (replace(DECLARED, on_duty=False), Forbidden, "duty_missing"),
        (replace(DECLARED, signed_at=NOW), Conflict, "scores_already_signed"),
    ],
)
def test_who_may_not_score(panellist: Panellist, kind: type[LicitaError], expected: str) -> None:
    """Control 8.1: scores lock with the signature; control 10.1: a conflict of interest excludes."""
    with pytest.raises(kind) as refused:
        check_may_score(panellist)
    assert code(refused) == expected


def test_a_declared_conflict_is_never_taken_back() -> None:
    check_may_score(DECLARED)
    check_declaration(DECLARED, has_conflict=True)
    with pytest.raises(Conflict):
        check_declaration(replace(DECLARED, has_conflict=True), has_conflict=False)
    with pytest.raises(Conflict):
        check_declaration(DECLARED, has_conflict=False)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (Score("price", Decimal(1), "barato"), "criterion_not_published"),
        (Score("looks", Decimal(1), "bonito"), "criterion_not_published"),
        (Score("quality", Decimal("100.01"), "más que todo"), "score_out_of_range"),
        (Score("quality", Decimal("-0.01"), "menos que nada"), "score_out_of_range"),
        (Score("quality", Decimal("NaN"), "nada"), "score_out_of_range"),
        (Score("quality", Decimal("1e400"), "todo"), "score_out_of_range"),
        (Score("quality", Decimal("1.005"), "muy fino"), "score_too_precise"),
        (Score("quality", Decimal("1e-500"), "finísimo"), "score_too_precise"),
        (Score("quality", Decimal(80), "  "), "score_reason_missing"),
    ],
)
def test_only_published_criteria_in_range_with_a_reason(score: Score, expected: str) -> None:
    """Control 8.1: a criterion not in the notice cannot be added; each score has its reason."""
    with pytest.raises(Invalid) as refused:
        check_scores(opened("x"), "lot-1", [score], CRITERIA)
    assert code(refused) == expected


def test_the_highest_score_itself_is_in_range() -> None:
    check_scores(opened("x"), "lot-1", [Score("quality", Decimal("100.00"), "óptimo")], CRITERIA)


def test_only_announced_bids_can_be_scored() -> None:
    """Control 7.4: what was not announced at the opening is not evaluated."""
    good = [Score("quality", Decimal(80), "bien")]
    failed = opened("x", result="integrity_failure", failure="ciphertext_changed")
    for bid, lot, expected in [
        (None, "lot-1", "bid_not_announced"),
        (opened("x"), "lot-2", "bid_not_announced"),
        (failed, "lot-1", "bid_not_evaluable"),
    ]:
        with pytest.raises(Invalid) as refused:
            check_scores(bid, lot, good, CRITERIA)
        assert code(refused) == expected
    with pytest.raises(Invalid) as refused:
        check_scores(opened("x"), "lot-1", good * 2, CRITERIA)
    assert code(refused) == "criterion_repeated"


def test_missing_scores_name_bid_and_criterion() -> None:
    own = judged(ANA, "x", "80", "10")
    failed = opened("z", result="integrity_failure")
    assert missing_scores([opened("x"), opened("y"), failed], own[:1], CRITERIA) == [
        {"lot": "lot-1", "bid": "x", "criterion": "delivery"},
        {"lot": "lot-1", "bid": "y", "criterion": "quality"},
        {"lot": "lot-1", "bid": "y", "criterion": "delivery"},
    ]


@pytest.mark.parametrize(
    ("panel", "complete"),
    [
        ([signed(ANA)], False),
        ([signed(ANA), signed(BEA)], True),
        ([signed(ANA), signed(BEA), Panellist(CEL)], False),
        ([signed(ANA), signed(BEA), replace(signed(CEL), signed_at=None)], False),
        ([signed(ANA), signed(BEA), replace(signed(CEL), signed_at=None, has_conflict=True)], True),
        ([signed(ANA), replace(signed(BEA), has_conflict=True)], False),
        ([signed(ANA), replace(signed(BEA), on_duty=False)], True),
        ([signed(ANA), signed(BEA), Panellist(CEL, on_duty=False)], True),
    ],
)
def test_the_result_is_final_when_all_on_duty_have_signed(panel: list[Panellist], complete: bool) -> None:  # noqa: FBT001
    """Control 7.7: all evaluators sign before anything financial; one who is excluded must be replaced."""
    assert panel_complete(panel) is complete


def test_a_bid_passes_by_means_and_minimum_and_passing_score() -> None:
    bids = [opened("good"), opened("weak"), opened("slow"), opened("lost", result="integrity_failure", failure="bad")]
    judgements = [
        *judged(ANA, "good", "80", "20"),
        *judged(BEA, "good", "90", "20"),
        *judged(ANA, "weak", "60", "20"),
        *judged(BEA, "weak", "39.98", "20"),
        *judged(ANA, "slow", "50", "0"),
        *judged(BEA, "slow", "50", "0"),
        *judged("conflicted", "good", "0", "0"),
    ]
    panel = [signed(ANA), signed(BEA), replace(signed("conflicted"), has_conflict=True)]
    good, weak, slow, lost = technical_results(bids, judgements, panel, CRITERIA, Decimal(60))
    assert (good.passed, str(good.score)) == (True, "88.75")  # 100 * (30 * .85 + 10) / 40: the excluded do not count
    assert (weak.passed, weak.below) == (False, ("quality",))  # 49.99 on average, and 50 is asked
    assert (slow.passed, slow.below, str(slow.score)) == (False, (), "37.50")
    assert (lost.passed, lost.excluded) == (False, "bad")


def conclusion(reasons: dict[tuple[str, str], str]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    bids = [opened("good"), opened("weak"), opened("odd")]
    judgements = [each for bid in ("good", "odd") for who in (ANA, BEA) for each in judged(who, bid, "80", "20")]
    judgements += [each for who in (ANA, BEA) for each in judged(who, "weak", "0", "0")]
    results = technical_results(bids, judgements, [signed(ANA), signed(BEA)], CRITERIA, Decimal(60))
    priced = {"good": opened("good", amount="1000"), "odd": opened("odd", amount="900", value=pyg(0))}
    prices = {bid: check_price(offer, {}, "PYG") for bid, offer in priced.items()}
    outcome = conclude(results, priced, prices, CRITERIA)
    return outcome, with_reasons(outcome.rejections, reasons)


def test_only_bids_that_passed_with_a_valid_price_are_ranked() -> None:
    outcome, rejections = conclusion({})
    assert [(each.bid, each.rank) for each in outcome.ranking] == [("good", 1)]
    assert {(each.bid, each.stage, each.code) for each in rejections} == {
        ("weak", "technical", "below_minimum"),
        ("odd", "financial", "price_missing"),
    }


def test_a_report_has_no_gaps_when_everybody_signed_and_every_exclusion_is_explained() -> None:
    """Control 8.3: missing rejection reasons and missing conflict declarations are listed."""
    panel = [signed(ANA), signed(BEA)]
    _, bare = conclusion({})
    gaps = find_gaps(panel, technical_final=True, financial_opened=True, rejections=bare)
    assert [gap.as_json() for gap in gaps] == [{"code": "rejection_reason_missing", "lot": "lot-1", "bid": "odd"}]
    _, explained = conclusion({("lot-1", "odd"): "La planilla de precios llegó en cero."})
    assert find_gaps(panel, technical_final=True, financial_opened=True, rejections=explained) == []


def test_the_gaps_of_an_evaluation_that_has_hardly_begun() -> None:
    """Control 8.3."""
    gaps = find_gaps([signed(ANA), Panellist(BEA)], technical_final=False, financial_opened=False, rejections=[])
    assert [gap.code for gap in gaps] == [
        "too_few_evaluators",
        "conflict_declaration_missing",
        "signature_missing",
        "technical_result_missing",
        "financial_opening_missing",
    ]
