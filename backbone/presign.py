"""Presigned uploads that bind what is uploaded: AWS Signature Version 4 in the query, with headers in the signature.

The minio client presigns the host header alone, so whoever has its URL may upload anything. Here the SHA-256 and the
length are signed as well, and the store itself refuses other bytes (tried with SeaweedFS 4.48: 400 BadDigest for
another content, 403 for another length or checksum).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from backbone.settings import StorageSettings

ALGORITHM = "AWS4-HMAC-SHA256"
CHECKSUM = "x-amz-checksum-sha256"


@dataclass(frozen=True)
class Presigned:
    """A URL and the headers that the request must carry."""

    url: str
    headers: dict[str, str]


def presign_put(
    storage: StorageSettings, bucket: str, key: str, *, sha256: str, size: int, now: datetime, lifetime: timedelta
) -> Presigned:
    """One PUT of exactly `size` bytes with this digest (hex), good from `now` (UTC) for `lifetime`, at most 7 days."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    host = urlsplit(storage.public_endpoint).netloc
    headers = {"content-length": str(size), "host": host, CHECKSUM: checksum}
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{storage.region}/s3/aws4_request"
    query = _query(
        {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{storage.access_key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(int(lifetime.total_seconds())),
            "X-Amz-SignedHeaders": ";".join(sorted(headers)),
        }
    )
    path = f"/{bucket}/{quote(key)}"
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    request = "\n".join(["PUT", path, query, *lines, "", ";".join(sorted(headers)), "UNSIGNED-PAYLOAD"])
    signature = _sign(storage, stamp, scope, request)
    url = f"{storage.public_endpoint.rstrip('/')}{path}?{query}&X-Amz-Signature={signature}"
    return Presigned(url, {CHECKSUM: checksum})


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(values.items()))


def _sign(storage: StorageSettings, stamp: str, scope: str, request: str) -> str:
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{storage.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
