"""A bid's folder on the bidder's device.

bid.json                 tender, lot, bidder, version, notice and committee digests, and what is sealed
<envelope>.age           the ciphertext that is sent
<envelope>.envelope.json the envelope that is sent with it
secret.json              S of each envelope and the blind: never sent before the receipt, needed for a rescue
receipt.txt              what the server signed when it took the bid
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licita_formats.sealed_bid import Committee, Context, Document, EnvelopeRefused, seal

from licita_client.home import write_private

BID, SECRET, RECEIPT = "bid.json", "secret.json", "receipt.txt"


@dataclass(frozen=True)
class Terms:
    """What a bid answers to, as `GET /v1/tenders/{id}/terms` gives it."""

    tender: str
    notice_sha256: str
    notice_version: int
    committee: Committee
    envelopes: Sequence[str]
    lots: Sequence[str]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Terms":
        """Reads the answer and computes the committee's fingerprint anew.

        Raises:
            EnvelopeRefused: `wrong_committee` where the fingerprint is not that of the members listed.
        """
        members = [{"member": each["member"], "recipient": each["recipient"]} for each in body["committee"]["members"]]
        committee = Committee.from_json(
            {"v": "licita.committee/v1", "k": body["committee"]["threshold"], "n": len(members), "members": members}
        )
        if committee.sha256() != body["committee"]["sha256"]:
            raise EnvelopeRefused("wrong_committee")
        notice = body["notice"]
        return cls(body["tender"], notice["sha256"], notice["version"], committee, body["envelopes"], body["lots"])


@dataclass(frozen=True)
class Contents:
    """What goes into one envelope: documents, and in the envelope with the price, the offer."""

    documents: Sequence[Document]
    offer: dict[str, Any] | None = None


def seal_folder(
    terms: Terms, lot: str, bidder: str, version: int, contents: Mapping[str, Contents], folder: Path
) -> dict[str, Any]:
    """Seals every envelope into `folder` and returns what `bid.json` says.

    Raises:
        EnvelopeRefused: `wrong_lot`, `wrong_envelopes`.
        PackageRefused: a document or the offer cannot be sealed.
    """
    if lot not in terms.lots:
        raise EnvelopeRefused("wrong_lot", lot=lot)
    if set(contents) != set(terms.envelopes):
        raise EnvelopeRefused("wrong_envelopes", expected=", ".join(terms.envelopes))
    folder.mkdir(parents=True, exist_ok=True)
    secrets: dict[str, str] = {}
    blind = ""
    for envelope in terms.envelopes:
        context = Context(terms.tender, lot, envelope, bidder, version, terms.notice_sha256, terms.committee.sha256())
        with (folder / f"{envelope}.age").open("wb") as target:
            sealed = seal(context, terms.committee, contents[envelope].documents, target, contents[envelope].offer)
        write_json(folder / f"{envelope}.envelope.json", sealed.envelope)
        secrets[envelope] = sealed.secret.hex()
        blind = blind or sealed.blind.hex()
    facts = {
        "tender": terms.tender, "lot": lot, "bidder": bidder, "version": version, "envelopes": list(terms.envelopes),
        "notice": terms.notice_sha256, "noticeVersion": terms.notice_version, "committee": terms.committee.sha256(),
    }  # fmt: skip
    write_private(folder / SECRET, json.dumps({"secrets": secrets, "blind": blind}, indent=2) + "\n")
    write_json(folder / BID, facts)
    return facts


def read_json(path: Path) -> Any:
    """The JSON in a file."""
    return json.loads(path.read_text("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """JSON that a person can read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
