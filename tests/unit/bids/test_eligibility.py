"""Eligibility from the own copy of the register."""

from datetime import timedelta

import pytest

from backbone.errors import Forbidden
from services.bids.domain.eligibility import Debarment, check_eligible, decide_locally
from tests.unit.bids.samples import DEADLINE, MICROSECOND

DAY = timedelta(days=1)
PERIOD = Debarment(DEADLINE, DEADLINE + DAY)


@pytest.mark.parametrize("status", ["registered", "verified"])
def test_registered_suppliers_may_bid(status: str) -> None:
    check_eligible(decide_locally(status, [], DEADLINE))


@pytest.mark.parametrize(
    ("status", "code"), [(None, "vendor_unknown"), ("suspended", "vendor_suspended"), ("refused", "vendor_unverified")]
)
def test_others_may_not(status: str | None, code: str) -> None:
    with pytest.raises(Forbidden, match=code):
        check_eligible(decide_locally(status, [], DEADLINE))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (DEADLINE - MICROSECOND, ""),
        (DEADLINE, "vendor_debarred"),
        (DEADLINE + DAY - MICROSECOND, "vendor_debarred"),
        (DEADLINE + DAY, ""),
    ],
)
def test_a_debarment_holds_in_its_period(at: object, reason: str) -> None:
    assert decide_locally("verified", [PERIOD], at).reason == reason  # type: ignore[arg-type]
