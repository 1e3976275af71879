"""The event bus as everything above it sees it: publish a batch in order, consume topics as a group.

    BusUnavailable          503  the broker did not acknowledge in time; trying again is right
    ├── UnknownTopic             a topic that nobody declared (deploy/topics.toml)
    └── PartitionTaken           another consumer of the group holds the partition now; drop the message, it has it

What a caller may rely on, with either adapter:

* Messages of one topic with the same key stay in the order in which they were published.
* `publish` returns after the durable acknowledgement. When it raises, none, some or all of the batch may be there:
  publish the same batch again, and let readers recognise what they have seen (`backbone/listener.py`).
* Each group gets every message at least once. A position moves only by `commit`, to the message after the given one.
* Members of one group share the partitions; when one ends, the others take over from its committed positions.

The adapters connect at first use and never before, so that a process may fork after opening them.
See docs/bus.md for the guarantees and the measurements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from backbone.errors import Invalid, Unavailable

KINDS = ("postgres", "kafka")
LARGEST_VALUE = 512 * 1024  # below every broker's default limit, so that the choice of broker never decides


class BusUnavailable(Unavailable):
    """The broker did not acknowledge. Nothing is lost: the same call again is right."""


class UnknownTopic(BusUnavailable):
    """The topic is not declared on the broker (yet)."""


class PartitionTaken(BusUnavailable):
    """The partition of this message belongs to another consumer of the group since; it will get the message again."""


@dataclass(frozen=True)
class Message:
    """One event on its way. `key` decides the partition; `headers` are small texts for plumbing (traceparent)."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuses what one of the brokers could not carry.

        Raises:
            Invalid: the value is over 512 KiB, or the key is empty or contains NUL.
        """
        if len(self.value) > LARGEST_VALUE:
            raise Invalid("message_too_large", limit=LARGEST_VALUE)
        if not self.key or "\x00" in self.key:
            raise Invalid("message_key_malformed")


@dataclass(frozen=True)
class Delivered:
    """A message with its place in the topic: offsets count from 0 in each partition."""

    message: Message
    partition: int
    offset: int


@dataclass(frozen=True)
class Topic:
    """A declaration of deploy/topics.toml. `key` names, for people, what the messages are keyed by."""

    name: str
    owner: str
    key: str
    partitions: int
    retention_days: int


@dataclass(frozen=True)
class BusSettings:
    """Which broker and where. `database_url` is read by the postgres adapter, `bootstrap_servers` by kafka's."""

    kind: str
    database_url: str
    bootstrap_servers: str
    client_id: str

    def __post_init__(self) -> None:
        """Refuses an unknown broker before anything starts.

        Raises:
            ValueError: `kind` is neither `postgres` nor `kafka`.
        """
        if self.kind not in KINDS:
            raise ValueError(f"BUS is one of {', '.join(KINDS)}, not {self.kind!r}")


class Publisher(Protocol):
    """One thread's way of telling. Not to be shared between threads."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Appends the batch in order per key and returns after the durable acknowledgement.

        Raises:
            BusUnavailable: no acknowledgement; publish the same batch again.
            UnknownTopic: a topic is not declared; nothing was appended.
        """

    def close(self) -> None:
        """Lets go of the broker. Twice is harmless."""


class Subscriber(Protocol):
    """One thread's way of listening, as a member of a group. Not to be shared between threads."""

    def poll(self, timeout: float, limit: int) -> list[Delivered]:
        """At most `limit` messages after those polled before, in order per partition; none after `timeout` seconds.

        Raises:
            BusUnavailable: the broker is away; polling again reconnects and starts from the committed positions.
            UnknownTopic: a topic is not declared.
        """

    def commit(self, delivered: Delivered) -> None:
        """Sets the group's position in that partition to the message after this one, durably.

        Raises:
            BusUnavailable: the broker is away; the message comes again.
            PartitionTaken: another member holds the partition now; it gets the message again.
        """

    def lag(self) -> int:
        """How many messages the whole group has not committed yet. Does not make the caller a member.

        Raises:
            BusUnavailable: the broker is away.
        """

    def close(self) -> None:
        """Leaves the group at once, so that others take over. Twice is harmless."""


def open_publisher(settings: BusSettings) -> Publisher:
    """A publisher on the configured broker; connects at the first `publish`."""
    # The adapters are imported here because they import this module, and so that only the chosen client is loaded.
    if settings.kind == "kafka":
        from backbone.bus_kafka import KafkaPublisher  # noqa: PLC0415  see above

        return KafkaPublisher(settings)
    from backbone.bus_postgres import PostgresPublisher  # noqa: PLC0415  see above

    return PostgresPublisher(settings)


def open_subscriber(settings: BusSettings, group: str, topics: Sequence[str]) -> Subscriber:
    """A member-to-be of `group`, reading `topics`; connects and joins at the first `poll`."""
    if settings.kind == "kafka":
        from backbone.bus_kafka import KafkaSubscriber  # noqa: PLC0415  as above

        return KafkaSubscriber(settings, group, topics)
    from backbone.bus_postgres import PostgresSubscriber  # noqa: PLC0415  as above

    return PostgresSubscriber(settings, group, topics)
