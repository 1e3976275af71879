"""Annexes to an acta. The acta itself is never changed."""

from licita_formats.statements import sign_statement

from backbone.clock import rfc3339
from backbone.database import Transaction
from backbone.errors import Conflict, Forbidden
from backbone.principal import Principal
from services.bids.domain import acta
from services.bids.house import House
from services.bids.store import openings, tenders


def add_annex(
    tx: Transaction, house: House, principal: Principal, tender_id: str, envelope: str, reason: str, text: str
) -> str:
    """Adds a signed annex with its reason; returns its statement.

    Raises:
        NotFound: no such tender.
        Forbidden: not an officer of the tender's buyer.
        Conflict: there is no acta yet.
    """
    tender = tenders.find(tx, tender_id)
    if principal.organisation != tender.buyer:
        raise Forbidden("not_of_the_buyer")
    openings.state(tx, tender_id, envelope, lock=True)
    written = openings.acta(tx, tender_id, envelope)
    if written is None:
        raise Conflict("not_opened_yet")
    number = openings.next_annex(tx, tender_id, envelope)
    told = {"reason": reason, "text": text, "author": principal.person, "writtenAt": rfc3339(tx.now())}
    statement = sign_statement(acta.annex(written.sha256, tender, envelope, number, **told), house.signer)
    openings.add_annex(tx, tender_id, envelope, number, statement)
    return statement
