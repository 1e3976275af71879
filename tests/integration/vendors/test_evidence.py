"""Evidence: object first, row second; hostile files are refused with their reason and leave nothing."""

import gc
import hashlib
import io
import uuid
from dataclasses import replace

import pytest

from backbone.objects import ObjectStore
from services.vendors.documents import EvidenceFiles
from services.vendors.domain.evidence import LARGEST_BYTES
from tests.integration.vendors.conftest import PDF, Person, Town, refused
from tests.support.alone import Alone

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def objects_of(house: Alone, vendor: Person) -> list[str]:
    """Keys in the store under the supplier's prefix."""
    client = ObjectStore(house.settings.storage)._client
    found = client.list_objects(
        bucket_name=house.settings.buckets["evidence"], prefix=f"{vendor.organisation}/", recursive=True
    )
    return [each.object_name or "" for each in found]


def test_a_paper_is_kept_once_and_comes_back_as_it_was(town: Town, registrar: Person, house: Alone) -> None:
    """Control 3.6, in part: stored once, with expiry and digest; the file and the row never change afterwards."""
    vendor = town.vendor()
    answer = vendor.upload(name="Constancia año 2026.pdf", fields={"title": "Cumplimiento tributario"})
    assert answer.status_code == 201, answer.text
    paper = answer.get_json()
    assert paper["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (paper["size"], paper["validity"], paper["kind"]) == (len(PDF), "valid", "tax_compliance")
    assert objects_of(house, vendor) == [f"{vendor.organisation}/{paper['id']}"]
    path = f"/v1/vendors/{vendor.organisation}/evidence"
    for reader in (vendor, registrar):
        assert [each["id"] for each in reader.get(path).get_json()["items"]] == [paper["id"]]
        file = reader.get(f"{path}/{paper['id']}/file")
        assert file.data == PDF
        assert file.content_type == "application/pdf"
        assert file.headers["Content-Disposition"].startswith("attachment;")
        assert "a%C3%B1o" in file.headers["Content-Disposition"]
        assert file.headers["ETag"] == f'"{paper["sha256"]}"'
    told = [each for each in house.journal() if each["type"] == "VendorEvidenceAdded"][-1]
    assert told["data"]["sha256"] == paper["sha256"]
    assert "Constancia" not in str(told)


def test_strangers_see_no_paper(town: Town) -> None:
    vendor = town.vendor()
    paper = vendor.upload().get_json()["id"]
    path = f"/v1/vendors/{vendor.organisation}/evidence"
    for suffix in ("", f"/{paper}/file"):
        refused(town.vendor().get(path + suffix), 403, "vendor_of_others")
        refused(town.staff("officer").get(path + suffix), 403, "role_missing")
        refused(town.staff("registrar", second_factor=False).get(path + suffix), 403, "second_factor_missing")
        refused(town.nobody().get(path + suffix), 401, "account_needed")
    refused(vendor.get(f"{path}/{uuid.uuid4()}/file"), 404, "evidence_unknown")
    other = town.vendor()
    refused(other.get(f"/v1/vendors/{other.organisation}/evidence/{paper}/file"), 404, "evidence_unknown")


# A body that is not read to its end leaves its temporary file to the garbage collector, here and in the test client.
LEFT_TO_COLLECTOR = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\windows\\system.ini",
        "/etc/passwd",
        ".htaccess",
        "nul\x00.pdf",
        "fdp.\u202eexe",
        "línea\n.pdf",
        "a" * 151,
        "<script>.pdf",
        "   ",
    ],
)
def test_hostile_file_names_are_refused(town: Town, house: Alone, name: str) -> None:
    vendor = town.vendor()
    refused_or_unnamed(vendor.upload(name=name), name)
    assert objects_of(house, vendor) == []
    assert vendor.get(f"/v1/vendors/{vendor.organisation}/evidence").get_json()["items"] == []


def refused_or_unnamed(answer: object, name: str) -> None:
    """The multipart reader drops a part whose header a line break or NUL has broken; then the file is missing."""
    broken = set(name) & {"\n", "\x00"}
    refused(answer, 422, answer.get_json()["code"] if broken else "file_name_refused")  # type: ignore[attr-defined,arg-type]
    assert answer.get_json()["code"] in {"file_name_refused", "fields_invalid"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", "application/pdf", "file_empty"),
        (b"MZ\x90\x00 program", "application/pdf", "file_type_mismatch"),
        (PDF, "image/png", "file_type_mismatch"),
        (PDF, "application/octet-stream", "file_type_refused"),
        (b"<svg onload='x'/>", "image/svg+xml", "file_type_refused"),
        (b"%PDF-" + bytes(LARGEST_BYTES - 4), "application/pdf", "file_too_large"),
    ],
)
def test_files_of_the_wrong_kind_or_size_are_refused(
    town: Town, house: Alone, content: bytes, kind: str, code: str
) -> None:
    vendor = town.vendor()
    refused(vendor.upload(content=content, kind=kind), 422, code)
    assert objects_of(house, vendor) == []


