"""Files of tenders in the object store: `<tender>/<sha256>` in the documents bucket; a key names its content."""

from contextlib import AbstractContextManager
from typing import BinaryIO

from backbone.objects import ObjectStore
from backbone.uploads import Upload


def keep(objects: ObjectStore, bucket: str, tender_id: str, upload: Upload) -> str:
    """Stores the file durably and returns its key; storing the same bytes again changes nothing.

    Raises:
        Unavailable: the store does not answer; nothing that counts was stored.
    """
    key = f"{tender_id}/{upload.sha256}"
    objects.put(bucket, key, upload.stream, upload.size, content_type=upload.content_type)
    return key


def open_file(objects: ObjectStore, bucket: str, key: str) -> AbstractContextManager[BinaryIO]:
    """The file as a stream; leaving the block gives the connection back.

    Raises:
        NotFound: the store has no such object.
        Unavailable: the store does not answer.
    """
    return objects.get(bucket, key)
