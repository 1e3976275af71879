"""Who may see and touch a tender. Drafts exist for their buyer alone."""

from backbone.errors import Forbidden, NotFound
from backbone.principal import Principal
from services.tenders.domain.tender import Tender


def is_staff(principal: Principal, tender: Tender) -> bool:
    """Whether the caller is of the buyer, with a second factor."""
    own = principal.organisation_kind == "buyer" and principal.organisation == tender.buyer
    return own and principal.has_second_factor


def must_see(principal: Principal, tender: Tender) -> None:
    """Lets pass everybody once it is published, and the buyer's staff before.

    Raises:
        NotFound: a draft of somebody else, which for the caller does not exist.
    """
    if not tender.is_public and not is_staff(principal, tender):
        raise NotFound("tender_unknown", tender=tender.id)


def must_be_buyer(principal: Principal, tender: Tender) -> None:
    """Lets pass the buyer's staff.

    Raises:
        NotFound: a draft of another buyer.
        Forbidden: a published tender of another buyer.
    """
    must_see(principal, tender)
    if not is_staff(principal, tender):
        raise Forbidden("tender_of_another_buyer")
