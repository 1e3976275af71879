"""Signed papers: the evaluation report, award letters, complaint receipts, contracts."""

from dataclasses import dataclass
from datetime import datetime

REPORT, LETTER, COMPLAINT, CONTRACT = "report", "letter", "complaint", "contract"


@dataclass(frozen=True)
class Paper:
    """One signed paper. `sha256` is of the canonical JSON; `statement` is the signed note around it."""

    id: str
    tender: str
    kind: str
    subject: str
    sha256: str
    statement: str
    issued_at: datetime
    object_key: str = ""
    read_at: datetime | None = None
