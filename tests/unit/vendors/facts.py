"""Facts that the register's unit tests begin with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.vendors.domain.debarment import Debarment
from services.vendors.domain.vendor import Address, ContactPoint, Identifier, Vendor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def debarment(**changes: Any) -> Debarment:
    """One that began a day before noon and ends a day after."""
    usual = Debarment(
        id="d1",
        vendor="v1",
        grounds="Documento adulterado",
        authority="Autoridad de contrataciones",
        legal_basis="Ley 7021/22",
        starts_at=NOON - DAY,
        ends_at=NOON + DAY,
    )
    return replace(usual, **changes)


def vendor(**changes: Any) -> Vendor:
    """A supplier with everything that can be shared."""
    usual = Vendor(
        id="v1",
        legal_name="Ferretería Central S.A.",
        identifier=Identifier("PY-RUC", "80012345-6"),
        address=Address(country="PY", street_address="Av. España 1234", locality="Asunción"),
        contact_point=ContactPoint("Ventas", "Ventas@Ferreteria.example", "+595 (21) 123-456"),
    )
    return replace(usual, **changes)
