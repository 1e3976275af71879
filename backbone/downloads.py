"""A kept file as an answer: streamed, never shown inside our pages, under its true name."""

from contextlib import AbstractContextManager, ExitStack
from typing import BinaryIO
from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header
from werkzeug.wsgi import FileWrapper

from backbone.uploads import CHUNK_BYTES


def file_answer(
    opened: AbstractContextManager[BinaryIO], *, name: str, content_type: str, size: int, sha256: str
) -> Response:
    """The file's bytes with its SHA-256 as ETag; `opened` is left when the last byte is out.

    Raises:
        NotFound: the store has no such object.
        Unavailable: the store does not answer.
    """
    kept = ExitStack()
    answer = Response(FileWrapper(kept.enter_context(opened), CHUNK_BYTES), content_type=content_type)
    answer.call_on_close(kept.close)
    answer.content_length = size
    answer.set_etag(sha256)
    answer.headers["Content-Disposition"] = attachment(name)
    # A stranger's file is opened by the reader's own programs, not by the browser in our name.
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def attachment(name: str) -> str:
    """RFC 6266: a name in ASCII for old programs and the true one (RFC 8187) for all others."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    true = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    return dump_options_header("attachment", {"filename": plain, **true})
