"""Verification, suspension and debarment over REST, and what other services then hear over gRPC."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from licita.vendors.v1 import vendors_service_pb2 as pb
from licita.vendors.v1.vendors_service_pb2_grpc import VendorsServiceStub
from licita_formats import canonical

from backbone.channels import Channel
from backbone.clock import Clock
from backbone.database import Database
from backbone.errors import Forbidden, Invalid, Unauthenticated
from backbone.keys import KeyRing
from backbone.rpc import create_server
from backbone.service_tokens import ServiceTokens
from services.vendors.policy import RPCS
from services.vendors.queries.eligibility import check_eligibility
from services.vendors.rpc import add_servicers
from tests.integration.vendors.conftest import Person, Town, refused
from tests.support.alone import Alone

GROUNDS = {"grounds": "Documento adulterado en un procedimiento"}


def debarment(starts: timedelta = timedelta(days=-1), ends: timedelta = timedelta(days=30)) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "grounds": "Incumplimiento de contrato",
        "authority": "Autoridad de contrataciones públicas",
        "legalBasis": "Art. 72 de la ley",
        "startsAt": (now + starts).isoformat(),
        "endsAt": (now + ends).isoformat(),
    }


def act(person: Person, vendor: Person, what: str, body: dict[str, str]) -> dict[str, object]:
    answer = person.post(f"/v1/vendors/{vendor.organisation}/{what}", body)
    assert answer.status_code == 201, answer.text
    entry: dict[str, object] = answer.get_json()
    return entry


@pytest.fixture(scope="module")
def address(house: Alone) -> Iterator[str]:
    """The service's gRPC door on a free port."""
    keys = KeyRing("vendors", house.settings.key_file, house.settings.keys_file)
    tokens = ServiceTokens("vendors", keys)
    ports: list[int] = []

    def add(server: grpc.Server) -> list[str]:
        ports.append(server.add_insecure_port("127.0.0.1:0"))
        return list(add_servicers(house.database, server))

    server = create_server("127.0.0.1:0", add, tokens, RPCS)
    server.start()
    yield f"127.0.0.1:{ports[0]}"
    server.stop(None).wait()


@pytest.fixture
def ask(house: Alone, address: str) -> Iterator["Asker"]:
    asker = Asker(house, address, "bids")
    yield asker
    asker.channel.close()


class Asker:
    """Another service, asking."""

    def __init__(self, house: Alone, address: str, service: str) -> None:
        keys = KeyRing(service, house.settings.key_file.with_name(f"{service}.pem"), house.settings.keys_file)
        self.channel = Channel("vendors", address, ServiceTokens(service, keys))
        self.stub = VendorsServiceStub(self.channel.open())  # type: ignore[no-untyped-call]  # generated

    def eligibility(self, *vendors: str) -> list[pb.Eligibility]:
        answer = self.channel.call(self.stub.CheckEligibility, pb.CheckEligibilityRequest(vendors=vendors))
        return list(answer.results)


def test_a_supplier_is_verified_on_evidence_suspended_and_reinstated(
    town: Town, registrar: Person, ask: Asker, house: Alone
) -> None:
    vendor = town.vendor()
    path = f"/v1/vendors/{vendor.organisation}"
    refused(registrar.post(f"{path}/verification", {"decision": "verified"}), 409, "evidence_missing")
    assert vendor.upload().status_code == 201
    assert act(registrar, vendor, "verification", {"decision": "verified"})["status"] == "verified"
    assert act(registrar, vendor, "suspension", GROUNDS)["eligible"] is False
    assert ask.eligibility(vendor.organisation)[0].reason == "vendor_suspended"
    refused(registrar.post(f"{path}/suspension", GROUNDS), 409, "act_not_allowed")
    entry = act(registrar, vendor, "reinstatement", {"grounds": "Descargo aceptado"})
    assert (entry["status"], entry["eligible"]) == ("verified", True)
    assert ask.eligibility(vendor.organisation)[0].eligible
    decisions = vendor.get(path).get_json()["decisions"]
    assert [each["act"] for each in decisions] == ["verify", "suspend", "reinstate"]
    kinds = [each["type"] for each in house.journal() if each["subject"] == vendor.organisation]
    assert kinds == [
        "VendorRegistered", "ActRefused", "VendorEvidenceAdded", "VendorVerified", "VendorSuspended", "ActRefused",
        "VendorReinstated",
    ]  # fmt: skip


