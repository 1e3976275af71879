"""The age conformance vectors, read from the npm package `cctv-age` where it is installed in `.cache/npm`.

`npm install --prefix .cache/npm cctv-age shamir-secret-sharing` installs it; the vectors are not committed.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from licita_formats.age import Identity

NODE_MODULES = Path(__file__).parents[3] / ".cache" / "npm" / "node_modules"
_VECTOR = re.compile(r'^// \.\./testdata/(\w+)\nvar \w+ = __toBinary\("([^"]*)"\);$', re.MULTILINE)


@dataclass(frozen=True)
class AgeVector:
    name: str
    expect: str
    payload_sha256: str
    identities: list[Identity]
    file: bytes


def age_vectors() -> Iterator[object]:
    """One parameter for each vector that is about binary files and X25519 identities."""
    module = NODE_MODULES / "cctv-age" / "index.js"
    if not module.is_file():
        skip = pytest.mark.skip(reason="npm package cctv-age is not in .cache/npm; see tests/unit/formats/vectors.py")
        yield pytest.param(None, id="absent", marks=skip)
        return
    for name, encoded in _VECTOR.findall(module.read_text("utf-8")):
        vector = _parse(name, base64.b64decode(encoded))
        if vector is not None:
            yield pytest.param(vector, id=name)


def _parse(name: str, data: bytes) -> AgeVector | None:
    head, _, file = data.partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
    facts = dict(pairs)
    # Without any identity only those vectors can be run whose header is wrong in itself.
    texts = [value for key, value in pairs if key == "identity" and value.startswith("AGE-SECRET-KEY-1")]
    if "armored" in facts or "passphrase" in facts or not (texts or name == "empty"):
        return None
    if facts.get("compressed") == "zlib":
        file = zlib.decompress(file)
    return AgeVector(name, facts["expect"], facts.get("payload", ""), [Identity.parse(text) for text in texts], file)
