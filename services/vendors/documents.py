"""Files of evidence in the object store: `<vendor>/<evidence>` in the evidence bucket, versioned, never overwritten."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from backbone.objects import ObjectStore
from backbone.uploads import Upload
from services.vendors.domain.evidence import Evidence


@dataclass(frozen=True)
class EvidenceFiles:
    """The evidence bucket."""

    objects: ObjectStore
    bucket: str

    def keep(self, vendor_id: str, evidence_id: str, upload: Upload) -> None:
        """Stores the file durably; when this returns it is there.

        Raises:
            Unavailable: the store does not answer; nothing that counts was stored.
        """
        self.objects.put(
            self.bucket, _key(vendor_id, evidence_id), upload.stream, upload.size, content_type=upload.content_type
        )

    def open(self, paper: Evidence) -> AbstractContextManager[BinaryIO]:
        """The file as a stream; leaving the block gives the connection back.

        Raises:
            NotFound: the store has no such object.
            Unavailable: the store does not answer.
        """
        return self.objects.get(self.bucket, _key(paper.vendor, paper.id))


def _key(vendor_id: str, evidence_id: str) -> str:
    return f"{vendor_id}/{evidence_id}"