def test_a_refused_verification_needs_grounds_and_stops_bidding(town: Town, registrar: Person, ask: Asker) -> None:
    vendor = town.vendor()
    path = f"/v1/vendors/{vendor.organisation}/verification"
    refused(registrar.post(path, {"decision": "refused"}), 422, "grounds_missing")
    refused(registrar.post(path, {"decision": "refused", "grounds": "  "}), 422, "grounds_missing")
    refused(registrar.post(path, {"decision": "maybe"}), 422, "fields_invalid")
    assert ask.eligibility(vendor.organisation)[0].eligible
    act(registrar, vendor, "verification", {"decision": "refused"} | GROUNDS)
    assert ask.eligibility(vendor.organisation)[0].reason == "vendor_unverified"


@pytest.mark.parametrize("what", ["verification", "suspension", "reinstatement", "debarments"])
def test_nobody_but_a_registrar_decides(town: Town, what: str) -> None:
    vendor = town.vendor()
    path = f"/v1/vendors/{vendor.organisation}/{what}"
    body = {"verification": {"decision": "verified"}, "debarments": debarment()}.get(what, GROUNDS)
    for role in ("auditor", "officer", "platform_admin"):
        refused(town.staff(role).post(path, body), 403, "role_missing")
    refused(vendor.post(path, body), 403, "role_missing")
    refused(town.staff("registrar", second_factor=False).post(path, body), 403, "second_factor_missing")
    refused(town.nobody().post(path, body), 401, "account_needed")
    registrar = town.staff("registrar")
    refused(registrar.post(f"/v1/vendors/{uuid.uuid4()}/{what}", body), 404, "vendor_unknown")
    refused(registrar.post(f"/v1/vendors/nonsense/{what}", body), 404, "route_unknown")


def test_a_debarment_is_public_blocks_and_ends(town: Town, registrar: Person, ask: Asker) -> None:
    """Controls 3.4 and 3.5: blocked while it is in force, with the list's version; public before, during and after."""
    vendor = town.vendor()
    before = ask.eligibility(vendor.organisation)[0]
    made = act(registrar, vendor, "debarments", debarment())
    assert made["state"] == "in_force"
    during = ask.eligibility(vendor.organisation)[0]
    assert (before.eligible, during.eligible, during.reason) == (True, False, "vendor_debarred")
    assert during.status == "registered"
    assert during.debarred_until.ToDatetime(tzinfo=UTC) == datetime.fromisoformat(str(made["endsAt"]))
    assert before.list_version != during.list_version
    path = f"/v1/vendors/{vendor.organisation}/debarments/{made['id']}/lifting"
    assert registrar.post(path, {"grounds": "Sentencia firme"}).get_json()["state"] == "lifted"
    after = ask.eligibility(vendor.organisation)[0]
    assert after.eligible
    assert len({before.list_version, during.list_version, after.list_version}) == 3
    refused(registrar.post(path, {"grounds": "Otra vez"}), 409, "debarment_ended")
    listed = town.nobody().get(f"/v1/debarments?vendor={vendor.organisation}").get_json()["items"]
    assert [(each["state"], each["grounds"], each["authority"], each["legalBasis"]) for each in listed] == [
        ("lifted", "Incumplimiento de contrato", "Autoridad de contrataciones públicas", "Art. 72 de la ley")
    ]
    assert listed[0]["liftingGrounds"] == "Sentencia firme"
    assert listed[0]["legalName"] == "Distribuidora de prueba S.A."


class Later:
    """A clock some days ahead of the database's."""

    def __init__(self, inner: Clock, days: float) -> None:
        self._inner, self._days = inner, days

    def now(self, connection: object) -> datetime:
        return self._inner.now(connection) + timedelta(days=self._days)  # type: ignore[arg-type]  # passed through


def test_an_expired_debarment_is_clear_and_stays_in_the_history(town: Town, registrar: Person, house: Alone) -> None:
    """Controls 3.4 and 3.5: clear after the end, on the same list; the history is the same."""
    vendor = town.vendor()
    act(registrar, vendor, "debarments", debarment(ends=timedelta(days=2)))
    answers = []
    for days in (0, 1.9, 2.1):
        database = Database(house.settings.database_url, Later(house.database.clock, days))
        with database.read() as tx:
            answers.append(check_eligibility(tx, [vendor.organisation]))
        database.close()
    assert [each.results[0][1].eligible for each in answers] == [False, False, True]
    assert len({each.list_version for each in answers}) == 1
    web = house.parts.web
    parts = web.extensions["licita"]
    web.extensions["licita"] = replace(
        parts, database=Database(house.settings.database_url, Later(parts.database.clock, 3))
    )
    try:
        listed = town.nobody().get(f"/v1/debarments?vendor={vendor.organisation}").get_json()["items"]
    finally:
        web.extensions["licita"].database.close()
        web.extensions["licita"] = parts
    assert [each["state"] for each in listed] == ["expired"]


