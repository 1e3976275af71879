"""The bus on Apache Kafka, or any broker that speaks its protocol. The only file that imports `kafka`."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource
from kafka.errors import (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    TopicAlreadyExistsError,
    UnknownMemberIdError,
    UnknownTopicOrPartitionError,
)
from kafka.net.compat import KafkaNetClient

from backbone.bus import BusSettings, BusUnavailable, Delivered, Message, PartitionTaken, Topic, UnknownTopic
from backbone.errors import Conflict

CONNECT_MS = 3_000
REQUEST_MS = 10_000
SESSION_MS = 6_000  # a dead member's partitions are free after this
ACK_SECONDS = 20.0
CLOSE_SECONDS = 2.0
DAY_MS = 24 * 3600 * 1000
LOST_PARTITION = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)


class KafkaPublisher:
    """`backbone.bus.Publisher` on Kafka: idempotent, acknowledged by all replicas in sync."""

    def __init__(self, settings: BusSettings) -> None:
        self._settings = settings
        self._producer: KafkaProducer | None = None
        self._known: set[str] = set()
        self._closed = False

    def publish(self, messages: Sequence[Message]) -> None:
        """See `backbone.bus.Publisher.publish`."""
        _refuse_closed(self._closed)
        try:
            with _translated():
                self._check({message.topic for message in messages})
                self._send(messages)
        except BaseException:
            # What is still under way must not arrive after a later message of the same key: without this producer,
            # whose deliveries never expire by themselves, nothing of the batch is sent any more.
            self._abandon()
            raise

    def close(self) -> None:
        """See `backbone.bus.Publisher.close`."""
        self._closed = True
        self._abandon()  # nothing is pending: `publish` returns after the acknowledgement or abandons

    def _check(self, topics: set[str]) -> None:
        unseen = topics - self._known
        if unseen:
            _require(self._settings, unseen)
            self._known |= unseen

    def _send(self, messages: Sequence[Message]) -> None:
        deadline = time.monotonic() + ACK_SECONDS
        producer = self._open()
        pending = [
            producer.send(
                message.topic,
                key=message.key.encode(),
                value=message.value,
                headers=[(name, text.encode()) for name, text in message.headers.items()],
            )
            for message in messages
        ]
        producer.flush(ACK_SECONDS)
        for future in pending:
            future.get(timeout=max(0.0, deadline - time.monotonic()))

    def _open(self) -> KafkaProducer:
        if self._producer is None:
            self._producer = _construct(
                KafkaProducer,
                self._settings,
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                linger_ms=20,  # `flush` ends it: a batch travels in few requests and never waits
                batch_size=256 * 1024,
                max_block_ms=CONNECT_MS,
                delivery_timeout_ms=DAY_MS,  # longer than `publish` waits, see there
                metrics_enabled=False,
            )
        return self._producer

    def _abandon(self) -> None:
        producer, self._producer = self._producer, None
        self._known.clear()
        if producer is not None:
            _abandon(producer)


class KafkaSubscriber:
    """`backbone.bus.Subscriber` on Kafka's group protocol. Positions are committed only by `commit`."""

    def __init__(self, settings: BusSettings, group: str, topics: Sequence[str]) -> None:
        self._settings = settings
        self._group = group
        self._topics = list(topics)
        self._consumer: KafkaConsumer | None = None
        self._closed = False

    def poll(self, timeout: float, limit: int) -> list[Delivered]:
        """See `backbone.bus.Subscriber.poll`."""
        with self._guarded() as consumer:
            found = consumer.poll(timeout_ms=int(timeout * 1000), max_records=limit)
            return [_delivered(record) for records in found.values() for record in records]

    def commit(self, delivered: Delivered) -> None:
        """See `backbone.bus.Subscriber.commit`."""
        place = TopicPartition(delivered.message.topic, delivered.partition)
        # Only a member that polled holds anything; connecting anew here would come too late for this message.
        held = self._consumer is not None and place in self._consumer.assignment()
        if held:
            with self._guarded() as consumer:
                held = _commit(consumer, place, delivered.offset + 1)
        if not held:
            raise PartitionTaken("partition_taken", topic=place.topic, partition=place.partition)

    def lag(self) -> int:
        """See `backbone.bus.Subscriber.lag`."""
        with self._guarded() as consumer:
            places = [
                TopicPartition(topic, number)
                for topic in self._topics
                for number in consumer.partitions_for_topic(topic) or ()
            ]
            ends = consumer.end_offsets(places, timeout_ms=REQUEST_MS)
            starts = consumer.beginning_offsets(places, timeout_ms=REQUEST_MS)
            committed = {place: consumer.committed(place, timeout_ms=REQUEST_MS) or 0 for place in places}
            return sum(ends[place] - max(committed[place], starts[place]) for place in places)

    def close(self) -> None:
        """See `backbone.bus.Subscriber.close`."""
        self._closed = True
        self._drop()

    @contextmanager
    def _guarded(self) -> Iterator[KafkaConsumer]:
        _refuse_closed(self._closed)
        try:
            with _translated():
                yield self._open()
        except BaseException:
            self._drop()
            raise

    def _open(self) -> KafkaConsumer:
        if self._consumer is None:
            _require(self._settings, set(self._topics))
            self._consumer = _construct(
                KafkaConsumer,
                self._settings,
                *self._topics,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=SESSION_MS,
                heartbeat_interval_ms=SESSION_MS // 4,
                metrics_enabled=False,
            )
        return self._consumer

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))


