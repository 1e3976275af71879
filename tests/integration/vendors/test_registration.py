"""Registering: one legal entity, one account, links for auditors, contact data for nobody else."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.vendors.conftest import Person, Town, refused, registration
from tests.support.alone import Alone


def told(house: Alone, subject: str, kind: str) -> list[dict[str, object]]:
    return [each for each in house.journal() if each["subject"] == subject and each["type"] == kind]


@pytest.mark.parametrize(
    ("scheme", "country"), [("PY-RUC", "PY"), ("GB-COH", "GB"), ("BR-CNPJ", "BR"), ("XI-LEI", "JP")]
)
def test_suppliers_of_any_country_register_and_may_bid_at_once(town: Town, scheme: str, country: str) -> None:
    """Control 3.1: free, online, no national gate, no manual approval before bidding."""
    supplier = town.supplier()
    body = registration(identifier={"scheme": scheme, "id": uuid.uuid4().hex[:10]}, address={"country": country})
    answer = supplier.post("/v1/vendors", body)
    assert answer.status_code == 201, answer.text
    entry = answer.get_json()
    assert (entry["status"], entry["eligible"], entry["id"]) == ("registered", True, supplier.organisation)
    assert entry["contactPoint"] == body["contactPoint"]


def test_one_legal_entity_is_one_account(town: Town, house: Alone) -> None:
    """Control 3.2: a registered number is blocked, however it is written and whoever uses it."""
    number = uuid.uuid4().hex[:8].upper()
    first = town.vendor(identifier={"scheme": "PY-RUC", "id": f"{number}-6"})
    second = town.supplier()
    body = registration(identifier={"scheme": " py-ruc ", "id": f" {number.lower()}\u20136 "})
    problem = refused(second.post("/v1/vendors", body), 409, "vendor_already_registered")
    assert problem["params"] == {"scheme": "PY-RUC", "identifier": f"{number}-6"}
    refused(town.nobody().get(f"/v1/vendors/{second.organisation}"), 404, "vendor_unknown")
    assert not told(house, second.organisation, "VendorRegistered")
    assert len(told(house, first.organisation, "VendorRegistered")) == 1
    refusals = [each for each in house.journal() if each["type"] == "ActRefused"]
    assert refusals[-1]["data"]["reason"] == "vendor_already_registered"


def test_one_account_is_one_legal_entity(town: Town) -> None:
    """Control 3.2: the same organisation does not register twice under two numbers."""
    supplier = town.vendor()
    refused(supplier.post("/v1/vendors", registration()), 409, "vendor_already_registered")


def test_of_many_at_the_same_moment_one_is_registered(town: Town) -> None:
    """Control 3.2: also when the twins come together."""
    body = registration()
    suppliers = [town.supplier() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda each: (
                    each.client.application.test_client()
                    .post("/v1/vendors", json=body, headers=each.headers)
                    .status_code
                ),
                suppliers,
            )
        )
    assert sorted(answers) == [201] + [409] * 7


def test_what_suppliers_share_is_told_to_auditors_alone(town: Town, house: Alone) -> None:
    """Control 3.2: accepted, with a flag that auditors see; the shared value itself is shown to nobody."""
    mark = uuid.uuid4().hex
    contact = {"name": "Ventas", "email": f"{mark}@correo.example", "telephone": "+595 21 " + str(int(mark[:6], 16))}
    first = town.vendor(contactPoint=contact, representative={"name": f"Apoderado {mark}"})
    loud = contact | {"email": contact["email"].upper(), "telephone": contact["telephone"].replace(" ", "-")}
    second = town.vendor(contactPoint=loud, representative={"name": f"APODERADO  {mark}"})
    auditor = town.staff("auditor")
    answer = auditor.get("/v1/linked-vendors")
    links = [each for each in answer.get_json()["items"] if each["vendor"]["id"] == second.organisation]
    assert {(each["other"]["id"], each["shared"]) for each in links} == {
        (first.organisation, trait) for trait in ("email", "telephone", "representative")
    }
    assert mark not in answer.text
    assert mark.upper() not in answer.text
    assert len(told(house, second.organisation, "LinkedVendorsFlagged")) == 3
    for other in (town.staff("registrar"), town.staff("officer"), second):
        refused(other.get("/v1/linked-vendors"), 403, "role_missing")
    refused(town.nobody().get("/v1/linked-vendors"), 401, "account_needed")


def test_links_come_in_pages_that_neither_skip_nor_repeat(town: Town) -> None:
    shared = {"name": "Ventas", "email": f"{uuid.uuid4().hex}@correo.example"}
    vendors = [town.vendor(contactPoint=shared).organisation for _ in range(12)]
    auditor, seen, cursor = town.staff("auditor"), [], ""
    while True:
        answer = auditor.get(f"/v1/linked-vendors?cursor={cursor}" if cursor else "/v1/linked-vendors").get_json()
        assert len(answer["items"]) <= 50
        seen += [each["id"] for each in answer["items"] if each["vendor"]["id"] in vendors]
        if not (cursor := answer["next"] or ""):
            break
    assert len(seen) == len(set(seen)) == 12 * 11 / 2
    refused(auditor.get("/v1/linked-vendors?cursor=made-up"), 422, "cursor_unknown")
    refused(auditor.get("/v1/linked-vendors?cursor=%00"), 422, "text_unprintable")


def test_contact_data_is_for_the_owner_and_the_registrar(town: Town, house: Alone) -> None:
    """Personal data is in no event and in no answer to others."""
    mark = uuid.uuid4().hex
    body = registration(
        contactPoint={"name": f"Nombre {mark}", "email": f"{mark}@correo.example", "telephone": "+595981555777"},
        representative={"name": f"Firmante {mark}", "identifier": mark},
        address={"country": "PY", "streetAddress": f"Casa {mark}"},
    )
    owner = town.supplier()
    assert owner.post("/v1/vendors", body).status_code == 201
    path = f"/v1/vendors/{owner.organisation}"
    for reader in (owner, town.staff("registrar")):
        entry = reader.get(path).get_json()
        assert entry["contactPoint"] == body["contactPoint"]
        assert entry["representative"]["name"] == f"Firmante {mark}"
    strangers = [
        town.nobody(),
        town.vendor(),
        town.staff("officer"),
        town.staff("auditor"),
        town.staff("platform_admin"),
        town.staff("registrar", second_factor=False),
    ]
    for stranger in strangers:
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert mark not in answer.text
        assert "contactPoint" not in answer.get_json()
        assert answer.get_json()["address"]["country"] == "PY"
    assert mark not in json.dumps([each["data"] for each in house.journal()])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"identifier": {"scheme": "RUC", "id": "1"}}, "identifier_scheme_malformed"),
        ({"identifier": {"scheme": "PY-RUC", "id": "1'--"}}, "identifier_malformed"),
        ({"identifier": {"scheme": "PY-RUC"}}, "fields_invalid"),
        ({"identifier": {"scheme": "PY-RUC", "id": 12}}, "fields_invalid"),
        ({"legalName": "Con \x00 nulo"}, "fields_invalid"),
        ({"legalName": "   "}, "fields_invalid"),
        ({"legalName": "Vuelta \u202e al"}, "fields_invalid"),
        ({"legalName": "x" * 251}, "fields_invalid"),
        ({"address": {"country": "XX"}}, "fields_invalid"),
        ({"address": {"country": "EU"}}, "fields_invalid"),
        ({"contactPoint": {"name": "Ventas", "email": "no es correo"}}, "fields_invalid"),
        ({"contactPoint": {"name": "Ventas", "email": "a@b.example", "telephone": "llámeme"}}, "fields_invalid"),
        ({"categories": [{"scheme": "CPV", "id": "1"}] * 201}, "fields_invalid"),
        ({"unknownField": 1}, "fields_invalid"),
    ],
)
def test_bad_registrations_are_refused_and_change_nothing(
    town: Town, house: Alone, changes: dict[str, object], code: str
) -> None:
    supplier = town.supplier()
    refused(supplier.post("/v1/vendors", registration() | changes), 422, code)
    refused(town.nobody().get(f"/v1/vendors/{supplier.organisation}"), 404, "vendor_unknown")
    assert not told(house, supplier.organisation, "VendorRegistered")


def test_blank_identifiers_are_refused(town: Town) -> None:
    refused(town.supplier().post("/v1/vendors", registration(legalName="\t \n")), 422, "fields_invalid")


def test_a_lone_surrogate_is_refused(town: Town) -> None:
    supplier = town.supplier()
    raw = json.dumps(registration(legalName="\ud800"))
    answer = supplier.client.post("/v1/vendors", data=raw, headers=supplier.headers, content_type="application/json")
    assert answer.status_code in {400, 422}, answer.text


def test_refusals_speak_the_readers_language(town: Town) -> None:
    supplier = town.vendor()
    for language, word in (("es-PY", "Ya existe"), ("en", "already")):
        answer = supplier.post("/v1/vendors", registration(), headers={"Accept-Language": language})
        assert word in refused(answer, 409, "vendor_already_registered")["detail"]


def test_a_repeated_call_registers_once(town: Town) -> None:
    supplier, body = town.supplier(), registration()
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, again = (supplier.post("/v1/vendors", body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    refused(supplier.post("/v1/vendors", registration(), headers=key), 422, "idempotency_key_reused")


def test_calls_repeated_at_the_same_moment_get_one_answer(town: Town, house: Alone) -> None:
    supplier, body = town.supplier(), registration()
    headers = supplier.headers | {"Idempotency-Key": uuid.uuid4().hex}

    def send(_: int) -> tuple[int, bytes]:
        answer = house.parts.web.test_client().post("/v1/vendors", json=body, headers=headers)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(6)))
    assert [status for status, _ in answers] == [201]


def test_only_suppliers_register_and_only_registrars_list(town: Town, registrar: Person) -> None:
    for role in ("registrar", "auditor", "officer", "platform_admin"):
        refused(town.staff(role).post("/v1/vendors", registration()), 403, "role_missing")
    refused(town.nobody().post("/v1/vendors", registration()), 401, "account_needed")
    refused(town.vendor().get("/v1/vendors"), 403, "role_missing")
    refused(town.staff("registrar", second_factor=False).get("/v1/vendors"), 403, "second_factor_missing")
    mine = town.vendor().organisation
    seen, cursor = [], ""
    while True:
        answer = registrar.get(f"/v1/vendors?status=registered{cursor}").get_json()
        seen += [each["id"] for each in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert mine in seen
    assert len(seen) == len(set(seen))
    refused(registrar.get("/v1/vendors?status=unheard"), 422, "fields_invalid")
