"""Where ciphertexts and opened documents lie, and how they are checked. Keys are random and say nothing of a bid."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from licita_formats.sealed_bid import EnvelopeRefused, check_ciphertext
from licita_formats.streams import Readable, measure, pieces

from backbone.errors import Conflict, Invalid, NotFound
from backbone.objects import ObjectStore
from backbone.presign import Presigned
from services.bids.domain.bid import SealedFile
from services.bids.domain.upload import Upload


class Vault:
    """The buckets of sealed and of opened documents."""

    def __init__(self, objects: ObjectStore, sealed_bucket: str, opened_bucket: str) -> None:
        self._objects = objects
        self._sealed = sealed_bucket
        self._opened = opened_bucket

    def presign(self, upload: Upload, lifetime: timedelta) -> Presigned:
        """A URL for one PUT of exactly these bytes: the store itself refuses others."""
        return self._objects.presigned_put(
            self._sealed, upload.object_key, sha256=upload.sha256, size=upload.size, lifetime=lifetime
        )

    def take(self, upload: Upload, sealed: dict[str, Any], keep_until: datetime) -> SealedFile:
        """Reads the ciphertext whole, checks it without decrypting, and locks it: now every byte is received.

        The version that was read is the one that is locked and kept, whatever is uploaded to the same place later.

        Raises:
            Conflict: nothing was uploaded.
            Invalid: what was uploaded is not the ciphertext that the envelope describes; the code says how.
            Unavailable: the store does not answer.
        """
        try:
            version_id = self._objects.stat(self._sealed, upload.object_key).version
        except NotFound as error:
            raise Conflict("upload_missing", upload=upload.id) from error
        with self._objects.get(self._sealed, upload.object_key, version_id) as stream:
            try:
                check_ciphertext(stream, sealed)
            except EnvelopeRefused as error:
                raise Invalid(error.code, **error.params) from error
        self.lock(upload.object_key, version_id, keep_until)
        told = sealed["ciphertext"]
        return SealedFile(
            sealed["context"]["envelope"], told["sha256"], told["size"], upload.object_key, version_id, sealed
        )

    def lock(self, object_key: str, version_id: str, until: datetime) -> None:
        """Nobody changes or removes this version before `until` (COMPLIANCE mode).

        Raises:
            Unavailable: the store does not answer.
        """
        self._objects.lock(self._sealed, object_key, version_id, until)

    def forget(self, upload: Upload) -> None:
        """Removes what was uploaded and never became part of a bid.

        Raises:
            Unavailable: the store does not answer.
        """
        with suppress(NotFound):
            while True:
                version = self._objects.stat(self._sealed, upload.object_key).version
                self._objects.remove(self._sealed, upload.object_key, version)

    @contextmanager
    def ciphertext(self, file: SealedFile) -> Iterator[BinaryIO]:
        """A local copy of the very version that was received, rewound, with nothing checked but that it is there.

        Raises:
            NotFound: it is gone.
            Unavailable: the store does not answer.
        """
        with TemporaryFile() as copy:
            with self._objects.get(self._sealed, file.object_key, file.version_id) as stream:
                for piece in pieces(stream):
                    copy.write(piece)
            copy.seek(0)
            yield cast("BinaryIO", copy)

    def keep_opened(self, key: str, source: BinaryIO, media_type: str, keep_until: datetime) -> None:
        """Stores an opened document under lock. Doing it again makes another version of the same bytes.

        Raises:
            Unavailable: the store does not answer.
        """
        source.seek(0, 2)
        length = source.tell()
        source.seek(0)
        self._objects.put(self._opened, key, source, length, content_type=media_type, retain_until=keep_until)

    @contextmanager
    def opened(self, key: str) -> Iterator[Readable]:
        """An opened document's bytes.

        Raises:
            NotFound: no such document.
            Unavailable: the store does not answer.
        """
        with self._objects.get(self._opened, key) as stream:
            yield stream


def matches(copy: BinaryIO, file: SealedFile) -> bool:
    """Whether the copy is byte for byte what the receipt says; leaves it rewound."""
    measured = measure(copy)
    copy.seek(0)
    return (measured.sha256(), measured.size) == (file.sha256, file.size)
