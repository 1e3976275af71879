"""All policies that are loaded, and which of them is in force on a day."""

from collections.abc import Iterable
from datetime import date

from backbone.errors import Invalid, NotFound
from services.tenders.domain.procedure import Policy


class PolicyBook:
    """Policies by procedure and date."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Refuses two policies of one name and date.

        Raises:
            ValueError: a reference is there twice, or nothing at all.
        """
        self._policies = sorted(policies, key=lambda each: (each.id, each.dated))
        references = [each.reference for each in self._policies]
        if not references or len(set(references)) != len(references):
            raise ValueError(f"policies must be there once each: {', '.join(references) or 'none'}")

    def all(self) -> list[Policy]:
        """Every policy, by name and date."""
        return list(self._policies)

    def in_force(self, procedure: str, day: date) -> Policy:
        """The newest policy of a procedure that is in force on `day`.

        Raises:
            Invalid: there is none.
        """
        fitting = [each for each in self._policies if each.procedure == procedure and each.dated <= day]
        if not fitting:
            raise Invalid("procedure_without_policy", procedure=procedure, day=day.isoformat())
        return max(fitting, key=lambda each: each.dated)

    def versions(self, policy_id: str) -> list[Policy]:
        """All versions of one policy, oldest first.

        Raises:
            NotFound: there is none of this name.
        """
        found = [each for each in self._policies if each.id == policy_id]
        if not found:
            raise NotFound("policy_unknown", policy=policy_id)
        return found
