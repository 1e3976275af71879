"""The bus inside PostgreSQL: an append table, group positions, LISTEN/NOTIFY to wake.

    schema.py       tables and the declaration of topics
    session.py      one connection, opened late, dropped at the first error
    publisher.py    one transaction per batch, offsets without gaps
    shares.py       which partitions a member of a group holds: session advisory locks
    subscriber.py   poll and commit
    retention.py    what is older than the topic keeps

It needs PostgreSQL itself, or a proxy that pools sessions: locks and LISTEN belong to the session.
"""

from backbone.bus_postgres.publisher import PostgresPublisher
from backbone.bus_postgres.schema import declare
from backbone.bus_postgres.session import ping
from backbone.bus_postgres.subscriber import PostgresSubscriber

__all__ = ["PostgresPublisher", "PostgresSubscriber", "declare", "ping"]
