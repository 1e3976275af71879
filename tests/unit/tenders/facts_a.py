"""Facts that the unit tests of preparation begin with."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from licita_formats.age import Identity

from backbone.money import Money
from services.tenders.domain.committee import Committee, appoint, open_canary, register_key
from services.tenders.domain.content import Content, Criterion, Item, Lot
from services.tenders.domain.document import DocumentVersion
from services.tenders.domain.procedure import Closing, Derogation, Policy
from services.tenders.domain.tender import Stage, Tender

# A Monday, 09:00 in Asunción (UTC-3 all year since 2024).
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
OFFICE_HOURS = Closing(("mon", "tue", "wed", "thu", "fri"), time(8), time(16), "PY")


def policy(**changes: Any) -> Policy:
    """Thirty days, no working days unless a test asks for them."""
    usual = Policy(
        id="test",
        dated=date(2026, 1, 1),
        procedure="open-two-envelopes",
        title={"es": "Licitación abierta", "en": "Open procedure"},
        cites=("a rule made for tests",),
        envelopes=("technical", "financial"),
        minimum_tender_period=30 * DAY,
        enquiry_cutoff=10 * DAY,
        answer_cutoff=6 * DAY,
        standstill=10 * DAY,
        opening_window=timedelta(hours=2),
        retention=1095 * DAY,
        minimum_bids=1,
        max_envelope_bytes=1_000_000,
        passing_score=Decimal(60),
        derogations=(Derogation("urgency", "a ground made for tests", 15 * DAY),),
    )
    return replace(usual, **changes)


def lot(name: str = "lote-1", item: str = "item-1", quantity: str = "20") -> Lot:
    """A lot of one item."""
    thing = Item(item, "Módems con interfaces", "UNSPSC", "43221806", Decimal(quantity), "Unidad")
    return Lot(name, f"Título de {name}", Money(Decimal(1000), "PYG"), (thing,))


def content(**changes: Any) -> Content:
    """A complete notice of one lot, open for thirty days from `NOW`."""
    usual = Content(
        title="Adquisición de módems",
        description="Provisión de módems con interfaces.",
        language="es",
        main_procurement_category="goods",
        procedure="open-two-envelopes",
        value=Money(Decimal(1000), "PYG"),
        lots=(lot(),),
        criteria=(
            Criterion("calidad", "Calidad", "technical", Decimal(40), Decimal(100), Decimal(50)),
            Criterion("precio", "Precio", "financial", Decimal(60), Decimal(100)),
        ),
        tender_period_end=NOW + 30 * DAY,
        opening_at=NOW + 30 * DAY,
        enquiry_period_end=NOW + 20 * DAY,
        time_zone="America/Asuncion",
    )
    return replace(usual, **changes)


def tender(**changes: Any) -> Tender:
    """A draft of `content` under `policy`."""
    usual = Tender(
        id="t1",
        ocid="ocds-213czf-t1",
        buyer="b1",
        buyer_name="Municipalidad de prueba",
        state=Stage.DRAFT,
        drafter="drafter",
        content=content(),
        policy=policy(),
        created_at=NOW,
    )
    return replace(usual, **changes)


def document(**changes: Any) -> DocumentVersion:
    """The first version of a first document."""
    usual = DocumentVersion(
        document="d1",
        version=1,
        position=1,
        title="Pliego de bases y condiciones",
        document_type="biddingDocuments",
        language="es",
        format="application/pdf",
        file_name="pliego.pdf",
        sha256="ab" * 32,
        size=100,
        object_key="t1/d1/1",
        reason="",
        uploaded_by="drafter",
        uploaded_at=NOW,
    )
    return replace(usual, **changes)


def proven_committee(*people: str) -> Committee:
    """A committee (two of three unless said otherwise) of which every member has shown a key."""
    committee = appoint(2, people or ("m1", "m2", "m3"), None)
    members = []
    for each in committee.members:
        keyed = register_key(committee, each.member, str(Identity.generate().recipient), b"canary")
        known = replace(committee, members=(keyed,))
        members.append(open_canary(known, each.member, b"canary", NOW))
    return replace(committee, members=tuple(members))
