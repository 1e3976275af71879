"""Events as they travel and as the log keeps them.

An event is a CloudEvent 1.0 in canonical JSON (RFC 8785), signed by the service that tells it, as a C2SP signed
note: the JSON, a newline, an empty line, the signature line. These exact bytes are stored in the outbox, carried by
the bus and become the leaf of the log; nobody ever serialises them again, so whoever checks a signature checks what
was said. `data` is a Protocol Buffers message in its JSON mapping with the field names of the .proto.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message
from licita_formats.notes import Signer, Verifier
from licita_formats.statements import open_statement, sign_statement

from backbone.clock import parse_rfc3339, rfc3339

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Event:
    """A fact about to be told. `key` orders: events of one key arrive in the order they were told."""

    subject: str
    data: Message
    actor: str = ""
    key: str = ""

    @property
    def type(self) -> str:
        """The full name of the message, `licita.tenders.v1.TenderPublished`."""
        return str(self.data.DESCRIPTOR.full_name)

    def data_json(self) -> dict[str, Any]:
        """`data` by the JSON mapping; every field is there, also those at their default."""
        mapped: dict[str, Any] = json_format.MessageToDict(
            self.data, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
        return mapped


@dataclass(frozen=True)
class Received:
    """An event that came over the bus and whose signature was right."""

    id: str
    type: str
    producer: str
    sequence: int
    subject: str
    time: datetime
    actor: str
    data: dict[str, Any]

    def parse(self, kind: Callable[[], M]) -> M:
        """`data` as the message `kind`; fields this version does not know are passed over."""
        return json_format.ParseDict(self.data, kind(), ignore_unknown_fields=True)


def cloud_event(
    *, event_id: str, producer: str, kind: str, subject: str, time: datetime, sequence: int, actor: str, data: Any
) -> dict[str, Any]:
    """The CloudEvents JSON form. `sequence` counts this producer's events from 1 without gaps."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/licita/{producer}",
        "type": kind,
        "subject": subject,
        "time": rfc3339(time),
        "datacontenttype": "application/json",
        "sequence": sequence,
        "actor": actor,
        "data": data,
    }


def sign_event(event: dict[str, Any], signer: Signer) -> bytes:
    """The bytes that travel."""
    return sign_statement(event, signer).encode()


def open_event(body: bytes, verifiers: list[Verifier]) -> Received:
    """Checks who told it and reads it.

    Raises:
        licita_formats.notes.NoteError: not a note, or no signature of a known service.
        ValueError: the signer is not the producer that the event names.
    """
    statement = open_statement(body.decode(), verifiers)
    producer = statement.body["source"].removeprefix("/licita/")
    if f"licita/{producer}" not in statement.signers:
        raise ValueError(f"event of {producer} signed by {statement.signers}")
    told = statement.body
    return Received(
        id=told["id"],
        type=told["type"],
        producer=producer,
        sequence=told["sequence"],
        subject=told["subject"],
        time=parse_rfc3339(told["time"]),
        actor=told["actor"],
        data=told["data"],
    )
