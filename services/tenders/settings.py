"""What this service reads from the environment besides what all services read."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from environs import Env

from services.tenders.calendars import is_known
from services.tenders.domain.policy_book import PolicyBook
from services.tenders.domain.procedure import parse_policy

OWN_POLICIES = sorted((Path(__file__).parent / "policies").glob("*.toml"))
# The prefix that the standard's documentation uses in its examples; a publisher registers its own.
EXAMPLE_PREFIX = "ocds-213czf"


@dataclass(frozen=True)
class TendersSettings:
    """The policies in force, and how the OCDS data names itself."""

    policies: PolicyBook
    ocid_prefix: str
    publisher: str


def read_tenders_settings(env: Env | None = None) -> TendersSettings:
    """Reads POLICY_FILES (comma list of TOML files; our own models by default), OCID_PREFIX and PUBLISHER_NAME.

    Raises:
        ValueError: a policy file is malformed or names a calendar that nobody has.
        OSError: a policy file cannot be read.
    """
    source = env or Env()
    named = source.str("POLICY_FILES", "").split(",")
    files = [Path(name.strip()) for name in named if name.strip()] or OWN_POLICIES
    return TendersSettings(
        policies=load_policies(files),
        ocid_prefix=source.str("OCID_PREFIX", EXAMPLE_PREFIX),
        publisher=source.str("PUBLISHER_NAME", "Licita"),
    )


def load_policies(files: list[Path]) -> PolicyBook:
    """All `[[policy]]` tables of the files.

    Raises:
        ValueError: one is malformed, or its calendar is unknown.
        OSError: a file cannot be read.
    """
    tables = [table for file in files for table in tomllib.loads(file.read_text("utf-8"))["policy"]]
    policies = [parse_policy(table) for table in tables]
    for policy in policies:
        if policy.closing and policy.closing.calendar and not is_known(policy.closing.calendar):
            raise ValueError(f"{policy.reference}: no calendar for {policy.closing.calendar!r}")
    return PolicyBook(policies)
