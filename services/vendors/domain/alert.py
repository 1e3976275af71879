"""What an alert tells of a published or amended tender."""

from dataclasses import dataclass
from datetime import datetime

from services.vendors.domain.category import Category, keys_above


@dataclass(frozen=True)
class Tender:
    """The part of a notice that followers need in order to decide whether to look."""

    id: str
    ocid: str
    title: str
    buyer_name: str
    notice_version: int
    tender_period_end: datetime
    classifications: tuple[Category, ...]

    def keys(self) -> set[tuple[str, str]]:
        """Keys of the categories whose followers are alerted."""
        return {key for item in self.classifications for key in keys_above(item)}
