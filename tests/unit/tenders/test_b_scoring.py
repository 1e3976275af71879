"""The arithmetic of scores and prices."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tenders.domain.offers import check_price
from services.tenders.domain.scoring import (
    Candidate,
    average,
    financial_score,
    half_up,
    rank_lot,
    technical_score,
    total_score,
)
from tests.unit.tenders.facts_b import CRITERIA, DELIVERY, PRICE, QUALITY, item, opened, pyg

WANTED = {"modem": Decimal(20), "cable": Decimal("2.5")}


def test_half_up_rounds_a_tie_upwards() -> None:
    assert half_up(Fraction(1, 200)) == Decimal("0.01")
    assert str(half_up(Fraction(2, 3) * 100)) == "66.67"
    assert str(half_up(Fraction(0))) == "0.00"


def test_technical_score_weighs_exact_means() -> None:
    means = {"quality": average([Decimal(80), Decimal(85), Decimal(85)]), "delivery": Fraction(15)}
    # 100 * (30 * (250/3)/100 + 10 * 15/20) / 40 = 81.25
    assert str(technical_score(means, [QUALITY, DELIVERY])) == "81.25"
    assert str(technical_score({}, [])) == "0.00"


def test_the_lowest_price_gets_all_points_and_the_others_in_proportion() -> None:
    assert str(financial_score(pyg(900), pyg(900))) == "100.00"
    assert str(financial_score(pyg(1350), pyg(900))) == "66.67"
    assert str(financial_score(pyg(1800), pyg(900))) == "50.00"


def test_total_follows_the_published_weights() -> None:
    assert str(total_score(Decimal("81.25"), Decimal("66.67"), CRITERIA)) == "72.50"
    assert str(total_score(Decimal("0.00"), Decimal("100.00"), [PRICE])) == "60.00"


def candidate(bid: str, technical: str, price: int, minutes: int = 0) -> Candidate:
    announced = opened(bid, minutes=minutes)
    return Candidate("lot-1", bid, f"bidder-of-{bid}", Decimal(technical), pyg(price), announced.received_at)


def order(candidates: Sequence[Candidate]) -> list[str]:
    return [each.bid for each in rank_lot(candidates, CRITERIA)]


def test_the_best_total_wins() -> None:
    assert order([candidate("dear", "90.00", 2000), candidate("cheap", "80.00", 1000)]) == ["cheap", "dear"]
    assert rank_lot([], CRITERIA) == []


def test_a_tie_goes_to_the_lower_price_then_to_the_earlier_receipt() -> None:
    # (75 * 40 + 100 * 60) / 100 = 90 = (90 * 40 + 90 * 60) / 100
    assert order([candidate("dear", "90.00", 1000), candidate("low", "75.00", 900)]) == ["low", "dear"]
    assert order([candidate("late", "75.00", 900, 5), candidate("early", "75.00", 900, 4)]) == ["early", "late"]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 10**12), st.integers(0, 99)), min_size=1, max_size=8))
def test_ranking_is_total_stable_and_within_bounds(rows: list[tuple[int, int, int]]) -> None:
    candidates = [
        candidate(f"b{place}", str(Decimal(score).scaleb(-2)), price, minutes)
        for place, (score, price, minutes) in enumerate(rows)
    ]
    ranking = rank_lot(candidates, CRITERIA)
    assert [each.rank for each in ranking] == list(range(1, len(rows) + 1))
    assert [each.bid for each in rank_lot(candidates[::-1], CRITERIA)] == [each.bid for each in ranking]
    totals = [each.total for each in ranking]
    assert totals == sorted(totals, reverse=True)
    assert all(0 <= each.financial <= 100 and 0 <= each.total <= 100 for each in ranking)
    assert max(each.financial for each in ranking) == 100


def test_an_offer_whose_sums_are_right_stands_as_announced() -> None:
    offer = opened("x", amount="2010", items=(item("modem", "20", "100"), item("cable", "2.5", "4")))
    check = check_price(offer, WANTED, "PYG")
    assert check.value == pyg(2010)
    assert check.findings == ()


def test_unit_prices_prevail_and_both_sums_are_reported() -> None:
    offer = opened("x", amount="2000", items=(item("modem", "20", "100"), item("cable", "2.5", "4")))
    check = check_price(offer, WANTED, "PYG")
    assert check.value == pyg(2010)
    assert [(each.code, each.stated, each.expected) for each in check.findings] == [("sum_differs", "2000", "2010")]


def test_a_line_is_rounded_half_up_to_the_currency() -> None:
    offer = opened("x", amount="2008", items=(item("modem", "20", "100"), item("cable", "2.5", "3")))
    assert check_price(offer, WANTED, "PYG").value == pyg(2008)  # 2.5 * 3 = 7.5 guaraníes, counted as 8


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": (item("modem", "20", "100"),)}, "item_missing"),
        ({"items": (item("modem", "20", "100"), item("cable", "2.5", "4"), item("x", "1", "1"))}, "item_unknown"),
        ({"items": (item("modem", "19", "100"), item("cable", "2.5", "4"))}, "quantity_differs"),
        ({"items": (item("modem", "20", "1"), item("modem", "20", "1"), item("cable", "2.5", "4"))}, "item_repeated"),
        ({"items": (item("modem", "20", "100", "USD"), item("cable", "2.5", "4"))}, "currency_differs"),
        ({"items": (item("modem", "20", "0"), item("cable", "2.5", "0"))}, "price_missing"),
        ({"value": None}, "price_missing"),
        ({"value": pyg(0)}, "price_missing"),
        ({"result": "integrity_failure", "failure": "ciphertext_changed"}, "ciphertext_changed"),
    ],
)
def test_what_cannot_be_compared_has_no_price(changes: dict[str, Any], code: str) -> None:
    check = check_price(opened("x", amount="2010", **changes), WANTED, "PYG")
    assert check.value is None
    assert code in {each.code for each in check.findings}


def test_another_currency_than_the_lots_cannot_be_compared() -> None:
    assert check_price(opened("x", amount="10"), {}, "USD").value is None


def test_a_lump_sum_stands_and_the_report_says_so() -> None:
    check = check_price(opened("x", amount="10"), WANTED, "PYG")
    assert check.value == pyg(10)
    assert [each.code for each in check.findings] == ["items_not_priced"]
