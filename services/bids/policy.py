"""Who may call what. Whatever has no row is denied."""

from collections.abc import Mapping

from backbone.policy import PUBLIC, Rule, only

BIDDER = only("supplier_admin", second_factor=False)
MEMBER = only("committee_member", fresh=True)
READERS = only("evaluator", "officer", "approver", "awarder", "committee_member", "auditor", "reviewer")

ROUTES: Mapping[str, Rule] = {
    "terms": PUBLIC,
    "request_upload": BIDDER,
    "submit_bid": BIDDER,
    "replace_bid": BIDDER,
    "withdraw_bid": BIDDER,
    "list_own_bids": BIDDER,
    "list_own_receipts": BIDDER,
    "get_opening": PUBLIC,
    "get_shares": MEMBER,
    "hand_in_shares": MEMBER,
    "get_acta": PUBLIC,
    "get_acta_page": PUBLIC,
    "add_annex": only("officer"),
    "get_opened_document": READERS,
}

RPCS: Mapping[str, frozenset[str]] = {
    "/licita.bids.v1.BidsService/GetOpening": frozenset({"tenders", "audit", "portal"}),
}
