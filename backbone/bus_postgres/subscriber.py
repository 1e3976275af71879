"""Reading: poll the partitions held, sleep until NOTIFY, and look again every second in any case."""

import contextlib
import time
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from backbone.bus import BusSettings, BusUnavailable, Delivered, Message, PartitionTaken
from backbone.bus_postgres.retention import delete_expired
from backbone.bus_postgres.session import Session
from backbone.bus_postgres.shares import Partition, Share, join

SAFETY_SECONDS = 1.0  # how long a lost notification or a dead member can go unseen
UNSETTLED_SECONDS = 0.1  # while a former holder still has something of ours
RETENTION_SECONDS = 600.0

# Partitions with news share the limit evenly, and `turn` puts another one first each time, so that a busy
# partition does not keep the others waiting, even when the limit is one.
FETCH = """
WITH busy AS (
    SELECT held.id, held.position, held.turn, count(*) OVER () AS competing
      FROM unnest(%(ids)s::int[], %(positions)s::bigint[]) WITH ORDINALITY AS held (id, position, turn)
      JOIN bus.partitions AS partition ON partition.id = held.id AND partition.next_offset > held.position
)
SELECT busy.id, message."offset", message.key, message.value, message.headers
  FROM busy CROSS JOIN LATERAL (
        SELECT "offset", key, value, headers FROM bus.messages
         WHERE partition_id = busy.id AND "offset" >= busy.position
         ORDER BY "offset" LIMIT greatest(1, %(limit)s / busy.competing)) AS message
 ORDER BY busy.turn, message."offset" LIMIT %(limit)s
"""

COMMIT = """
INSERT INTO bus.group_offsets (group_id, partition_id, next_offset) VALUES (%s, %s, %s)
ON CONFLICT (group_id, partition_id)
DO UPDATE SET next_offset = EXCLUDED.next_offset, committed_at = EXCLUDED.committed_at
"""

# What retention deleted is not behind anybody any more.
LAG = """
SELECT coalesce(sum(partition.next_offset - greatest(
           coalesce(position.next_offset, 0),
           coalesce((SELECT min("offset") FROM bus.messages WHERE partition_id = partition.id), partition.next_offset)
       )), 0)::bigint
  FROM bus.topics AS topic
  JOIN bus.partitions AS partition ON partition.topic_id = topic.id
  LEFT JOIN bus.groups AS reader ON reader.name = %s
  LEFT JOIN bus.group_offsets AS position
         ON position.group_id = reader.id AND position.partition_id = partition.id
 WHERE topic.name = ANY(%s)
"""


class PostgresSubscriber:
    """`backbone.bus.Subscriber` on PostgreSQL. Holds its partitions as long as its session lives."""

    def __init__(self, settings: BusSettings, group: str, topics: Sequence[str]) -> None:
        self._session = Session(settings, self._forget)
        self._group = group
        self._topics = list(topics)
        self._share: Share | None = None
        self._rebalance_at = 0.0
        self._retain_at = 0.0
        self._turn = 0

    def poll(self, timeout: float, limit: int) -> list[Delivered]:
        """See `backbone.bus.Subscriber.poll`."""
        deadline = time.monotonic() + timeout
        with self._session.guarded() as connection:
            share = self._membership(connection)
            while True:
                self._keep_house(connection, share)
                if found := self._fetch(connection, share, limit):
                    return found
                now = time.monotonic()
                if now >= deadline:
                    return []
                self._sleep(connection, min(deadline, self._rebalance_at) - now)

    def commit(self, delivered: Delivered) -> None:
        """See `backbone.bus.Subscriber.commit`."""
        with self._session.guarded() as connection:
            share = self._share  # None after a reconnect: the locks of the lost session are gone
            partition = _held(share, delivered) if share is not None else None
            if share is not None and partition is not None:
                connection.execute(COMMIT, [share.group_id, partition.id, delivered.offset + 1])
                return
        raise PartitionTaken("partition_taken", topic=delivered.message.topic, partition=delivered.partition)

    def lag(self) -> int:
        """See `backbone.bus.Subscriber.lag`."""
        with self._session.guarded() as connection:
            row = connection.execute(LAG, [self._group, self._topics]).fetchone()
            return int(row[0]) if row else 0

    def close(self) -> None:
        """See `backbone.bus.Subscriber.close`."""
        share, self._share = self._share, None
        if share is not None and self._session.alive:
            # The end of the session frees the locks as well; only the others notice a little later.
            with contextlib.suppress(BusUnavailable), self._session.guarded() as connection:
                share.leave(connection)
        self._session.close()

    def _forget(self, _connection: Connection) -> None:
        self._share = None

    def _membership(self, connection: Connection) -> Share:
        if self._share is None:
            self._share = join(connection, self._group, self._topics)
            self._rebalance_at = 0.0
        return self._share

    def _keep_house(self, connection: Connection, share: Share) -> None:
        now = time.monotonic()
        if now >= self._rebalance_at:
            share.rebalance(connection)
            self._rebalance_at = now + (SAFETY_SECONDS if share.settled else UNSETTLED_SECONDS)
        if now >= self._retain_at:
            delete_expired(connection, share.positions)
            self._retain_at = now + RETENTION_SECONDS

    def _fetch(self, connection: Connection, share: Share, limit: int) -> list[Delivered]:
        if not share.positions:
            return []
        self._turn = (self._turn + 1) % len(share.positions)
        ids = list(share.positions)
        ids = ids[self._turn :] + ids[: self._turn]
        asked = {"ids": ids, "positions": [share.positions[each] for each in ids], "limit": limit}
        rows = connection.execute(FETCH, asked, binary=True).fetchall()
        share.positions.update({row[0]: row[1] + 1 for row in rows})  # rows ascend, the last of a partition stays
        return [_delivered(share.partitions[row[0]], row) for row in rows]

    def _sleep(self, connection: Connection, seconds: float) -> None:
        """Until something was published, the group changed, or time is up."""
        for notice in connection.notifies(timeout=max(0.0, seconds), stop_after=1):
            if notice.channel.startswith("bus_group_"):
                self._rebalance_at = 0.0


def _held(share: Share, delivered: Delivered) -> Partition | None:
    place = (delivered.message.topic, delivered.partition)
    held = (share.partitions[each] for each in share.positions)
    return next((each for each in held if (each.topic, each.number) == place), None)


def _delivered(partition: Partition, row: tuple[Any, ...]) -> Delivered:
    _, offset, key, value, headers = row
    return Delivered(Message(partition.topic, key, bytes(value), headers), partition.number, offset)
