"""A supplier as registered, and what makes two registrations the same or linked."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backbone.errors import Invalid
from services.vendors.domain.category import Category
from services.vendors.domain.standing import Standing

SCHEME = re.compile(r"[A-Z]{2}[A-Z_]{0,6}-[A-Z0-9_-]{1,30}")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")
MOST_IDENTIFIER_CHARACTERS = 40


@dataclass(frozen=True)
class Identifier:
    """A legal entity's entry in a register, in the one form in which it is compared and kept."""

    scheme: str
    id: str

    @classmethod
    def normalised(cls, scheme: str, number: str) -> "Identifier":
        """From what a person typed: compatibility forms unified (NFKC), capitals, no blanks, one kind of dash.

        Raises:
            Invalid: the scheme is not of the form of org-id.guide's codes (`PY-RUC`), or the number has none or too
                many characters, or others than letters, digits and `- . / _`.
        """
        found = cls(_compact(scheme), _compact(number))
        if not SCHEME.fullmatch(found.scheme):
            raise Invalid("identifier_scheme_malformed", scheme=found.scheme[:MOST_IDENTIFIER_CHARACTERS])
        usual = all(character.isalnum() or character in "-./_" for character in found.id)
        within = len(found.id) <= MOST_IDENTIFIER_CHARACTERS and any(character.isalnum() for character in found.id)
        if not usual or not within:
            raise Invalid("identifier_malformed", identifier=found.id[:MOST_IDENTIFIER_CHARACTERS])
        return found


def _compact(typed: str) -> str:
    capitals = unicodedata.normalize("NFKC", typed).upper()
    return DASHES.sub("-", "".join(unicodedata.normalize("NFKC", capitals).split()))


@dataclass(frozen=True)
class Address:
    """`country` is ISO 3166-1 alpha-2; the rest as the supplier wrote it."""

    country: str
    country_name: str = ""
    street_address: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True)
class ContactPoint:
    """How to reach the supplier. Personal data: never in events, shown to its owner and to registrars."""

    name: str
    email: str
    telephone: str = ""


@dataclass(frozen=True)
class Representative:
    """The person who signs for the supplier; `identifier` is of their identity document, where given. Personal data."""

    name: str
    identifier: str = ""


@dataclass(frozen=True)
class Vendor:
    """A registered supplier; `id` is the supplier's organisation id."""

    id: str
    legal_name: str
    identifier: Identifier
    address: Address
    contact_point: ContactPoint
    representative: Representative | None = None
    categories: tuple[Category, ...] = ()
    standing: Standing = field(default_factory=Standing)
    registered_at: datetime | None = None


def traits(vendor: Vendor) -> Mapping[str, str]:
    """What linked suppliers would share, each in a form that survives other spellings; unknown ones are left out."""
    contact, person, address = vendor.contact_point, vendor.representative, vendor.address
    found = {
        "email": contact.email.strip().casefold(),
        "telephone": "".join(character for character in contact.telephone if character.isdigit()).lstrip("0"),
        "representative": _folded(person.identifier or person.name) if person else "",
        "address": _folded(f"{address.street_address} {address.locality} {address.country}")
        if address.street_address
        else "",
    }
    return {name: value for name, value in found.items() if value}


def _folded(text: str) -> str:
    """Letters and digits alone, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalnum())
