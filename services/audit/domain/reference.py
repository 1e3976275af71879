"""What an event is about, so that the log can be read by thing: a tender, a vendor, a commitment, or its subject."""

from typing import Any


def reference_of(kind: str, subject: str, data: dict[str, Any]) -> str:
    """The id under which the event is found. A commitment stands for itself until an opening reveals it."""
    if kind.endswith(".RecordCommitted"):
        return str(data["commitment"])
    notice = data.get("notice")
    if isinstance(notice, dict):
        return str(notice["tender"])
    tender = data.get("tender")
    return tender if isinstance(tender, str) and tender else subject
