"""A supplier's standing and the acts that change it.

Debarment is not here: it is orthogonal, has a period of its own and ends by itself (`debarment.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backbone.errors import Conflict


class Status(StrEnum):
    """Where a supplier stands in the register."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Act(StrEnum):
    """What a registrar may decide about a supplier."""

    VERIFY = "verify"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


@dataclass(frozen=True)
class Standing:
    """`resumes` is the status that a reinstatement gives back; set while suspended and only then."""

    status: Status = Status.REGISTERED
    resumes: Status | None = None


# What is not in the table is refused. RESUME stands for the status from before the suspension.
RESUME = "resume"
TRANSITIONS: Mapping[tuple[Status, Act], Status | str] = {
    (Status.REGISTERED, Act.VERIFY): Status.VERIFIED,
    (Status.REGISTERED, Act.REFUSE): Status.REFUSED,
    (Status.REFUSED, Act.VERIFY): Status.VERIFIED,
    (Status.VERIFIED, Act.REFUSE): Status.REFUSED,
    (Status.REGISTERED, Act.SUSPEND): Status.SUSPENDED,
    (Status.VERIFIED, Act.SUSPEND): Status.SUSPENDED,
    (Status.REFUSED, Act.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Act.REINSTATE): RESUME,
}


def after(standing: Standing, act: Act) -> Standing:
    """The standing after an act.

    Raises:
        Conflict: the status does not allow the act.
    """
    target = TRANSITIONS.get((standing.status, act))
    if target is None:
        raise Conflict("act_not_allowed", act=act, status=standing.status)
    if target == RESUME:
        return Standing(standing.resumes or Status.REGISTERED)
    if target == Status.SUSPENDED:
        return Standing(Status.SUSPENDED, resumes=standing.status)
    return Standing(Status(target))
