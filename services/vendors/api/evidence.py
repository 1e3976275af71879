"""Routes of evidence."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header
from werkzeug.wsgi import FileWrapper

from backbone.acts import Call
from backbone.ids import new_id
from backbone.principal import Principal
from backbone.uploads import CHUNK_BYTES, Upload, examine
from services.vendors.api import doors, house
from services.vendors.api.register import vendor_of
from services.vendors.commands import keep_evidence
from services.vendors.commands.register import must_own
from services.vendors.domain.evidence import LARGEST_BYTES, TYPES, Evidence, check_validity
from services.vendors.queries import register as queries
from services.vendors.schemas.evidence import EvidenceContent, EvidenceIn, EvidenceOut, EvidencePage


@dataclass(frozen=True)
class Stored:
    """A file that is in the store, waiting for its row."""

    evidence_id: str
    upload: Upload


def store_file(principal: Principal, body: dict[str, Any], vendor_id: Any) -> Stored:
    """Object first, row second: a crash between them leaves an object that nobody refers to, never the reverse.

    What the command would refuse is refused here too, so that refusals leave no object.
    """
    must_own(principal, str(vendor_id))
    upload = examine(body["file"], largest=LARGEST_BYTES, types=TYPES)
    with house().database.read() as tx:
        queries.must_find(tx, str(vendor_id))
        check_validity(body["valid_until"], tx.now())
    stored = Stored(new_id(), upload)
    house().files.keep(str(vendor_id), stored.evidence_id, upload)
    return stored


@doors.act(
    "POST",
    "/v1/vendors/<uuid:vendor_id>/evidence",
    body=EvidenceIn,
    multipart=True,
    returns=EvidenceOut,
    status=201,
    before=store_file,
)
def add_evidence(call: Call, body: dict[str, Any]) -> Any:
    """Keeps a paper of the supplier; it is kept once and used for as long as it holds."""
    stored: Stored = call.prepared
    paper = keep_evidence.add_evidence(
        call.tx,
        call.principal,
        vendor_of(call),
        evidence_id=stored.evidence_id,
        upload=stored.upload,
        kind=body["kind"],
        title=body["title"],
        valid_until=body["valid_until"],
    )
    return _shown(paper, call.tx.now())


@doors.ask("/v1/vendors/<uuid:vendor_id>/evidence", returns=EvidencePage)
def list_evidence(call: Call) -> Any:
    """The supplier's papers, for its owner and registrars."""
    papers, now = queries.list_evidence(call.tx, call.principal, vendor_of(call))
    return {"items": [_shown(each, now) for each in papers], "next": None}


@doors.ask("/v1/vendors/<uuid:vendor_id>/evidence/<uuid:evidence_id>/file", returns=EvidenceContent)
def download_evidence(call: Call) -> Any:
    """The file itself, as it was uploaded, for its owner and registrars."""
    paper = queries.find_evidence(call.tx, call.principal, vendor_of(call), str(call.path["evidence_id"]))
    opened = ExitStack()
    stream = opened.enter_context(house().files.open(paper))
    answer = Response(FileWrapper(stream, CHUNK_BYTES), content_type=paper.content_type)
    answer.call_on_close(opened.close)
    answer.content_length = paper.size
    answer.set_etag(paper.sha256)
    # Never shown inside our pages: a supplier's file is opened by the reader's own programs.
    answer.headers["Content-Disposition"] = _attachment(paper.file_name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _attachment(name: str) -> str:
    """RFC 6266: a name in ASCII for old programs and the true one (RFC 8187) for all others."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    true = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    return dump_options_header("attachment", {"filename": plain, **true})


def _shown(paper: Evidence, now: datetime) -> dict[str, Any]:
    return asdict(paper) | {"validity": paper.validity(now)}
