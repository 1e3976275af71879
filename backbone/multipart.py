"""Bodies of multipart/form-data as one schema: fields and files together, as OpenAPI describes them."""

import hashlib
from typing import Any

import orjson
from flask import Request, abort, request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

MEDIA_TYPE = "multipart/form-data"
LOCATION = "multipart"
CONTENT_TYPES = {**Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING, LOCATION: MEDIA_TYPE}


class Parser(type(Blueprint.ARGUMENTS_PARSER)):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's parser, which also knows the location `multipart`."""

    __location_map__ = {**FlaskParser.__location_map__, LOCATION: "load_multipart"}  # noqa: RUF012  webargs' own name

    def load_multipart(self, req: Request, schema: Schema) -> MultiDictProxy:
        """Fields and files of the request, or 415."""
        if req.mimetype != MEDIA_TYPE:
            abort(415)
        return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


def sent() -> bytes:
    """What was sent, for recognising the same request again.

    A multipart body's boundary differs each time and its files are spooled to disk: of it, the fields and digests.
    """
    if request.mimetype != MEDIA_TYPE:
        return request.get_data()
    files = [(field, file.filename, _digest(file.stream)) for field, file in request.files.items(multi=True)]
    return orjson.dumps([sorted(request.form.items(multi=True)), files])


def _digest(stream: Any) -> str:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return digest
