"""Routes of documents."""

from dataclasses import dataclass
from typing import Any

from backbone.acts import Call
from backbone.downloads import file_answer
from backbone.principal import Principal
from backbone.uploads import Upload, examine
from services.tenders import documents as files
from services.tenders.api import doors, house, tender_of
from services.tenders.commands.document import add_document as add
from services.tenders.domain.document import LARGEST_BYTES, TYPES
from services.tenders.domain.tender import Act, transition
from services.tenders.queries.access import must_be_buyer
from services.tenders.queries.preparation import find_document
from services.tenders.queries.tenders import document_json
from services.tenders.schemas.preparation import DocumentIn
from services.tenders.schemas.shapes import FileContent
from services.tenders.schemas.tender import DOCUMENT_OUT
from services.tenders.store.documents import versions_of
from services.tenders.store.tenders import load_tender


@dataclass(frozen=True)
class Stored:
    """A file that is in the store, waiting for its row."""

    upload: Upload
    object_key: str


def store_file(principal: Principal, body: dict[str, Any], tender_id: Any) -> Stored:
    """Object first, row second. What the command would refuse is refused here too, so that refusals leave no object."""
    upload = examine(body["file"], largest=LARGEST_BYTES, types=TYPES)
    with house().database.read() as tx:
        tender = load_tender(tx, str(tender_id))
        must_be_buyer(principal, tender)
        transition(tender, Act.ADD_DOCUMENT, tx.now())
    key = files.keep(house().objects, house().bucket, str(tender_id), upload)
    return Stored(upload, key)


@doors.act(
    "POST",
    "/v1/tenders/<uuid:tender_id>/documents",
    body=DocumentIn,
    multipart=True,
    returns=DOCUMENT_OUT,
    status=201,
    before=store_file,
)
def add_document(call: Call, body: dict[str, Any]) -> Any:
    """Adds a document or a new version of one. After publication it stays inside until a corrigendum names it."""
    stored: Stored = call.prepared
    added = add(
        call.tx,
        call.principal,
        tender_of(call),
        upload=stored.upload,
        object_key=stored.object_key,
        title=body["title"],
        document_type=body["document_type"],
        language=body["language"],
        replaces=str(body["replaces"] or ""),
        reason=body["reason"],
    )
    tender = load_tender(call.tx, tender_of(call))
    return document_json(tender, added, versions_of(call.tx, tender.id), house().public_url)


@doors.ask(
    "/v1/tenders/<uuid:tender_id>/documents/<uuid:document_id>/versions/<int:number>",
    returns=FileContent,
)
def download_document(call: Call) -> Any:
    """The bytes of one version, the same for ever; the ETag is their SHA-256."""
    version = find_document(
        call.tx, call.principal, tender_of(call), str(call.path["document_id"]), call.path["number"]
    )
    stream = files.open_file(house().objects, house().bucket, version.object_key)
    answer = file_answer(
        stream, name=version.file_name, content_type=version.format, size=version.size, sha256=version.sha256
    )
    if version.published_at:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
