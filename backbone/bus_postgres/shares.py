"""Which partitions a member of a group holds, agreed upon without anybody in charge.

Each member holds a shared advisory lock (group, topic) for every topic it reads: that is how the others see it, in
`pg_locks`, and the lock ends with its session, however that ends. From the same list every member computes the same
division: per topic, partitions are dealt in turn to the members in the order of their sessions' process ids. A
partition is held by an exclusive advisory lock (group, partition), so that during a change nobody reads it before
the former holder let go.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from psycopg import Connection, sql

from backbone.bus import UnknownTopic

FIND_LAYOUT = """
SELECT topic.id, topic.name, partition.number, partition.id
  FROM bus.topics AS topic JOIN bus.partitions AS partition ON partition.topic_id = topic.id
 WHERE topic.name = ANY(%s)
"""

FIND_GROUP = """
WITH made AS (INSERT INTO bus.groups (name) VALUES (%(name)s) ON CONFLICT (name) DO NOTHING RETURNING id)
SELECT id FROM made UNION ALL SELECT id FROM bus.groups WHERE name = %(name)s LIMIT 1
"""

# pg_locks shows the two keys of an advisory lock as classid and objid, with objsubid 2.
FIND_MEMBERS = """
SELECT objid::int, array_agg(pid ORDER BY pid) FROM pg_locks
 WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND mode = 'ShareLock'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND classid = %s::oid AND objid = ANY(%s::oid[])
 GROUP BY objid
"""

FIND_POSITIONS = """
SELECT partition_id, next_offset FROM bus.group_offsets WHERE group_id = %s AND partition_id = ANY(%s)
"""


@dataclass(frozen=True)
class Partition:
    """A partition as readers know it (topic and number) and as the tables do (ids)."""

    id: int
    topic_id: int
    topic: str
    number: int


@dataclass
class Share:
    """One session's membership. `positions` holds the next offset to read of each partition held."""

    group_id: int
    partitions: Mapping[int, Partition]
    positions: dict[int, int] = field(default_factory=dict)
    settled: bool = False

    @property
    def topic_ids(self) -> list[int]:
        """The topics this member reads."""
        return sorted({partition.topic_id for partition in self.partitions.values()})

    def rebalance(self, connection: Connection) -> None:
        """Lets go of what belongs to others now and takes what is ours and free; `settled` says whether all is."""
        due = self._due(connection)
        self._release(connection, self.positions.keys() - due)
        self._take(connection, due - self.positions.keys())
        self.settled = self.positions.keys() == due

    def leave(self, connection: Connection) -> None:
        """Gives everything up and tells the others, so that they need not find out."""
        connection.execute("SELECT pg_advisory_unlock_all()")
        self.tell(connection)

    def _due(self, connection: Connection) -> set[int]:
        members: dict[int, list[int]] = dict(
            connection.execute(FIND_MEMBERS, [self.group_id, self.topic_ids]).fetchall()
        )
        me = connection.info.backend_pid
        return {each.id for each in self.partitions.values() if _holder(each, members[each.topic_id]) == me}

    def _release(self, connection: Connection, gone: set[int]) -> None:
        for partition_id in gone:
            del self.positions[partition_id]
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [self.group_id, partition_id])
        if gone:
            self.tell(connection)

    def _take(self, connection: Connection, wanted: set[int]) -> None:
        taken = [each for each in wanted if _try_lock(connection, self.group_id, each)]
        # Positions are read after the lock is held: the former holder can no longer move them.
        known: dict[int, int] = dict(connection.execute(FIND_POSITIONS, [self.group_id, taken]).fetchall())
        self.positions.update({each: known.get(each, 0) for each in taken})

    def tell(self, connection: Connection) -> None:
        """Wakes the other members, so that they look at the division again."""
        connection.execute("SELECT pg_notify(%s, '')", [f"bus_group_{self.group_id}"])


def join(connection: Connection, group: str, topics: list[str]) -> Share:
    """Makes this session a member, listening for messages and for changes among the members.

    Raises:
        UnknownTopic: one of the topics is not declared.
    """
    rows = connection.execute(FIND_LAYOUT, [topics]).fetchall()
    for missing in set(topics) - {name for _, name, _, _ in rows}:
        raise UnknownTopic("topic_unknown", topic=missing)
    partitions = {each: Partition(each, topic_id, name, number) for topic_id, name, number, each in rows}
    row = connection.execute(FIND_GROUP, {"name": group}).fetchone()
    share = Share(row[0] if row else _group_id(connection, group), partitions)
    channels = [f"bus_topic_{topic_id}" for topic_id in share.topic_ids] + [f"bus_group_{share.group_id}"]
    for channel in channels:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    for topic_id in share.topic_ids:
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [share.group_id, topic_id])
    share.tell(connection)
    return share


def _group_id(connection: Connection, group: str) -> int:
    """Of a group that another member made while our own INSERT waited for it."""
    row = connection.execute("SELECT id FROM bus.groups WHERE name = %s", [group]).fetchone()
    assert row is not None  # groups are never deleted
    return int(row[0])


def _holder(partition: Partition, members: list[int]) -> int:
    # Topics start dealing at different members, so that topics of one partition do not all go to the first.
    return members[(partition.number + zlib.crc32(partition.topic.encode())) % len(members)]


def _try_lock(connection: Connection, group_id: int, partition_id: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [group_id, partition_id]).fetchone()
    return bool(row and row[0])