@LEFT_TO_COLLECTOR
def test_a_file_at_the_limit_is_taken_and_one_far_beyond_is_not_read(town: Town) -> None:
    vendor = town.vendor()
    largest = b"%PDF-" + bytes(LARGEST_BYTES - 5)
    answer = vendor.upload(content=largest)
    assert answer.status_code == 201, answer.text
    path = f"/v1/vendors/{vendor.organisation}/evidence/{answer.get_json()['id']}/file"
    assert hashlib.sha256(vendor.get(path).data).hexdigest() == hashlib.sha256(largest).hexdigest()
    refused(vendor.upload(content=bytes(17 * 1024 * 1024)), 413, "body_too_large")
    gc.collect()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"validUntil": "2020-01-01T00:00:00Z"}, "evidence_expired"),
        ({"validUntil": "2099-01-01T00:00:00"}, "fields_invalid"),
        ({"validUntil": "0001-01-01T00:00:00+14:00"}, "fields_invalid"),
        ({"validUntil": "nunca"}, "fields_invalid"),
        ({"kind": "Con Espacios"}, "fields_invalid"),
        ({"kind": "ok_kind\n"}, "fields_invalid"),
        ({"title": ""}, "fields_invalid"),
        ({"title": "a\x00b"}, "fields_invalid"),
        ({"extra": "1"}, "fields_invalid"),
    ],
)
def test_bad_descriptions_are_refused_and_leave_nothing(
    town: Town, house: Alone, fields: dict[str, str], code: str
) -> None:
    vendor = town.vendor()
    refused(vendor.upload(fields=fields), 422, code)
    assert objects_of(house, vendor) == []


@pytest.mark.parametrize("form", [{}, {"file": "text"}, {"file": ""}])
def test_a_form_without_a_file_is_refused(town: Town, form: dict[str, str]) -> None:
    vendor = town.vendor()
    answer = vendor.client.post(
        f"/v1/vendors/{vendor.organisation}/evidence",
        data={"kind": "other", "title": "Constancia", **form},
        content_type="multipart/form-data",
        headers=vendor.headers,
    )
    assert list(refused(answer, 422, "fields_invalid")["errors"]["multipart"]) == ["file"]


def test_what_is_no_multipart_form_is_refused(town: Town) -> None:
    vendor = town.vendor()
    refused(vendor.post(f"/v1/vendors/{vendor.organisation}/evidence", {"kind": "x"}), 415, "media_type_unsupported")


@LEFT_TO_COLLECTOR
def test_a_truncated_form_is_refused_and_leaves_nothing(town: Town, house: Alone) -> None:
    vendor = town.vendor()
    body = (
        b'--line\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n--line\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF-1.7"
    )
    answer = vendor.client.post(
        f"/v1/vendors/{vendor.organisation}/evidence",
        input_stream=io.BytesIO(body),
        headers=vendor.headers | {"Content-Type": "multipart/form-data; boundary=line", "Content-Length": "9000"},
    )
    assert answer.status_code in {400, 422}, answer.text
    assert objects_of(house, vendor) == []
    gc.collect()


def test_papers_are_added_to_ones_own_entry_alone(town: Town, house: Alone) -> None:
    vendor, other = town.vendor(), town.vendor()
    stranger = replace(other, organisation=vendor.organisation)
    refused(stranger.upload(), 403, "vendor_of_others")
    refused(town.supplier().upload(), 404, "vendor_unknown")
    assert objects_of(house, vendor) == []


def test_a_repeated_upload_is_kept_once_and_another_file_is_told_apart(town: Town, house: Alone) -> None:
    vendor = town.vendor()
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, again = (vendor.upload(headers=key) for _ in range(2))
    assert first.status_code == 201
    assert first.data == again.data
    refused(vendor.upload(content=PDF + b"%", headers=key), 422, "idempotency_key_reused")
    assert len(objects_of(house, vendor)) == 1


def test_without_the_store_nothing_is_recorded(town: Town, house: Alone) -> None:
    """Object first, row second: a paper whose file is not in the store is not in the register."""
    vendor = town.vendor()
    web = house.parts.web
    wired = web.extensions["house"]
    away = replace(house.settings.storage, endpoint="http://127.0.0.1:9")
    web.extensions["house"] = replace(wired, files=EvidenceFiles(ObjectStore(away), wired.files.bucket))
    try:
        answer = vendor.upload(content=PNG, name="a.png", kind="image/png")
    finally:
        web.extensions["house"] = wired
    refused(answer, 503, "storage_unavailable")
    assert answer.headers["Retry-After"]
    assert vendor.get(f"/v1/vendors/{vendor.organisation}/evidence").get_json()["items"] == []
    assert vendor.upload(content=PNG, name="a.png", kind="image/png").status_code == 201
