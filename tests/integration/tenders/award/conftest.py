"""The tenders service on real servers, from the opening on: bids are announced by events, people call over REST."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from google.protobuf.message import Message as ProtoMessage
from licita.bids.v1 import events_pb2 as pb
from licita.common.v1.money_pb2 import Money as MoneyMessage
from werkzeug.test import TestResponse

from backbone.bus import Delivered, Message
from backbone.database import Database
from backbone.events import Event, cloud_event, sign_event
from backbone.ids import new_id
from services.tenders.app import build
from services.tenders.domain.award import Eligibility
from services.tenders.domain.tender import Stage, Tender
from services.tenders.events.shapes import instant
from services.tenders.house import House
from services.tenders.store import tenders as store
from services.tenders.timekeeper import confirm_due
from tests.support.alone import Alone, alone, find_servers
from tests.support.issuer import Issuer, issuer
from tests.unit.tenders.facts_a import content, lot, policy, tender

SUPPLIERS = ("uno", "dos", "tres")
WANTED = {"lote-1": ("item-1", 20), "lote-2": ("item-2", 5)}


@dataclass
class Neighbours:
    """Stands for identity and vendors: who holds which duty, who is called what, who may act."""

    duties: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    debarred: set[str] = field(default_factory=set)

    def holders(self, tender: str, duty: str) -> frozenset[str]:
        return frozenset(self.duties.get((tender, duty), ()))

    def people(self, ids: Iterable[str]) -> Mapping[str, str]:
        return {each: f"Persona {each[:4]}" for each in ids}

    def organisations(self, ids: Iterable[str]) -> Mapping[str, str]:
        return {each: f"Entidad {each[:4]}" for each in ids}

    def vendors(self, ids: Iterable[str]) -> Mapping[str, str]:
        return {each: f"Proveedor {each[:4]} <S.A.>" for each in ids}

    def eligibility(self, ids: Iterable[str]) -> Mapping[str, Eligibility]:
        now = datetime.now(UTC)
        return {
            each: Eligibility(each, each not in self.debarred, "vendor_debarred" * (each in self.debarred), "3/ab", now)
            for each in ids
        }


@pytest.fixture(scope="session")
def identity() -> Iterator[Issuer]:
    with issuer() as found:
        yield found


@pytest.fixture(scope="session")
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, identity: Issuer
) -> Iterator[Alone]:
    with alone("tenders", build, find_servers(request), tmp_path_factory.mktemp("keys"), identity.url) as found:
        yield found


@dataclass
class Person:
    """Somebody with a token, calling the service about one tender."""

    client: FlaskClient
    id: str
    organisation: str
    headers: dict[str, str]
    tender: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(f"/v1/tenders/{self.tender}{path}", headers=self.headers, **options)

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.client.post(f"/v1/tenders/{self.tender}{path}", json=body, headers=self.headers)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.client.put(f"/v1/tenders/{self.tender}{path}", json=body, headers=self.headers)


class Case:
    """One tender whose deadline has passed, and the people around it."""

    def __init__(self, service: Alone, identity: Issuer, **changes: Any) -> None:
        self.service, self._identity = service, identity
        self.neighbours = Neighbours()
        self.house: House = replace(service.parts.web.extensions["house"], clients=self.neighbours)
        service.parts.web.extensions["house"] = self.house
        self.suppliers = {name: new_id() for name in SUPPLIERS}
        self.bids: dict[tuple[str, str], str] = {}
        self._sequence = 0
        self.tender = self._published(**changes)

    def _published(self, **changes: Any) -> Tender:
        past = datetime.now(UTC) - timedelta(hours=1)
        notice = content(
            lots=(lot("lote-1", "item-1", "20"), lot("lote-2", "item-2", "5")), tender_period_end=past, opening_at=past
        )
        facts = {
            "id": new_id(),
            "ocid": f"ocds-213czf-{new_id()}",
            "buyer": new_id(),
            "state": Stage.PUBLISHED,
            "content": notice,
            "policy": policy(standstill=timedelta(seconds=30)),
            "notice_version": 1,
            "notice_sha256": "ab" * 32,
            "published_at": past,
        }
        made = tender(**(facts | changes))
        with self.database.begin() as tx:
            store.add(tx, made)
        return made

    @property
    def database(self) -> Database:
        return self.service.database

    def person(self, role: str, *, organisation: str = "", kind: str = "buyer", duty: str = "") -> Person:
        """A person with a role; with `duty` also that duty in this tender."""
        person = self.as_person(new_id(), role, organisation=organisation, kind=kind)
        if duty:
            self.neighbours.duties.setdefault((self.tender.id, duty), set()).add(person.id)
        return person

    def as_person(self, person: str, role: str, *, organisation: str = "", kind: str = "buyer") -> Person:
        """A known person, signing in."""
        own = organisation or self.tender.buyer
        headers = self._identity.headers(role, organisation=own, kind=kind, sub=person)
        return Person(self.service.parts.web.test_client(), person, own, headers, self.tender.id)

    def evaluator(self) -> Person:
        return self.person("evaluator", duty="evaluator")

    def supplier(self, name: str) -> Person:
        return self.person("supplier_admin", organisation=self.suppliers[name], kind="supplier")

    def nobody(self) -> Person:
        return Person(self.service.parts.web.test_client(), "", "", {}, self.tender.id)

    def hear(self, data: ProtoMessage) -> None:
        """Lets the service's own listener take an event that the bids service signed."""
        self._sequence += 1
        event = Event(subject=self.tender.id, data=data)
        told = cloud_event(
            event_id=new_id(), producer="bids", kind=event.type, subject=self.tender.id, time=datetime.now(UTC),
            sequence=self._sequence, actor="", data=event.data_json(),
        )  # fmt: skip
        body = sign_event(told, self.service.signers["bids"])
        listener = self.service.parts.listener
        assert listener is not None
        listener._handle_once(Delivered(Message("licita.bids.v1", self.tender.id, body, {}), 0, 0).message.value)

    def open(self, envelope: str, prices: Mapping[tuple[str, str], int | None]) -> None:
        """Announces one envelope of each (supplier, lot): with a unit price, or without any price."""
        for minute, ((supplier, lot_id), price) in enumerate(prices.items()):
            bid = self.bids.setdefault((supplier, lot_id), new_id())
            told = pb.BidOpened(
                tender=self.tender.id, envelope=envelope, lot=lot_id, bid=bid, bidder=self.suppliers[supplier],
                version=1, received_at=instant(self.tender.deadline - timedelta(hours=2) + timedelta(minutes=minute)),
                result="opened", notice_sha256=self.tender.notice_sha256,
            )  # fmt: skip
            if price is not None:
                _price(told, lot_id, price)
            self.hear(told)
        self.hear(pb.OpeningCompleted(tender=self.tender.id, envelope=envelope, bids=list(self.bids.values())))

    def scores(self, person: Person, quality: Mapping[str, str]) -> None:
        """The person scores every bid of the named suppliers."""
        for (supplier, lot_id), bid in self.bids.items():
            given = [{"criterion": "calidad", "score": quality[supplier], "reason": f"Oferta de {supplier}."}]
            ok(person.put("/evaluation/scores", {"lot": lot_id, "bid": bid, "scores": given}))

    def evaluate(self, *people: Person, quality: Mapping[str, str]) -> None:
        """Everybody declares, scores and signs."""
        for each in people:
            ok(each.post("/evaluation/declarations", {"hasConflict": False, "statement": "Ninguno."}), 201)
            self.scores(each, quality)
            ok(each.post("/evaluation/signature"), 201)

    def reasons(self) -> list[dict[str, str]]:
        return [{"lot": lot_id, "bid": bid, "reason": f"Motivo de {bid}"} for (_, lot_id), bid in self.bids.items()]

    def pass_standstill(self) -> None:
        """Moves the decision back in time, as if standstill had passed, and lets the timekeeper look."""
        with self.database.begin() as tx:
            tx.connection.exec_driver_sql(
                "UPDATE award_decisions SET standstill_end = clock_timestamp() WHERE tender = %s", (self.tender.id,)
            )
        confirm_due(self.house)

    def stage(self) -> str:
        with self.database.read() as tx:
            return store.load_tender(tx, self.tender.id).stage(tx.now()).value

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one type about this tender."""
        return [
            row["data"] for row in self.service.journal() if (row["type"], row["subject"]) == (kind, self.tender.id)
        ]


def _price(told: pb.BidOpened, lot_id: str, unit: int) -> None:
    item, quantity = WANTED[lot_id]
    told.value.CopyFrom(MoneyMessage(amount=str(unit * quantity), currency="PYG"))
    told.items.add(id=item, quantity=str(quantity), unit_value=MoneyMessage(amount=str(unit), currency="PYG"))


@pytest.fixture
def case(service: Alone, identity: Issuer) -> Case:
    return Case(service, identity)


BOTH_LOTS = {("uno", "lote-1"): 100, ("dos", "lote-1"): 90, ("tres", "lote-1"): 50, ("dos", "lote-2"): 40}
QUALITY = {"uno": "90", "dos": "80", "tres": "20"}  # the third fails the minimum of 50


@pytest.fixture
def scored(case: Case) -> Case:
    """Technical result final: `tres` failed."""
    case.open("technical", dict.fromkeys(BOTH_LOTS))
    case.evaluate(case.evaluator(), case.evaluator(), quality=QUALITY)
    return case


@dataclass
class Reported:
    """A case with its report issued; `evaluator` is one of its two evaluators."""

    case: Case
    evaluator: Person
    awarder: Person
    report: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """The award that follows from the ranking."""
        winners = [{"lot": row["lot"], "bid": row["bid"]} for row in self.report["ranking"] if row["rank"] == 1]
        return {"awards": winners, "reasons": self.case.reasons()}


def report_on(case: Case) -> Reported:
    """Evaluates and reports a two-envelope case."""
    case.open("technical", dict.fromkeys(BOTH_LOTS))
    first, second = case.evaluator(), case.evaluator()
    case.evaluate(first, second, quality=QUALITY)
    case.open("financial", {key: price for key, price in BOTH_LOTS.items() if key[0] != "tres"})
    report = ok(first.post("/evaluation/report", {}), 201)
    return Reported(case, first, case.person("awarder", duty="awarder"), report)


@pytest.fixture
def reported(case: Case) -> Reported:
    return report_on(case)


@pytest.fixture
def awarded(reported: Reported) -> Reported:
    """In standstill."""
    ok(reported.awarder.post("/awards", reported.body()), 201)
    return reported


def ok(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code, in a sentence and not in a bare code."""
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.get_json()
    assert problem["code"] == code, problem
    assert problem["detail"] not in {"", code}
    return problem
