"""What a topic no longer keeps. The outbox of each service keeps its events; the bus need not."""

from collections.abc import Iterable

from psycopg import Connection

# Only the oldest rows of a partition are looked at, in the order of the primary key: an index on the instant
# would cost every publisher, and a few thousand rows per visit are enough to keep up.
DELETE_EXPIRED = """
WITH oldest AS (
    SELECT partition_id, "offset", published_at FROM bus.messages
     WHERE partition_id = %(partition)s ORDER BY "offset" LIMIT 10000
), expired AS (
    SELECT oldest.partition_id, oldest."offset"
      FROM oldest
      JOIN bus.partitions AS partition ON partition.id = oldest.partition_id
      JOIN bus.topics AS topic ON topic.id = partition.topic_id
     WHERE oldest.published_at < clock_timestamp() - topic.retention
)
DELETE FROM bus.messages USING expired
 WHERE messages.partition_id = expired.partition_id AND messages."offset" = expired."offset"
"""


def delete_expired(connection: Connection, partition_ids: Iterable[int]) -> int:
    """Deletes messages older than their topic's retention, read or not; returns how many."""
    return sum(connection.execute(DELETE_EXPIRED, {"partition": each}).rowcount for each in partition_ids)
