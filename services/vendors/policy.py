"""Who may call what; what is not here is refused."""

from collections.abc import Mapping

from backbone.policy import PUBLIC, Rule, only

SUPPLIER = only("supplier_admin", second_factor=False)
# Registrars need their second factor here too, which queries/register.py asks for: suppliers have none to give.
SUPPLIER_OR_REGISTRAR = only("supplier_admin", "registrar", second_factor=False)
REGISTRAR = only("registrar")

ROUTES: Mapping[str, Rule] = {
    "register_vendor": SUPPLIER,
    "show_vendor": PUBLIC,
    "list_vendors": REGISTRAR,
    "verify_vendor": REGISTRAR,
    "suspend_vendor": REGISTRAR,
    "reinstate_vendor": REGISTRAR,
    "follow_categories": SUPPLIER,
    "list_alerts": SUPPLIER,
    "list_linked_vendors": only("auditor"),
    "add_evidence": SUPPLIER,
    "list_evidence": SUPPLIER_OR_REGISTRAR,
    "download_evidence": SUPPLIER_OR_REGISTRAR,
    "debar_vendor": REGISTRAR,
    "lift_debarment": REGISTRAR,
    "list_debarments": PUBLIC,
}

RPCS: Mapping[str, frozenset[str]] = {
    "/licita.vendors.v1.VendorsService/CheckEligibility": frozenset({"bids", "tenders"}),
    "/licita.vendors.v1.VendorsService/DescribeVendors": frozenset({"bids", "tenders", "portal"}),
}
