"""The object store (any S3). This file is the only door to it.

Documents are written before the row that names them, so that a crash leaves an object that nobody refers to and
never a row without its object.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import MinioException, S3Error
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig

from backbone.errors import NotFound, Unavailable
from backbone.presign import Presigned, presign_put
from backbone.settings import StorageSettings

MISSING = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "MethodNotAllowed"}
FAILURES = (MinioException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True)
class StoredObject:
    """What the store says of an object. `size` in bytes; `version` is the store's id of these bytes."""

    size: int
    version: str
    etag: str
    content_type: str


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turns what the store or the network says into our errors.

    Raises:
        NotFound: no such object.
        Unavailable: anything else; nothing is known to have been stored.
    """
    try:
        yield
    except S3Error as error:
        if error.code in MISSING:
            raise NotFound("object_missing") from error
        raise Unavailable("storage_unavailable") from error
    except FAILURES as error:
        raise Unavailable("storage_unavailable") from error


class ObjectStore:
    """The store with the service's own credentials. Safe to share between threads."""

    def __init__(self, settings: StorageSettings) -> None:
        self._settings = settings
        address = urllib3.util.parse_url(settings.endpoint)
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=2, read=15), maxsize=16, retries=urllib3.Retry(total=1, backoff_factor=0.1)
        )
        self._client = Minio(
            endpoint=address.netloc or "",
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            secure=address.scheme == "https",
            region=settings.region,
            http_client=self._pool,
        )

    def put(
        self,
        bucket: str,
        key: str,
        data: BinaryIO,
        length: int,
        *,
        content_type: str = "application/octet-stream",
        retain_until: datetime | None = None,
    ) -> StoredObject:
        """Stores `length` bytes of a stream; with `retain_until` nobody can delete or overwrite this version before.

        Raises:
            Unavailable: the store did not confirm.
        """
        retention = Retention(COMPLIANCE, retain_until) if retain_until else None
        with translated_errors():
            written = self._client.put_object(
                bucket_name=bucket,
                object_name=key,
                data=data,
                length=length,
                content_type=content_type,
                retention=retention,
            )
        return StoredObject(length, written.version_id or "", written.etag or "", content_type)

    @contextmanager
    def get(self, bucket: str, key: str, version: str | None = None) -> Iterator[BinaryIO]:
        """The object as a stream; the connection goes back to the pool when the block ends.

        Raises:
            NotFound: no such object.
            Unavailable: the store does not answer.
        """
        with translated_errors():
            response = self._client.get_object(bucket_name=bucket, object_name=key, version_id=version)
        try:
            with translated_errors():  # the connection may also be lost while the caller reads
                yield cast("BinaryIO", response)
        finally:
            response.close()
            response.release_conn()

    def stat(self, bucket: str, key: str, version: str | None = None) -> StoredObject:
        """What the store holds under the key.

        Raises:
            NotFound: no such object.
            Unavailable: the store does not answer.
        """
        with translated_errors():
            found = self._client.stat_object(bucket_name=bucket, object_name=key, version_id=version)
        return StoredObject(found.size or 0, found.version_id or "", found.etag or "", found.content_type or "")

    def lock(self, bucket: str, key: str, version: str, until: datetime) -> None:
        """Keeps this version from being deleted before `until` (Object Lock, COMPLIANCE); it can only be prolonged.

        Raises:
            NotFound: no such object.
            Unavailable: the store refused or does not answer.
        """
        with translated_errors():
            self._client.set_object_retention(
                bucket_name=bucket, object_name=key, config=Retention(COMPLIANCE, until), version_id=version
            )

    def presigned_put(self, bucket: str, key: str, *, sha256: str, size: int, lifetime: timedelta) -> Presigned:
        """A way for a stranger to upload exactly these bytes, good for `lifetime`; the store is not asked.

        The signature counts from this process's clock, which the store compares with its own.
        """
        now = datetime.now(UTC)
        return presign_put(self._settings, bucket, key, sha256=sha256, size=size, now=now, lifetime=lifetime)

    def remove(self, bucket: str, key: str, version: str | None = None) -> None:
        """Removes this version; without one, only puts a delete marker on the key. A version under lock stays.

        Raises:
            Unavailable: the store does not answer.
        """
        with translated_errors():
            self._client.remove_object(bucket_name=bucket, object_name=key, version_id=version)

    def ensure_bucket(self, bucket: str, *, object_lock: bool = False) -> None:
        """Makes the bucket, versioned, if it is not there.

        Raises:
            Unavailable: the store does not answer.
        """
        with translated_errors():
            if not self._client.bucket_exists(bucket_name=bucket):
                self._client.make_bucket(bucket_name=bucket, object_lock=object_lock)
            if not object_lock:  # a bucket with object lock is versioned by that
                self._client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))

    def health(self) -> None:
        """Answers if the store answers.

        Raises:
            Unavailable: it does not.
        """
        with translated_errors():
            self._client.list_buckets()
