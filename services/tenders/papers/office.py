"""Signs papers and keeps copies of them in the documents bucket, object first, row second."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from licita_formats import canonical
from licita_formats.notes import Signer
from licita_formats.statements import sign_statement

from backbone.ids import new_id
from backbone.messages import LANGUAGES
from backbone.objects import ObjectStore
from services.tenders.domain.paper import Paper
from services.tenders.papers import render


@dataclass(frozen=True)
class Office:
    """Where papers are signed and filed. `base` is the public address under which they are read."""

    signer: Signer
    objects: ObjectStore
    bucket: str
    base: str

    def issue(self, tender: str, kind: str, subject: str, body: dict[str, Any], at: datetime) -> Paper:
        """A signed paper that is not filed in the bucket: a letter, a receipt."""
        return Paper(
            id=new_id(),
            tender=tender,
            kind=kind,
            subject=subject,
            sha256=hashlib.sha256(canonical.dumps(body)).hexdigest(),
            statement=sign_statement(body, self.signer),
            issued_at=at,
        )

    def file(self, tender: str, kind: str, subject: str, body: dict[str, Any], at: datetime) -> Paper:
        """A signed paper with a copy of the statement and of its pages in the bucket.

        Raises:
            Unavailable: the store did not confirm; objects that nobody refers to may be left.
        """
        issued = self.issue(tender, kind, subject, body, at)
        folder = f"papers/{tender}/{issued.id}"
        self._keep(f"{folder}/statement.txt", issued.statement, "text/plain; charset=utf-8")
        for language in LANGUAGES:
            page = render(kind, body, issued.statement, language)
            self._keep(f"{folder}/{language}.html", page, "text/html; charset=utf-8")
        return Paper(**{**issued.__dict__, "object_key": folder})

    def _keep(self, key: str, text: str, content_type: str) -> None:
        data = text.encode()
        self.objects.put(self.bucket, key, BytesIO(data), len(data), content_type=content_type)
