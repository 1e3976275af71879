"""Appending: one transaction per batch, one counter per partition.

A partition's counter is taken `FOR UPDATE` and kept until commit. Whoever appends later to the same partition waits,
so offsets become visible in their order and without gaps: a reader that has seen offset n can never miss one below
it that a slower transaction was still about to fill. Counters are taken in the order of their ids, so that two
publishers never wait for each other.
"""

import zlib
from collections.abc import Sequence

import orjson
from psycopg import Connection

from backbone.bus import BusSettings, Message, UnknownTopic
from backbone.bus_postgres.session import Session

FIND_PARTITIONS = """
SELECT topic.name, array_agg(partition.id ORDER BY partition.number)
  FROM bus.topics AS topic JOIN bus.partitions AS partition ON partition.topic_id = topic.id
 WHERE topic.name = ANY(%s) GROUP BY topic.name
"""

TAKE_COUNTERS = "SELECT id, next_offset FROM bus.partitions WHERE id = ANY(%s) ORDER BY id FOR UPDATE"

# One statement for rows, counters and the one notification per topic: NOTIFY takes a lock of the whole server.
APPEND = """
WITH appended AS (
    INSERT INTO bus.messages (partition_id, "offset", key, value, headers)
    SELECT * FROM unnest(%(partitions)b::int[], %(offsets)b::bigint[], %(keys)b::text[],
                         %(values)b::bytea[], %(headers)b::json[])
), moved AS (
    UPDATE bus.partitions SET next_offset = counter.next_offset
      FROM unnest(%(counter_ids)b::int[], %(counters)b::bigint[]) AS counter (id, next_offset)
     WHERE partitions.id = counter.id
 RETURNING topic_id
)
SELECT pg_notify('bus_topic_' || topic_id, '') FROM (SELECT DISTINCT topic_id FROM moved) AS topics
"""


class PostgresPublisher:
    """`backbone.bus.Publisher` on PostgreSQL. A batch is there as a whole or not at all."""

    def __init__(self, settings: BusSettings) -> None:
        self._session = Session(settings, self._forget)
        self._partitions: dict[str, list[int]] = {}

    def publish(self, messages: Sequence[Message]) -> None:
        """See `backbone.bus.Publisher.publish`."""
        if not messages:
            return
        with self._session.guarded() as connection:
            placed = self._place(connection, messages)
            with connection.transaction():
                _append(connection, placed, messages)

    def close(self) -> None:
        """See `backbone.bus.Publisher.close`."""
        self._session.close()

    def _forget(self, _connection: Connection) -> None:
        self._partitions.clear()

    def _place(self, connection: Connection, messages: Sequence[Message]) -> list[int]:
        """The id of each message's partition."""
        unseen = {message.topic for message in messages} - self._partitions.keys()
        if unseen:
            self._partitions.update(connection.execute(FIND_PARTITIONS, [list(unseen)]).fetchall())
        for topic in unseen - self._partitions.keys():
            raise UnknownTopic("topic_unknown", topic=topic)
        return [_of_key(self._partitions[message.topic], message.key) for message in messages]


def _of_key(partitions: list[int], key: str) -> int:
    return partitions[zlib.crc32(key.encode()) % len(partitions)]


def _append(connection: Connection, placed: list[int], messages: Sequence[Message]) -> None:
    counters: dict[int, int] = dict(connection.execute(TAKE_COUNTERS, [sorted(set(placed))]).fetchall())
    offsets = []
    for partition in placed:
        offsets.append(counters[partition])
        counters[partition] += 1
    connection.execute(
        APPEND,
        {
            "partitions": placed,
            "offsets": offsets,
            "keys": [message.key for message in messages],
            "values": [message.value for message in messages],
            "headers": [orjson.dumps(dict(message.headers)).decode() for message in messages],
            "counter_ids": list(counters),
            "counters": list(counters.values()),
        },
    )
