"""Bids on real servers, with everybody who takes part: a buyer's committee, suppliers, and events of other services."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient
from google.protobuf.message import Message as ProtoMessage
from google.protobuf.timestamp_pb2 import Timestamp
from licita.common.v1.party_pb2 import Party
from licita.tenders.v1.events_pb2 import NoticeAmended, TechnicalEvaluationFinalised, TechnicalResult, TenderPublished
from licita.tenders.v1.notice_pb2 import Committee as NoticeCommittee
from licita.tenders.v1.notice_pb2 import Lot, Notice
from licita.tenders.v1.notice_pb2 import Member as NoticeMember
from licita.vendors.v1.events_pb2 import VendorRegistered
from licita_formats.age import Identity
from licita_formats.sealed_bid import Committee, Context, Document, Member, Sealed, open_share, seal
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from backbone.bus import Delivered, Message
from backbone.clock import DatabaseClock
from backbone.database import Database
from backbone.events import Event, cloud_event, sign_event
from backbone.ids import new_id
from backbone.listener import Listener
from services.bids.api.house import EXTENSION
from services.bids.app import build
from services.bids.commands.combine import open_due_stages
from services.bids.house import House
from services.bids.subscribers import SUBSCRIPTIONS
from tests.support.alone import Alone, alone, find_servers
from tests.support.issuer import Issuer, issuer

HOUR = timedelta(hours=1)
OFFER = {
    "items": [{"id": "item-1", "quantity": "2", "unitValue": {"amount": "50000", "currency": "PYG"}}],
    "value": {"amount": "100000", "currency": "PYG"},
}
PLAIN = b"%PDF-1.7 nobody reads this before the opening"


@dataclass
class MovedClock:
    """The database's clock, moved by `offset`, or standing still at `fixed`."""

    offset: timedelta = timedelta(0)
    fixed: datetime | None = None

    def now(self, connection: Connection) -> datetime:
        return self.fixed or DatabaseClock().now(connection) + self.offset


class Names:
    """A double of identity: everybody has a name."""

    def names(self, people: Sequence[str]) -> dict[str, str]:
        return {person: f"Miembro {person[:4]}" for person in people}


@pytest.fixture(scope="session")
def identity() -> Iterator[Issuer]:
    with issuer() as found:
        yield found


@pytest.fixture(scope="session")
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, identity: Issuer
) -> Iterator[Alone]:
    with alone("bids", build, find_servers(request), tmp_path_factory.mktemp("keys"), identity.url) as found:
        yield found


@dataclass
class Person:
    """Somebody with a token, calling the service."""

    client: FlaskClient
    headers: dict[str, str]
    person: str
    organisation: str = ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.client.post(path, json=body, headers=self.headers | headers)


@dataclass
class Tender:
    """A published tender with the private keys of its committee."""

    notice: Notice
    committee: Committee
    identities: Mapping[str, Identity]
    members: Sequence[Person]

    @property
    def id(self) -> str:
        return self.notice.tender

    def path(self, rest: str) -> str:
        return f"/v1/tenders/{self.id}/{rest}"

    def context(self, lot: str, envelope: str, bidder: str, version: int = 1) -> Context:
        return Context(self.id, lot, envelope, bidder, version, self.notice.notice_sha256, self.committee.sha256())


@dataclass
class SealedBid:
    """A bid on the bidder's device: by envelope, what was sealed and the ciphertext."""

    lot: str
    parts: dict[str, tuple[Sealed, bytes]]
    blind: str = field(default_factory=lambda: uuid.uuid4().hex * 2)