def declare(settings: BusSettings, topics: Sequence[Topic]) -> None:
    """Creates what is missing, with as many replicas as the broker's default says, and updates retention.

    Raises:
        BusUnavailable: the broker is away.
        Conflict: a topic exists with another number of partitions, which would move keys out of their order.
    """
    with _translated(), _admin(settings) as admin:
        existing = {each["name"]: len(each["partitions"]) for each in admin.describe_topics()}
        for topic in topics:
            if existing.get(topic.name, topic.partitions) != topic.partitions:
                raise Conflict("topic_partitions_fixed", topic=topic.name, partitions=existing[topic.name])
        if missing := [topic for topic in topics if topic.name not in existing]:
            _create(admin, missing)
        admin.alter_configs([ConfigResource("TOPIC", topic.name, _retention(topic)) for topic in topics])


def ping(settings: BusSettings) -> None:
    """Returns when a broker is registered and answers.

    Raises:
        BusUnavailable: none does.
    """
    with _translated(), _admin(settings) as admin:
        if not admin.describe_cluster()["brokers"]:
            raise BusUnavailable("bus_unavailable", reason="no broker is registered")


def _create(admin: KafkaAdminClient, topics: Sequence[Topic]) -> None:
    wanted = {
        topic.name: {"num_partitions": topic.partitions, "replication_factor": -1, "configs": _retention(topic)}
        for topic in topics
    }
    try:
        admin.create_topics(wanted, timeout_ms=REQUEST_MS, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        admin.wait_for_topics(list(wanted))  # another process declared them at the same time


def _retention(topic: Topic) -> dict[str, str]:
    return {"retention.ms": str(topic.retention_days * DAY_MS)}


def _require(settings: BusSettings, topics: set[str]) -> None:
    """A missing topic shows to producers and consumers as endless waiting only, so it is asked for by name first."""
    with _admin(settings) as admin:
        for topic in topics - set(admin.list_topics()):
            raise UnknownTopic("topic_unknown", topic=topic)


def _construct(kind: Callable[..., Any], settings: BusSettings, *args: str, **options: Any) -> Any:
    """A producer, consumer or admin. One that finds no broker would leave its thread and sockets behind for good."""
    clients: list[KafkaNetClient] = []

    def client(**configuration: Any) -> KafkaNetClient:
        clients.append(KafkaNetClient(**configuration))
        return clients[-1]

    try:
        return kind(*args, **_connection(settings), **options, kafka_client=client)
    except BaseException:
        for each in clients:
            each.close()
        raise


def _connection(settings: BusSettings) -> dict[str, Any]:
    return {
        "bootstrap_servers": settings.bootstrap_servers.split(","),
        "client_id": settings.client_id,
        "bootstrap_timeout_ms": CONNECT_MS,
        "request_timeout_ms": REQUEST_MS,
        "reconnect_backoff_max_ms": 1_000,
    }


@contextmanager
def _admin(settings: BusSettings) -> Iterator[KafkaAdminClient]:
    admin = _construct(KafkaAdminClient, settings)
    try:
        yield admin
    finally:
        admin.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except UnknownTopicOrPartitionError as error:
        raise UnknownTopic("topic_unknown", topic="*") from error
    except (KafkaError, OSError) as error:
        raise BusUnavailable("bus_unavailable", reason=str(error) or type(error).__name__) from error


def _commit(consumer: KafkaConsumer, place: TopicPartition, position: int) -> bool:
    """Whether the group still took our word for this partition."""
    try:
        consumer.commit({place: OffsetAndMetadata(position, "", -1)}, timeout_ms=REQUEST_MS)
    except LOST_PARTITION:
        return False
    return True


def _abandon(producer: KafkaProducer) -> None:
    """Closes without sending what is pending; by itself `close(0)` fails in its flush and leaves the sender running."""
    producer._sender.force_close()  # noqa: SLF001  see above
    with contextlib.suppress(KafkaError):
        producer.close(CLOSE_SECONDS)


def _delivered(record: Any) -> Delivered:
    headers = {name: value.decode() for name, value in record.headers}
    message = Message(record.topic, record.key.decode(), record.value, headers)
    return Delivered(message, record.partition, record.offset)


def _refuse_closed(closed: bool) -> None:  # noqa: FBT001  the only argument there could be
    if closed:
        raise RuntimeError("this end of the bus was closed")
