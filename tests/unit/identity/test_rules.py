"""The laws about roles, duties, passwords and waiting, without a database."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.identity.credentials import second_factor
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.vault import Vault
from services.identity.domain.account import dormant, normal_email, weak
from services.identity.domain.duties import DUTIES, INCOMPATIBLE, clashing
from services.identity.domain.roles import ALL_ROLES, ROLES, STAFF_ROLES, clash, may_grant, strange_roles
from services.identity.domain.throttle import FREE_FAILURES, LONGEST_DELAY, Attempts, delay

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("first", "second"), list(combinations(DUTIES, 2)))
def test_forbidden_pairs_of_duties_clash_both_ways(first: str, second: str) -> None:
    """Control 10.1, from the table: each pair, in both orders."""
    forbidden = frozenset({first, second}) in INCOMPATIBLE
    assert (clashing(first, [second]) == second) is forbidden
    assert (clashing(second, [first]) == first) is forbidden


@pytest.mark.parametrize(
    ("drafter", "held"), [("approver", "drafter"), ("evaluator", "awarder"), ("committee_member", "evaluator")]
)
def test_the_law_names_these_pairs(drafter: str, held: str) -> None:
    """Control 10.1: drafter ≠ approver, evaluator ≠ awarder, opener ≠ evaluator."""
    assert clashing(drafter, [held]) == held


@given(st.sets(st.sampled_from(sorted(ALL_ROLES)), min_size=2))
def test_administrator_and_auditor_hold_no_other_role(roles: set[str]) -> None:
    """Controls 9.5, 10.1, 10.2."""
    if roles & {"platform_admin", "auditor"}:
        assert clash(roles) is not None


@given(st.sets(st.sampled_from(sorted(ALL_ROLES - {"org_admin"})), min_size=1))
def test_the_platforms_administrator_appoints_nobody_to_a_procurement(roles: set[str]) -> None:
    """Control 10.2: only a buyer's first administrator, never an officer, evaluator or opener."""
    for own in (True, False):
        assert not may_grant(frozenset({"platform_admin"}), own=own, kind="buyer", roles=roles)


@pytest.mark.parametrize("kind", sorted(ROLES))
def test_an_organisation_has_the_roles_of_its_kind_only(kind: str) -> None:
    assert strange_roles(kind, ROLES[kind]) == []
    assert strange_roles(kind, ALL_ROLES) == sorted(ALL_ROLES - ROLES[kind])


@given(st.integers(0, 5_000))
def test_the_wait_never_shrinks_and_has_an_end(failures: int) -> None:
    assert delay(failures) <= delay(failures + 1) <= LONGEST_DELAY
    assert (delay(failures) == timedelta(0)) is (failures < FREE_FAILURES)


def test_a_quiet_day_forgets_failures() -> None:
    counted = Attempts(9, NOW)
    assert counted.another(NOW + timedelta(minutes=1)).failures == 10
    assert counted.another(NOW + timedelta(days=1)).failures == 1


@pytest.mark.parametrize(
    ("days", "role", "asleep"), [(89, "officer", False), (90, "officer", True), (400, "supplier_admin", False)]
)
def test_staff_fall_dormant_after_ninety_days(days: int, role: str, asleep: bool) -> None:  # noqa: FBT001 - the expected answer
    """Control 10.3: 90 days idle, then locked."""
    assert dormant(NOW - timedelta(days=days), [role], NOW) is asleep
    assert (role in STAFF_ROLES) is (role != "supplier_admin")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "somebody@town.example!!"])
def test_weak_passwords_are_told(password: str) -> None:
    assert weak(password, "somebody@town.example")


def test_an_address_has_one_form() -> None:
    assert normal_email("  Compras@Pueblo.EXAMPLE ") == "compras@pueblo.example"


def test_a_password_verifies_and_nobody_has_none() -> None:
    passwords = Passwords(1, 1024)
    kept = passwords.hash("una frase muy larga")
    assert passwords.verify(kept, "una frase muy larga")
    assert not passwords.verify(kept, "otra frase muy larga")
    assert not passwords.verify("", "")


def test_codes_are_taken_one_step_to_either_side() -> None:
    secret = second_factor.new_secret()
    present = int(NOW.timestamp()) // 30
    taken = [second_factor.step_of(secret, pyotp.TOTP(secret).generate_otp(present + off), NOW) for off in range(-2, 3)]
    assert taken == [None, present - 1, present, present + 1, None]


def test_a_second_factors_secret_opens_for_its_person_alone() -> None:
    vault = Vault(Ed25519PrivateKey.generate())
    sealed = vault.seal("JBSWY3DPEHPK3PXP", "person-1")
    assert vault.open(sealed, "person-1") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(ValueError, match="does not open"):
        vault.open(sealed, "person-2")
    assert b"JBSWY3DPEHPK3PXP" not in sealed
