"""Tables of the bus, and the declaration of topics. Both may be repeated, also by several processes at once."""

from collections.abc import Sequence

from psycopg import Connection

from backbone.bus import BusSettings, Topic
from backbone.bus_postgres.session import Session
from backbone.errors import Conflict

DECLARE_LOCK = 0x627573  # any constant will do: CREATE IF NOT EXISTS alone fails when two do it at once

# Topics and partitions draw their ids from one sequence, because both stand as second key in advisory locks
# (shares.py). Headers are json and not jsonb: json keeps every character a header may have.
TABLES = """
CREATE SCHEMA IF NOT EXISTS bus;
CREATE SEQUENCE IF NOT EXISTS bus.ids AS integer;
CREATE TABLE IF NOT EXISTS bus.topics (
    id          integer PRIMARY KEY DEFAULT nextval('bus.ids'),
    name        text NOT NULL UNIQUE,
    owner       text NOT NULL,
    keyed_by    text NOT NULL,
    partitions  integer NOT NULL CHECK (partitions > 0),
    retention   interval NOT NULL
);
CREATE TABLE IF NOT EXISTS bus.partitions (
    id          integer PRIMARY KEY DEFAULT nextval('bus.ids'),
    topic_id    integer NOT NULL REFERENCES bus.topics,
    number      integer NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    UNIQUE (topic_id, number)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bus.messages (
    partition_id integer NOT NULL REFERENCES bus.partitions,
    "offset"     bigint NOT NULL,
    key          text NOT NULL,
    value        bytea NOT NULL,
    headers      json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (partition_id, "offset")
);
CREATE TABLE IF NOT EXISTS bus.groups (
    id          integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name        text NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS bus.group_offsets (
    group_id     integer NOT NULL REFERENCES bus.groups,
    partition_id integer NOT NULL REFERENCES bus.partitions,
    next_offset  bigint NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (group_id, partition_id)
) WITH (fillfactor = 50);
"""

DECLARE_TOPIC = """
INSERT INTO bus.topics AS existing (name, owner, keyed_by, partitions, retention)
VALUES (%(name)s, %(owner)s, %(key)s, %(partitions)s, make_interval(days => %(retention_days)s))
ON CONFLICT (name) DO UPDATE
   SET owner = EXCLUDED.owner, keyed_by = EXCLUDED.keyed_by, retention = EXCLUDED.retention
RETURNING id, existing.partitions
"""

DECLARE_PARTITIONS = """
INSERT INTO bus.partitions (topic_id, number) SELECT %s, generate_series(0, %s - 1)
ON CONFLICT (topic_id, number) DO NOTHING
"""


def declare(settings: BusSettings, topics: Sequence[Topic]) -> None:
    """Creates what is missing and updates owner, key and retention, in one transaction.

    Raises:
        BusUnavailable: the server is away.
        Conflict: a topic exists with another number of partitions, which would move keys out of their order.
    """
    session = Session(settings)
    try:
        with session.guarded() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [DECLARE_LOCK])
            if not _has_tables(connection):
                connection.execute(TABLES)
            for topic in topics:
                _declare_topic(connection, topic)
    finally:
        session.close()


def _has_tables(connection: Connection) -> bool:
    row = connection.execute("SELECT to_regclass('bus.group_offsets') IS NOT NULL").fetchone()
    return bool(row and row[0])


def _declare_topic(connection: Connection, topic: Topic) -> None:
    row = connection.execute(DECLARE_TOPIC, vars(topic)).fetchone()
    assert row is not None  # an upsert always returns its row
    topic_id, partitions = row
    if partitions != topic.partitions:
        raise Conflict("topic_partitions_fixed", topic=topic.name, partitions=partitions)
    connection.execute(DECLARE_PARTITIONS, [topic_id, topic.partitions])
