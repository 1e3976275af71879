"""Validation against the OCDS 1.1.5 schema files, with formats checked and nothing fetched."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

NAMES = ("release-schema", "release-package-schema", "record-package-schema", "versioned-release-validation-schema")


def validate(package: dict[str, Any], schemas: Path) -> None:
    """Raises `AssertionError` with every error of a record or release package."""
    known = {name: json.loads((schemas / f"{name}.json").read_text("utf-8")) for name in NAMES}
    resources = [
        (schema["id"], Resource.from_contents(schema, default_specification=DRAFT4)) for schema in known.values()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    kind = "record-package-schema" if "records" in package else "release-package-schema"
    validator = Draft4Validator(known[kind], registry=registry, format_checker=FormatChecker())
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(package)]
    assert not errors, "\n".join(errors[:20])
