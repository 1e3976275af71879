"""Documents: versions that stay, bytes that never change."""

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.integration.tenders.conftest import PDF, Town, done, refused

OTHER = b"%PDF-1.7\n2 0 obj << >> endobj\n"


def test_everybody_downloads_what_was_published(town: Town) -> None:
    """Control 1.1: without an account, with the digest as ETag, the same for ever."""
    tender = town.published()
    document = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["documents"][0]
    answer = town.nobody().get(f"/v1/tenders/{tender}/documents/{document['id']}/versions/1")
    assert answer.data == PDF
    assert answer.headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_drafts_documents_are_for_their_buyer_alone(town: Town) -> None:
    tender = town.draft()
    document = done(town.officer.get(f"/v1/tenders/{tender}"), 200)["documents"][0]["id"]
    path = f"/v1/tenders/{tender}/documents/{document}/versions/1"
    refused(town.nobody().get(path), 404, "tender_unknown")
    assert town.officer.get(path).data == PDF


def test_a_replaced_document_stays_and_says_by_what(town: Town) -> None:
    """Control 1.5: a new version waits inside until a corrigendum names it; the old one keeps its address and bytes."""
    tender = town.published()
    document = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["documents"][0]["id"]
    refused(town.officer.upload(tender, OTHER, replaces=document), 422, "document_reason_missing")
    done(town.officer.upload(tender, OTHER, replaces=document, reason="Faltaba el anexo B."), 201)
    path = f"/v1/tenders/{tender}/documents/{document}/versions"
    refused(town.nobody().get(f"{path}/2"), 404, "document_unknown")
    body = {"reasonCode": "update-add", "rationale": "Anexo B.", "changes": {"documents": [document]}}
    made = done(town.officer.post(f"/v1/tenders/{tender}/corrigenda", body), 201)
    done(town.approver.post(f"/v1/tenders/{tender}/corrigenda/{made['number']}/approval"), 201)
    assert town.nobody().get(f"{path}/1").data == PDF
    assert town.nobody().get(f"{path}/2").data == OTHER
    shown = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)["documents"]
    assert [(each["version"], each["supersededBy"]) for each in shown] == [(1, 2), (2, 0)]
    told = next(each for each in town.journal(tender) if each["type"] == "NoticeAmended")["data"]["notice"]
    assert [(each["version"], each["superseded_by"]) for each in told["documents"]] == [(1, 2), (2, 0)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM document_versions WHERE tender = :tender",
        "UPDATE document_versions SET sha256 = 'x' WHERE tender = :tender",
        "UPDATE document_versions SET published_at = clock_timestamp() WHERE tender = :tender",
        "UPDATE notice_versions SET sha256 = 'x' WHERE tender = :tender",
        "DELETE FROM notice_versions WHERE tender = :tender",
        "UPDATE releases SET body = '' WHERE tender = :tender",
        "DELETE FROM releases WHERE tender = :tender",
    ],
)
def test_the_database_itself_keeps_what_was_published(town: Town, statement: str) -> None:
    """Control 1.5: also for who reaches the tables with the service's own statements."""
    tender = town.published()
    with pytest.raises(DatabaseError, match="never changed or deleted"), town.house.database.begin() as tx:
        tx.connection.execute(text(statement), {"tender": tender})


def test_a_file_that_is_not_what_it_says_is_refused(town: Town) -> None:
    tender = town.draft()
    refused(town.officer.upload(tender, b"MZ not a PDF"), 422, "file_type_mismatch")
    refused(town.officer.upload(tender, b""), 422, "file_empty")
    refused(town.officer.upload(tender, replaces="0b5ad3c0-1d7c-4f8e-9d6a-2f4a1f6f9f10"), 422, "document_unknown")
    assert len(done(town.officer.get(f"/v1/tenders/{tender}"), 200)["documents"]) == 1
