"""What only the PostgreSQL adapter can get wrong: commit order, lost sessions, retention."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from backbone.bus import BusSettings, BusUnavailable, PartitionTaken, Publisher, open_publisher, open_subscriber
from backbone.bus_postgres import publisher as appending
from backbone.bus_postgres.retention import delete_expired
from tests.support.bus import number_of, numbered, take, until

OF_TOPIC = "SELECT p.id FROM bus.partitions p JOIN bus.topics t ON t.id = p.topic_id WHERE t.name = %s"
END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"


@pytest.fixture
def bus(postgres_bus: BusSettings) -> BusSettings:
    return postgres_bus


@pytest.fixture
def beside(bus: BusSettings) -> Iterator[Connection]:
    """A connection of our own to the bus's database."""
    with psycopg.connect(bus.database_url, autocommit=True) as connection:
        yield connection


def _append_uncommitted(connection: Connection, topic: str, count: int) -> None:
    partitions = connection.execute(OF_TOPIC, [topic]).fetchall()
    messages = numbered(topic, count)
    placed = [appending._of_key(sorted(each for (each,) in partitions), message.key) for message in messages]
    appending._append(connection, placed, messages)


def test_a_slow_publisher_is_never_skipped(bus: BusSettings, topic: str, beside: Connection) -> None:
    """A later publisher of the partition waits for the slower one, so that no reader passes what is still to come."""
    subscriber = open_subscriber(bus, "patient", [topic])
    later = open_publisher(BusSettings(bus.kind, bus.database_url, "", "later"))
    publishing = threading.Thread(target=later.publish, args=[numbered(topic, 5, start=3)])
    with psycopg.connect(bus.database_url) as slow:
        _append_uncommitted(slow, topic, 3)
        publishing.start()
        until(lambda: beside.execute(WAITING, ["later bus"]).fetchone() == (1,), "the later publisher waits")
        assert subscriber.poll(0.2, 10) == []
        slow.commit()
    publishing.join()
    got = take(subscriber, 8)
    assert [(number_of(each), each.offset) for each in got] == [(number, number) for number in range(8)]
    subscriber.close()
    later.close()


def test_a_publisher_that_gave_up_leaves_no_gap(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    with psycopg.connect(bus.database_url) as slow:
        _append_uncommitted(slow, topic, 3)
        slow.rollback()
    publisher.publish(numbered(topic, 2))
    subscriber = open_subscriber(bus, "gapless", [topic])
    assert [each.offset for each in take(subscriber, 2)] == [0, 1]
    subscriber.close()


def test_publishers_of_the_same_partitions_do_not_stop_each_other(bus: BusSettings, topic: str) -> None:
    """Counters are taken in one order whatever the order in the batch, so nobody waits in a circle."""
    failures: list[BaseException] = []

    def publish(reverse: bool) -> None:  # noqa: FBT001  two directions, one flag
        publisher = open_publisher(bus)
        try:
            for start in range(0, 2000, 40):
                batch = numbered(topic, 40, keys=40, start=start)
                publisher.publish(batch[::-1] if reverse else batch)
        except BusUnavailable as error:
            failures.append(error)
        finally:
            publisher.close()

    threads = [threading.Thread(target=publish, args=[reverse]) for reverse in (True, False, True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    subscriber = open_subscriber(bus, "crowd", [topic])
    got = take(subscriber, 8000)
    assert len({(each.partition, each.offset) for each in got}) == 8000
    assert subscriber.poll(0.2, 1) == []
    subscriber.close()


def test_a_lost_session_reads_on_from_the_committed_position(
    bus: BusSettings, publisher: Publisher, topic: str, beside: Connection
) -> None:
    publisher.publish(numbered(topic, 10))
    subscriber = open_subscriber(BusSettings(bus.kind, bus.database_url, "", "victim"), "lost", [topic])
    polled = take(subscriber, 10)
    subscriber.commit(polled[1])
    beside.execute(END_SESSIONS, ["victim bus"])
    with pytest.raises(BusUnavailable):
        subscriber.commit(polled[2])
    # The partition may be somebody else's by now: what was polled before is no longer ours to commit.
    with pytest.raises(PartitionTaken):
        subscriber.commit(polled[2])
    assert [number_of(each) for each in take(subscriber, 8)] == list(range(2, 10))
    subscriber.close()


def test_a_publisher_whose_session_ended_publishes_again(bus: BusSettings, topic: str, beside: Connection) -> None:
    publisher = open_publisher(BusSettings(bus.kind, bus.database_url, "", "victim-publisher"))
    publisher.publish(numbered(topic, 1))
    beside.execute(END_SESSIONS, ["victim-publisher bus"])
    with pytest.raises(BusUnavailable):
        publisher.publish(numbered(topic, 1, start=1))
    publisher.publish(numbered(topic, 1, start=1))
    subscriber = open_subscriber(bus, "again", [topic])
    assert [number_of(each) for each in take(subscriber, 2)] == [0, 1]
    assert subscriber.poll(0.1, 1) == []
    subscriber.close()
    publisher.close()


def test_a_busy_partition_does_not_keep_the_others_waiting(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish([*numbered(topic, 1000), *numbered(topic, 40, keys=40)])
    subscriber = open_subscriber(bus, "fair", [topic])
    seen = {each.partition for _ in range(20) for each in subscriber.poll(1, 1)}
    subscriber.close()
    assert seen == {0, 1, 2, 3}


def test_retention_deletes_what_is_old_and_nothing_else(
    bus: BusSettings, publisher: Publisher, topic: str, beside: Connection
) -> None:
    publisher.publish(numbered(topic, 10))
    old = """UPDATE bus.messages SET published_at = published_at - interval '25 hours'
              WHERE "offset" < 4 AND partition_id = ANY(%s)"""
    partitions = [each for (each,) in beside.execute(OF_TOPIC, [topic]).fetchall()]
    beside.execute(old, [partitions])
    assert delete_expired(beside, partitions) == 4
    assert delete_expired(beside, partitions) == 0
    subscriber = open_subscriber(bus, "late", [topic])
    assert subscriber.lag() == 6
    assert [number_of(each) for each in take(subscriber, 6)] == [4, 5, 6, 7, 8, 9]
    subscriber.close()