class Town:
    """Makes the people, tenders and events that a test needs."""

    def __init__(self, service: Alone, identity: Issuer) -> None:
        self.service = service
        self.client = service.parts.web.test_client()
        self.clock = MovedClock()
        self.database: Database = service.parts.web.extensions["licita"].database
        self.database.clock = self.clock
        wired: House = service.parts.web.extensions.setdefault("wired", service.parts.web.extensions[EXTENSION])
        self.house: House = replace(wired, people=Names())  # type: ignore[arg-type]  # a double
        service.parts.web.extensions[EXTENSION] = self.house
        self._identity = identity
        self._sequence = 0

    def person(self, *roles: str, kind: str = "buyer", organisation: str = "", **options: Any) -> Person:
        person = new_id()
        headers = self._identity.headers(*roles, organisation=organisation, kind=kind, sub=person, **options)
        return Person(self.client, headers, person, organisation)

    def stranger(self) -> Person:
        """A supplier that is in no register."""
        return self.person("supplier_admin", kind="supplier", organisation=new_id(), second_factor=False)

    def supplier(self) -> Person:
        """A supplier that the register knows."""
        found = self.stranger()
        party = Party(id=found.organisation, legal_name="Oferente S.A.", scheme="PY-RUC", identifier=new_id()[:8])
        self.tell("vendors", VendorRegistered(vendor=party))
        return found

    def tell(self, producer: str, data: ProtoMessage, at: datetime | None = None) -> None:
        """An event of another service arrives over the bus, signed by it."""
        event = Event(subject="x", data=data)
        self._sequence += 1
        told = cloud_event(
            event_id=new_id(), producer=producer, kind=event.type, subject="x", time=at or datetime.now(UTC),
            sequence=self._sequence, actor="", data=event.data_json(),
        )  # fmt: skip
        body = sign_event(told, self.service.signers[producer])
        listener = self.service.parts.listener
        assert isinstance(listener, Listener)
        assert event.type in {each.type for each in SUBSCRIPTIONS}
        listener._handle_once(Delivered(Message(f"licita.{producer}.v1", "x", body), 0, 0).message.value)

    def tender(self, *, envelopes: Sequence[str] = ("offer",), ends_in: timedelta = HOUR, **changes: Any) -> Tender:
        """A published tender: two lots, two of three open, opening at the deadline."""
        members = [self.person("committee_member") for _ in range(3)]
        keys = {each.person: Identity.generate() for each in members}
        committee = Committee(2, tuple(Member(person, key.recipient) for person, key in keys.items()))
        end = datetime.now(UTC) + ends_in
        notice = Notice(
            tender=new_id(), ocid=f"ocds-{new_id()[:8]}", buyer=new_id(), buyer_name="Municipalidad", title="Útiles",
            version=1, notice_sha256="0a" * 32, tender_period_end=stamp(end), opening_at=stamp(end),
            time_zone="America/Asuncion", lots=[Lot(id="lot-1", title="Papel"), Lot(id="lot-2", title="Tinta")],
            envelopes=envelopes, retention_days=1, opening_window_seconds=1800, minimum_bids=1,
            max_envelope_bytes=1_000_000,
            committee=NoticeCommittee(
                threshold=2, sha256=committee.sha256(),
                members=[NoticeMember(member=person, recipient=str(key.recipient)) for person, key in keys.items()],
            ),
        )  # fmt: skip
        for name, value in changes.items():
            setattr(notice, name, value)
        self.tell("tenders", TenderPublished(notice=notice))
        return Tender(notice, committee, keys, members)

    def amend(self, tender: Tender, *, ends_in: timedelta = 2 * HOUR) -> None:
        """A corrigendum: a new version of the notice, with another deadline."""
        end = datetime.now(UTC) + ends_in
        tender.notice.version += 1
        tender.notice.notice_sha256 = f"{tender.notice.version:064x}"
        tender.notice.tender_period_end.CopyFrom(stamp(end))
        tender.notice.opening_at.CopyFrom(stamp(end))
        self.tell("tenders", NoticeAmended(notice=tender.notice))

    def finalise(self, tender: Tender, passed: Mapping[str, bool], at: datetime) -> None:
        """The technical evaluation becomes final."""
        results = [TechnicalResult(lot="lot-1", bid=bid, passed=each) for bid, each in passed.items()]
        self.tell("tenders", TechnicalEvaluationFinalised(tender=tender.id, results=results), at)

    def seal(self, tender: Tender, bidder: Person, lot: str = "lot-1", version: int = 1) -> SealedBid:
        """Seals on the bidder's device; the price goes into the last envelope."""
        return SealedBid(
            lot,
            {
                name: sealed_part(
                    tender.context(lot, name, bidder.organisation, version),
                    tender.committee,
                    OFFER if name == tender.notice.envelopes[-1] else None,
                )
                for name in tender.notice.envelopes
            },
        )

    def upload(self, tender: Tender, bidder: Person, data: bytes, *, announced: bytes | None = None) -> str:
        """Uploads straight to the store; returns the upload's id."""
        place = self.place(tender, bidder, announced or data)
        sent = put(place, data)
        assert sent.status == 200, sent.data
        return str(place["upload"])

    def place(self, tender: Tender, bidder: Person, data: bytes) -> dict[str, Any]:
        """A promised place for these bytes."""
        answer = bidder.post(tender.path("uploads"), digest(data))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def body(self, tender: Tender, bidder: Person, sealed: SealedBid) -> dict[str, Any]:
        """What a submission sends, after the uploads."""
        return {
            "lot": sealed.lot,
            "blind": sealed.blind,
            "envelopes": [
                {"upload": self.upload(tender, bidder, data), "envelope": part.envelope}
                for part, data in sealed.parts.values()
            ],
        }

    def submit(self, tender: Tender, bidder: Person, sealed: SealedBid | None = None) -> dict[str, Any]:
        """A bid from sealing to receipt."""
        body = self.body(tender, bidder, sealed or self.seal(tender, bidder))
        answer = bidder.post(tender.path("bids"), body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def shares(self, tender: Tender, member: Person, envelope: str = "offer") -> list[dict[str, str]]:
        """A member's own shares, opened on the member's device."""
        answer = member.get(tender.path(f"openings/{envelope}/shares"))
        assert answer.status_code == 200, answer.text
        key = tender.identities[member.person]
        return [{"bid": each["bid"], "share": open_share(each["envelope"], key)} for each in answer.get_json()["bids"]]

    def hand_in(self, tender: Tender, member: Person, envelope: str = "offer") -> TestResponse:
        """A member opens and hands in the shares of a stage."""
        shares = self.shares(tender, member, envelope)
        return member.post(tender.path(f"openings/{envelope}/shares"), {"shares": shares})

    def open(self, tender: Tender, envelope: str = "offer") -> dict[str, Any]:
        """Two members act, the worker runs; the public state afterwards."""
        for member in tender.members[:2]:
            assert self.hand_in(tender, member, envelope).status_code == 201
        assert self.work() == 1
        return self.opening(tender, envelope)

    def work(self) -> int:
        """One round of the background worker."""
        return open_due_stages(self.database, self.house)

    def opening(self, tender: Tender, envelope: str = "offer") -> dict[str, Any]:
        """The public state of an opening."""
        answer = self.client.get(tender.path(f"openings/{envelope}"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """What bids told after its first `since` events."""
        return self.service.journal()[since:]


@pytest.fixture
def town(service: Alone, identity: Issuer) -> Town:
    return Town(service, identity)


def sealed_part(context: Context, committee: Committee, offer: dict[str, Any] | None) -> tuple[Sealed, bytes]:
    """One envelope sealed, with its ciphertext."""
    target = BytesIO()
    document = Document.from_bytes(
        f"{context.envelope}.pdf", PLAIN, title="Oferta", document_type="bidders", media_type="application/pdf"
    )
    return seal(context, committee, [document], target, offer), target.getvalue()


def digest(data: bytes) -> dict[str, Any]:
    """What an upload announces."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def put(place: Mapping[str, Any], data: bytes) -> urllib3.BaseHTTPResponse:
    """Sends bytes to a promised place."""
    return urllib3.request("PUT", place["url"], body=data, headers=place["headers"], retries=False)


def stamp(instant: datetime) -> Timestamp:
    """The Protocol Buffers form."""
    found = Timestamp()
    found.FromDatetime(instant)
    return found


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code."""
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.get_json()
    assert problem["code"] == code
    assert problem["detail"] != code, "a sentence is missing"
    return problem
