"""Which followers hear of an item, and until when a paper holds."""

from datetime import datetime

import pytest

from backbone.errors import Conflict, Invalid
from services.vendors.commands.register import distinct
from services.vendors.domain.category import Category, keys_above
from services.vendors.domain.evidence import Evidence, check_validity, check_verifiable
from tests.unit.vendors.facts import DAY, INSTANT, NOON

UNSPSC = "UNSPSC"


@pytest.mark.parametrize(
    ("followed", "item", "heard"),
    [
        (("UNSPSC", "43211503"), ("UNSPSC", "43211503"), True),
        (("unspsc ", "43210000"), ("UNSPSC", "43211503"), True),
        (("UNSPSC", "43000000"), ("UNSPSC", "43211503-001"), True),
        (("UNSPSC", "43211503"), ("UNSPSC", "43211503-001"), True),
        (("UNSPSC", "43211503-001"), ("UNSPSC", "43211503-002"), False),
        (("UNSPSC", "43211503-001"), ("UNSPSC", "43211503"), False),
        (("UNSPSC", "44000000"), ("UNSPSC", "43211503"), False),
        (("CPV", "30200000-1"), ("CPV", "30213100-6"), True),
        (("CPV", "30213100"), ("CPV", "30200000-1"), False),
        (("CPV", "43211503"), ("UNSPSC", "43211503"), False),
        (("Catálogo nacional", "A-12"), ("catálogo  nacional", "a-12"), True),
        (("Catálogo nacional", "A"), ("Catálogo nacional", "A-12"), False),
    ],
)
def test_followers_hear_of_their_category_and_all_below(
    followed: tuple[str, str],
    item: tuple[str, str],
    heard: bool,  # noqa: FBT001  a table's column
) -> None:
    """Control 1.6, in part: a matching tender is alerted, another is not."""
    assert (Category(*followed).key in keys_above(Category(*item))) is heard


def test_a_category_is_followed_once() -> None:
    first, second, again = Category("CPV", "30200000-1"), Category("CPV", "45000000"), Category("cpv", "30200000")
    assert [each.key for each in distinct([first, second, again])] == [first.key, second.key]


def paper(valid_until: datetime | None) -> Evidence:
    return Evidence("e1", "v1", "tax_compliance", "Constancia", "c.pdf", "application/pdf", 5, "00", valid_until, NOON)


@pytest.mark.parametrize(
    ("valid_until", "validity"),
    [
        (None, "valid"),
        (NOON + 31 * DAY, "valid"),
        (NOON + 30 * DAY, "expiring"),
        (NOON + INSTANT, "expiring"),
        (NOON, "expired"),
        (NOON - DAY, "expired"),
    ],
)
def test_a_paper_holds_to_before_its_last_instant(valid_until: datetime | None, validity: str) -> None:
    """Control 3.6, in part: expiring papers are told before they expire."""
    assert paper(valid_until).validity(NOON) == validity


def test_an_expired_paper_is_no_evidence() -> None:
    check_validity(None, NOON)
    check_validity(NOON + INSTANT, NOON)
    with pytest.raises(Invalid, match="evidence_expired"):
        check_validity(NOON, NOON)


def test_nobody_is_verified_on_nothing() -> None:
    check_verifiable([paper(NOON), paper(NOON + DAY)], NOON)
    for papers in ([], [paper(NOON)]):
        with pytest.raises(Conflict, match="evidence_missing"):
            check_verifiable(papers, NOON)
