"""Shapes of a supplier's entry."""

import re
from typing import Any

from babel import Locale
from marshmallow import Schema, fields, validate

from backbone.fields import Instant, Text
from services.vendors.domain.standing import Status
from services.vendors.schemas.common import LONGEST_GROUNDS, CategoryShape, CursorQuery, IdentifierOut
from services.vendors.schemas.debarments import DebarmentOut

# CLDR lists groupings and private codes beside the countries of ISO 3166-1.
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
ALPHA_2 = re.compile("[A-Z]{2}")
COUNTRIES = sorted(set(filter(ALPHA_2.fullmatch, map(str, Locale("en").territories))) - NO_COUNTRIES)
MOST_CATEGORIES = 200
DEBARMENT = DebarmentOut()
TELEPHONE = r"\+?[0-9 ()./-]{6,25}"


class IdentifierIn(Schema):
    """An entry in a register of legal entities, of any country."""

    scheme = Text(60, required=True)
    id = Text(60, required=True)


class AddressShape(Schema):
    """An OCDS address; only the country is needed."""

    street_address = Text(200, shortest=0, data_key="streetAddress", load_default="")
    locality = Text(100, shortest=0, load_default="")
    region = Text(100, shortest=0, load_default="")
    postal_code = Text(20, shortest=0, data_key="postalCode", load_default="")
    country_name = Text(100, shortest=0, data_key="countryName", load_default="")
    country = fields.String(required=True, validate=validate.OneOf(COUNTRIES))


class ContactPointShape(Schema):
    """How to reach the supplier."""

    name = Text(150, required=True)
    email = fields.Email(required=True, validate=validate.Length(max=254))
    telephone = fields.String(load_default="", validate=validate.Regexp(rf"^({TELEPHONE})?\Z"))


class RepresentativeShape(Schema):
    """Who signs for the supplier."""

    name = Text(150, required=True)
    identifier = Text(60, shortest=0, load_default="")


class VendorIn(Schema):
    """A registration."""

    legal_name = Text(250, required=True, data_key="legalName")
    identifier = fields.Nested(IdentifierIn, required=True)
    address = fields.Nested(AddressShape, required=True)
    contact_point = fields.Nested(ContactPointShape, required=True, data_key="contactPoint")
    representative = fields.Nested(RepresentativeShape, load_default=None, allow_none=True)
    categories = fields.List(
        fields.Nested(CategoryShape), load_default=list, validate=validate.Length(max=MOST_CATEGORIES)
    )


class CategoriesIn(Schema):
    """The categories to follow from now on."""

    categories = fields.List(fields.Nested(CategoryShape), required=True, validate=validate.Length(max=MOST_CATEGORIES))


class CategoriesOut(Schema):
    """The categories followed."""

    categories = fields.List(fields.Nested(CategoryShape))


class DecisionOut(Schema):
    """What a registrar decided."""

    act = fields.String()
    status = fields.String(metadata={"description": "after the act"})
    grounds = fields.String()
    decided_by = fields.String(data_key="decidedBy", metadata={"description": "person id"})
    decided_at = Instant(data_key="decidedAt")


def _states(entry: Any) -> Any:
    """All debarments of an entry, with what each is at the instant of the answer."""
    listed = [{"debarment": each, "state": each.state(entry.now)} for each in entry.debarments]
    return DEBARMENT.dump(listed, many=True)


class VendorOut(Schema):
    """A supplier's entry. Only its owner and registrars see more of the address than the country, and the last four."""

    id = fields.UUID(attribute="vendor.id")
    legal_name = fields.String(attribute="vendor.legal_name", data_key="legalName")
    identifier = fields.Nested(IdentifierOut, attribute="vendor.identifier")
    address = fields.Nested(AddressShape)
    status = fields.String(attribute="vendor.standing.status")
    eligible = fields.Boolean(attribute="eligibility.eligible")
    ineligible_because = fields.String(
        attribute="eligibility.reason",
        data_key="ineligibleBecause",
        metadata={"description": "empty, or vendor_debarred, vendor_suspended, vendor_unverified"},
    )
    debarments = fields.Function(_states)
    registered_at = Instant(attribute="vendor.registered_at", data_key="registeredAt")
    contact_point = fields.Nested(ContactPointShape, attribute="private.contact_point", data_key="contactPoint")
    representative = fields.Nested(RepresentativeShape, attribute="private.representative", allow_none=True)
    categories = fields.List(fields.Nested(CategoryShape), attribute="private.categories")
    decisions = fields.List(fields.Nested(DecisionOut), attribute="private.decisions")


class VendorsQuery(CursorQuery):
    """Which entries."""

    status = fields.String(load_default=None, validate=validate.OneOf([each.value for each in Status]))


class VendorPage(Schema):
    """A page of entries."""

    items = fields.List(fields.Nested(VendorOut))
    next = fields.String(allow_none=True)


class VerificationIn(Schema):
    """The outcome of checking a supplier's papers; a refusal needs grounds."""

    decision = fields.String(required=True, validate=validate.OneOf(["verified", "refused"]))
    grounds = Text(LONGEST_GROUNDS, shortest=0, lines=True, load_default="")


class LinkedVendor(Schema):
    """A supplier in a link."""

    id = fields.UUID()
    legal_name = fields.String(data_key="legalName")
    identifier = fields.Nested(IdentifierOut)


class LinkOut(Schema):
    """Two suppliers that share something."""

    id = fields.UUID()
    vendor = fields.Nested(LinkedVendor)
    other = fields.Nested(LinkedVendor)
    shared = fields.String(metadata={"description": "email, telephone, representative or address"})
    flagged_at = Instant(data_key="flaggedAt")


class LinkPage(Schema):
    """A page of links."""

    items = fields.List(fields.Nested(LinkOut))
    next = fields.String(allow_none=True)
