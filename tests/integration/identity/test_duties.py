"""Roles and duties: who may give them, and which never go together."""

import uuid

import pytest
from licita.tenders.v1.events_pb2 import TenderApproved, TenderDrafted

from backbone.events import Event, Received
from services.identity.subscribers import on_tender_approved, on_tender_drafted
from tests.integration.identity.conftest import Person, Town, refused
from tests.support.alone import Alone


def heard(house: Alone, message: TenderDrafted | TenderApproved) -> None:
    """Lets identity hear an event of the tenders service."""
    event = Event(subject=message.tender, data=message)
    with house.database.begin() as tx:
        received = Received(
            str(uuid.uuid4()), event.type, "tenders", 1, message.tender, tx.now(), "", event.data_json()
        )
        {"TenderDrafted": on_tender_drafted, "TenderApproved": on_tender_approved}[event.type.rpartition(".")[2]](
            tx, received
        )


@pytest.fixture
def tender(house: Alone, town: Town) -> str:
    """A tender of the town, drafted by somebody."""
    found = str(uuid.uuid4())
    heard(house, TenderDrafted(tender=found, ocid="ocds-x", buyer=town.id, drafter=str(uuid.uuid4())))
    return found


@pytest.mark.parametrize(
    ("held", "wanted"), [("evaluator", "awarder"), ("awarder", "evaluator"), ("committee_member", "evaluator")]
)
def test_incompatible_duties_are_refused_on_assignment(town: Town, tender: str, held: str, wanted: str) -> None:
    """Control 10.1, table-driven."""
    person = town.member(held, wanted)
    assert (
        town.chief.post(f"/v1/tenders/{tender}/duties", {"person": person.session["person"], "duty": held}).status_code
        == 201
    )
    answer = town.chief.post(f"/v1/tenders/{tender}/duties", {"person": person.session["person"], "duty": wanted})
    refused(answer, 409, "duty_incompatible")


def test_who_drafted_cannot_be_appointed_to_approve(house: Alone, town: Town) -> None:
    """Control 10.1: the fact that somebody drafted comes from the tender's own event."""
    officer, tender = town.member("officer", "approver"), str(uuid.uuid4())
    heard(house, TenderDrafted(tender=tender, ocid="ocds-y", buyer=town.id, drafter=officer.session["person"]))
    answer = town.chief.post(f"/v1/tenders/{tender}/duties", {"person": officer.session["person"], "duty": "approver"})
    refused(answer, 409, "duty_incompatible")
    path = f"/v1/tenders/{tender}/duties/{officer.session['person']}/drafter"
    refused(town.chief.call("DELETE", path), 409, "duty_exercised")


def test_a_duty_needs_the_role_and_the_buyer(town: Town, tender: str, admin: Person) -> None:
    """Controls 10.1, 10.2: the platform's administrator appoints nobody."""
    officer = town.member("officer")
    body = {"person": officer.session["person"], "duty": "evaluator"}
    refused(town.chief.post(f"/v1/tenders/{tender}/duties", body), 409, "duty_needs_role")
    refused(admin.post(f"/v1/tenders/{tender}/duties", body), 403, "role_missing")
    refused(Person(town.client).post(f"/v1/tenders/{tender}/duties", body), 401, "token_refused")


def test_the_platforms_administrator_gives_no_business_role(town: Town, admin: Person) -> None:
    """Control 10.2."""
    body = {"email": f"{uuid.uuid4().hex}@pueblo.example", "name": "Alguien", "roles": ["officer"]}
    refused(admin.post(f"/v1/organisations/{town.id}/members", body), 403, "members_of_others")


def test_incompatible_roles_are_refused_across_organisations(town: Town, admin: Person) -> None:
    """Control 10.1: an auditor has no other part anywhere."""
    officer = town.member("officer")
    made = admin.post("/v1/organisations", {"name": f"Contraloría {uuid.uuid4().hex}", "kind": "oversight"}).get_json()
    body = {"email": officer.email, "name": "Funcionaria", "roles": ["auditor"]}
    refused(admin.post(f"/v1/organisations/{made['id']}/members", body), 409, "roles_incompatible")


def test_who_leaves_is_out_at_once(town: Town, tender: str) -> None:
    """Controls 3.3, 10.3: sessions and appointments end with the membership."""
    evaluator = town.member("evaluator")
    person = evaluator.session["person"]
    assert town.chief.post(f"/v1/tenders/{tender}/duties", {"person": person, "duty": "evaluator"}).status_code == 201
    assert town.chief.call("DELETE", f"/v1/organisations/{town.id}/members/{person}").status_code == 200
    refused(evaluator.call("GET", "/v1/people/me"), 401, "session_ended")
    duties = town.chief.call("GET", f"/v1/tenders/{tender}/duties").get_json()["items"]
    assert person not in {each["person"] for each in duties}


def test_nobody_changes_their_own_roles(town: Town) -> None:
    body = {"email": town.chief.email, "name": "Yo", "roles": ["officer", "approver"]}
    refused(town.chief.post(f"/v1/organisations/{town.id}/members", body), 422, "member_is_oneself")