def test_anybody_can_compute_the_version_of_the_list(town: Town, registrar: Person) -> None:
    """Control 3.4: the version cited by a check names exactly one list."""
    act(registrar, town.vendor(), "debarments", debarment(starts=timedelta(days=1)))
    shown, cursor = [], ""
    while True:
        answer = town.nobody().get(f"/v1/debarments{cursor}").get_json()
        shown += answer["items"]
        if answer["next"] is None:
            break
        cursor = f"?cursor={answer['next']}"
    hashed = ("id", "vendor", "grounds", "authority", "legalBasis", "startsAt", "endsAt", "liftedAt", "liftingGrounds")
    entries = [{name: each[name] for name in hashed} for each in sorted(shown, key=lambda each: each["id"])]
    assert answer["listVersion"].partition("/")[2] == hashlib.sha256(canonical.dumps(entries)).hexdigest()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (debarment(starts=timedelta(days=2), ends=timedelta(days=1)), "debarment_period_reversed"),
        (debarment(starts=timedelta(days=-9), ends=timedelta(days=-1)), "debarment_period_over"),
        (debarment() | {"startsAt": "2026-01-01T00:00:00"}, "fields_invalid"),
        (debarment() | {"startsAt": "0001-01-01T00:00:00+14:00"}, "fields_invalid"),
        (debarment() | {"endsAt": "9999-12-31T23:59:59-12:00"}, "fields_invalid"),
        (debarment() | {"endsAt": "mañana"}, "fields_invalid"),
        (debarment() | {"grounds": ""}, "fields_invalid"),
        ({name: value for name, value in debarment().items() if name != "legalBasis"}, "fields_invalid"),
    ],
)
def test_bad_debarments_are_refused_and_change_nothing(
    town: Town, registrar: Person, body: dict[str, str], code: str
) -> None:
    vendor = town.vendor()
    refused(registrar.post(f"/v1/vendors/{vendor.organisation}/debarments", body), 422, code)
    assert not town.nobody().get(f"/v1/debarments?vendor={vendor.organisation}").get_json()["items"]


def test_a_debarment_is_lifted_where_it_belongs(town: Town, registrar: Person) -> None:
    made = act(registrar, town.vendor(), "debarments", debarment())
    other = town.vendor()
    for wrong in (made["id"], uuid.uuid4()):
        path = f"/v1/vendors/{other.organisation}/debarments/{wrong}/lifting"
        refused(registrar.post(path, GROUNDS), 404, "debarment_unknown")


def test_a_batch_is_answered_in_its_order(town: Town, ask: Asker) -> None:
    known, unknown = town.vendor().organisation, str(uuid.uuid4())
    asked = [unknown, known, "", "nonsense", "nul\x00", known, known.upper()]
    answers = ask.eligibility(*asked)
    assert [each.vendor for each in answers] == asked
    assert [each.eligible for each in answers] == [False, True, False, False, False, True, False]
    assert {each.reason for each in answers if not each.eligible} == {"vendor_unknown"}
    assert ask.eligibility() == []
    with pytest.raises(Invalid, match="too_many_vendors"):
        ask.eligibility(*[unknown] * 1001)


def test_register_entries_are_told_without_contact_data(town: Town, ask: Asker) -> None:
    vendor = town.vendor()
    request = pb.DescribeVendorsRequest(vendors=[str(uuid.uuid4()), vendor.organisation])
    answer = ask.channel.call(ask.stub.DescribeVendors, request)
    assert [each.id for each in answer.vendors] == [vendor.organisation]
    assert answer.vendors[0].scheme == "PY-RUC"
    assert "example" not in str(answer)


def test_only_services_of_the_policy_table_are_answered(house: Alone, address: str) -> None:
    refused_caller = Asker(house, address, "identity")
    with pytest.raises(Forbidden, match="caller_refused"):
        refused_caller.eligibility(str(uuid.uuid4()))
    refused_caller.channel.close()
    with grpc.insecure_channel(address) as channel:
        stub = VendorsServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        with pytest.raises(grpc.RpcError) as error:
            stub.CheckEligibility(pb.CheckEligibilityRequest(), timeout=2)
    assert error.value.code() is Unauthenticated.grpc_status
