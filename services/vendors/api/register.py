"""Routes of the register: registering, reading, deciding, following."""

from typing import Any

from backbone.acts import Call
from services.vendors.api import doors
from services.vendors.commands import decide, register
from services.vendors.domain.category import Category
from services.vendors.domain.standing import Act
from services.vendors.domain.vendor import Address, ContactPoint, Identifier, Representative, Vendor
from services.vendors.queries import register as queries
from services.vendors.schemas.common import CursorQuery, Grounds
from services.vendors.schemas.evidence import AlertPage
from services.vendors.schemas.vendors import (
    CategoriesIn,
    CategoriesOut,
    LinkPage,
    VendorIn,
    VendorOut,
    VendorPage,
    VendorsQuery,
    VerificationIn,
)


@doors.act("POST", "/v1/vendors", body=VendorIn, returns=VendorOut, status=201)
def register_vendor(call: Call, body: dict[str, Any]) -> Any:
    """Registers the caller's organisation as a supplier. Suppliers of any country may bid from then on."""
    person = body["representative"]
    vendor = Vendor(
        id=call.principal.organisation,
        legal_name=body["legal_name"],
        identifier=Identifier.normalised(body["identifier"]["scheme"], body["identifier"]["id"]),
        address=Address(**body["address"]),
        contact_point=ContactPoint(**body["contact_point"]),
        representative=Representative(**person) if person else None,
        categories=_categories(body),
    )
    return queries.describe(call.tx, call.principal, register.register_vendor(call.tx, call.principal, vendor))


@doors.ask("/v1/vendors", query=VendorsQuery, returns=VendorPage)
def list_vendors(call: Call, query: dict[str, Any]) -> Any:
    """The register, for registrars."""
    return _page(queries.list_vendors(call.tx, query["status"], query["cursor"]))


@doors.ask("/v1/vendors/<uuid:vendor_id>", returns=VendorOut)
def show_vendor(call: Call) -> Any:
    """One entry: what is public, or all of it for its owner and registrars."""
    return queries.show_vendor(call.tx, call.principal, vendor_of(call))


@doors.act("POST", "/v1/vendors/<uuid:vendor_id>/verification", body=VerificationIn, returns=VendorOut, status=201)
def verify_vendor(call: Call, body: dict[str, Any]) -> Any:
    """Verifies a supplier, or refuses to with grounds."""
    if body["decision"] == "verified":
        decided = decide.verify_vendor(call.tx, call.principal, vendor_of(call))
        return queries.describe(call.tx, call.principal, decided)
    return _decide(call, Act.REFUSE, body)


@doors.act("POST", "/v1/vendors/<uuid:vendor_id>/suspension", body=Grounds, returns=VendorOut, status=201)
def suspend_vendor(call: Call, body: dict[str, Any]) -> Any:
    """Suspends a supplier until reinstated."""
    return _decide(call, Act.SUSPEND, body)


@doors.act("POST", "/v1/vendors/<uuid:vendor_id>/reinstatement", body=Grounds, returns=VendorOut, status=201)
def reinstate_vendor(call: Call, body: dict[str, Any]) -> Any:
    """Ends a suspension; the supplier stands as before it."""
    return _decide(call, Act.REINSTATE, body)


def _decide(call: Call, act: Act, body: dict[str, Any]) -> Any:
    decided = decide.decide_with_grounds(call.tx, call.principal, vendor_of(call), act, body["grounds"])
    return queries.describe(call.tx, call.principal, decided)


@doors.act("PUT", "/v1/vendors/<uuid:vendor_id>/categories", body=CategoriesIn, returns=CategoriesOut)
def follow_categories(call: Call, body: dict[str, Any]) -> Any:
    """Follows these categories and no others; tenders in them are alerted."""
    return register.follow_categories(call.tx, call.principal, vendor_of(call), _categories(body))


@doors.ask("/v1/vendors/<uuid:vendor_id>/alerts", query=CursorQuery, returns=AlertPage)
def list_alerts(call: Call, query: dict[str, Any]) -> Any:
    """The supplier's alerts, oldest first."""
    return _page(queries.list_alerts(call.tx, call.principal, vendor_of(call), query["cursor"]))


@doors.ask("/v1/linked-vendors", query=CursorQuery, returns=LinkPage)
def list_linked_vendors(call: Call, query: dict[str, Any]) -> Any:
    """Suppliers that share a trait, for auditors: which one, never its value."""
    return _page(queries.list_links(call.tx, query["cursor"]))


def vendor_of(call: Call) -> str:
    """The supplier that the address names."""
    return str(call.path["vendor_id"])


def _categories(body: dict[str, Any]) -> tuple[Category, ...]:
    return tuple(Category(**each) for each in body["categories"])


def _page(found: tuple[list[Any], str | None]) -> dict[str, Any]:
    return {"items": found[0], "next": found[1]}
