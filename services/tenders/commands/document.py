"""Documents: added in a draft, or after publication kept until a corrigendum names them."""

from backbone.database import Transaction
from backbone.ids import new_id
from backbone.principal import Principal
from backbone.uploads import Upload
from services.tenders.commands.draft import edited, lock_own
from services.tenders.domain.document import DocumentVersion, next_place
from services.tenders.domain.tender import Act, Stage, transition
from services.tenders.store import documents
from services.tenders.store.tenders import save_state


def add_document(
    tx: Transaction,
    principal: Principal,
    tender_id: str,
    *,
    upload: Upload,
    object_key: str,
    title: str,
    document_type: str,
    language: str,
    replaces: str = "",
    reason: str = "",
) -> DocumentVersion:
    """A new document, or with `replaces` a new version of one, whose earlier versions stay (control 1.5).

    Raises:
        Conflict: the tender takes no documents now, or has too many.
        Invalid: it replaces nothing known, or without a reason.
    """
    tender = lock_own(tx, principal, tender_id)
    now = tx.now()
    transition(tender, Act.ADD_DOCUMENT, now)
    version, position = next_place(documents.versions_of(tx, tender.id), replaces, reason)
    added = DocumentVersion(
        document=replaces or new_id(),
        version=version,
        position=position,
        title=title,
        document_type=document_type,
        language=language,
        format=upload.content_type,
        file_name=upload.name,
        sha256=upload.sha256,
        size=upload.size,
        object_key=object_key,
        reason=reason,
        uploaded_by=principal.person,
        uploaded_at=now,
    )
    documents.add(tx, tender.id, added)
    if tender.state is Stage.DRAFT:
        save_state(tx, edited(tender, principal))
    return added
