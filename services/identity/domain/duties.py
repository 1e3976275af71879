"""Duties in one tender and the pairs of them that nobody may hold together (control 10.1)."""

from collections.abc import Iterable, Mapping

DRAFTER, APPROVER, COMMITTEE_MEMBER, EVALUATOR, AWARDER = (
    "drafter", "approver", "committee_member", "evaluator", "awarder",
)  # fmt: skip
DUTIES = (DRAFTER, APPROVER, COMMITTEE_MEMBER, EVALUATOR, AWARDER)
# Drafting is no appointment: who drafted is told by the tender's own events.
ASSIGNABLE = (APPROVER, COMMITTEE_MEMBER, EVALUATOR, AWARDER)
# A duty needs the role of its name in the buyer's organisation.
ROLE_NEEDED: Mapping[str, str] = {each: each for each in ASSIGNABLE}
INCOMPATIBLE = frozenset(
    {
        frozenset({DRAFTER, APPROVER}),
        frozenset({EVALUATOR, AWARDER}),
        frozenset({COMMITTEE_MEMBER, EVALUATOR}),
    }
)


def clashing(duty: str, held: Iterable[str]) -> str | None:
    """The first held duty, by name, with which `duty` may not be held; None if it may."""
    return next((each for each in sorted(held) if frozenset({duty, each}) in INCOMPATIBLE), None)
