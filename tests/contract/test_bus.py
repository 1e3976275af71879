"""What `backbone.bus` promises, held against every broker it can run on."""

import threading
import uuid
from collections import defaultdict
from pathlib import Path

import pytest

from backbone.bus import (
    LARGEST_VALUE,
    BusSettings,
    BusUnavailable,
    Message,
    PartitionTaken,
    Publisher,
    UnknownTopic,
    open_publisher,
    open_subscriber,
)
from backbone.bus_admin import declare_topics, read_topics
from backbone.errors import Conflict, Invalid
from tests.support.bus import (
    DoomedConsumer,
    declare,
    number_of,
    numbered,
    reading,
    take,
    take_and_commit,
    until,
)

TOPICS = Path(__file__).parents[2] / "deploy" / "topics.toml"


def test_messages_of_one_key_keep_their_order(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    for start in (0, 100, 200):
        publisher.publish(numbered(topic, 100, keys=7, start=start))
    subscriber = open_subscriber(bus, "order", [topic])
    by_key, by_partition = defaultdict(list), defaultdict(list)
    for delivered in take(subscriber, 300, limit=17):
        by_key[delivered.message.key].append(number_of(delivered))
        by_partition[delivered.partition].append(delivered.offset)
    subscriber.close()
    assert by_key == {f"key-{key}": list(range(key, 300, 7)) for key in range(7)}
    assert all(offsets == list(range(len(offsets))) for offsets in by_partition.values())
    assert len(by_partition) > 1


def test_a_batch_of_a_thousand_arrives_whole(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 1000, keys=50))
    subscriber = open_subscriber(bus, "thousand", [topic])
    assert sorted(map(number_of, take_and_commit(subscriber, 1000))) == list(range(1000))
    assert subscriber.poll(0.2, 10) == []
    assert subscriber.lag() == 0
    subscriber.close()


def test_poll_gives_at_most_the_limit(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 40, keys=9))
    subscriber = open_subscriber(bus, "limit", [topic])
    sizes: list[int] = []
    while sum(sizes) < 40:
        sizes.append(len(subscriber.poll(0.5, 3)))
    subscriber.close()
    assert max(sizes) <= 3


def test_keys_values_and_headers_arrive_as_they_were(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    sent = [
        Message(
            topic, "ñandú/ü 漢", bytes(range(256)) * 4, {"traceparent": "00-ab-cd-01", "Ü": "ñ\x00\n", "empty": ""}
        ),
        Message(topic, "empty", b"", {}),
        Message(topic, "large", b"\xff" * LARGEST_VALUE, {}),
    ]
    publisher.publish(sent)
    subscriber = open_subscriber(bus, "intact", [topic])
    received = [delivered.message for delivered in take(subscriber, 3)]
    subscriber.close()
    assert sorted(received, key=lambda message: message.key) == sorted(sent, key=lambda message: message.key)


def test_what_a_dead_consumer_did_not_commit_comes_again(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    """Control: an event is never dropped; at least once also when a service is killed mid-work."""
    publisher.publish(numbered(topic, 5))
    doomed = DoomedConsumer(bus, "at-least-once", topic)
    assert doomed.first_number() == 0
    doomed.kill()
    subscriber = open_subscriber(bus, "at-least-once", [topic])
    assert [number_of(each) for each in take(subscriber, 5)] == list(range(5))
    subscriber.close()


def test_commit_sets_the_exact_next_position(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 10))
    first = open_subscriber(bus, "exact", [topic])
    polled = take(first, 10)
    first.commit(polled[3])
    assert first.lag() == 6
    first.close()
    second = open_subscriber(bus, "exact", [topic])
    assert [number_of(each) for each in take(second, 6)] == [4, 5, 6, 7, 8, 9]
    second.close()


def test_polling_without_commit_does_not_repeat(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 10))
    subscriber = open_subscriber(bus, "no-repeat", [topic])
    assert [number_of(each) for each in take(subscriber, 10, limit=3)] == list(range(10))
    assert subscriber.poll(0.2, 10) == []
    subscriber.close()


def test_groups_do_not_know_each_other(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 20, keys=5))
    for group in ("one", "other"):
        subscriber = open_subscriber(bus, group, [topic])
        assert subscriber.lag() == 20
        assert sorted(map(number_of, take_and_commit(subscriber, 20))) == list(range(20))
        assert subscriber.lag() == 0
        subscriber.close()


def test_members_share_the_partitions(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    """A joiner gets its fair share, and what one leaves the other takes over."""
    with reading(bus, "shared", topic) as first:
        publisher.publish(numbered(topic, 40, keys=40))
        until(lambda: len(first.got) >= 40, "the first member reads everything")
        with reading(bus, "shared", topic) as second:
            until(lambda: _each_has_two(publisher, topic, first.got, second.got), "both members read two partitions")
        seen = len(first.got)
        publisher.publish(numbered(topic, 40, keys=40))
        until(lambda: first.partitions_since(seen) == {0, 1, 2, 3}, "the one that stayed reads everything again")


def _each_has_two(publisher: Publisher, topic: str, *readers: list) -> bool:  # type: ignore[type-arg]
    """Publishes to all partitions until a round is read half by one member and half by the other."""
    before = [len(got) for got in readers]
    publisher.publish(numbered(topic, 40, keys=40))
    until(lambda: sum(map(len, readers)) >= sum(before) + 40, "a round of messages is read")
    shares = [{each.partition for each in got[start:]} for got, start in zip(readers, before, strict=True)]
    return [len(share) for share in shares] == [2, 2]


def test_the_partitions_of_a_killed_member_are_taken_over(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    doomed = DoomedConsumer(bus, "bereft", topic)
    publisher.publish(numbered(topic, 40, keys=40))
    doomed.first_number()
    with reading(bus, "bereft", topic) as survivor:
        doomed.kill()
        until(lambda: len({number_of(each) for each in survivor.got}) == 40, "the survivor reads everything")


def test_who_lost_a_partition_cannot_move_its_position(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish(numbered(topic, 40, keys=40))
    former = open_subscriber(bus, "fenced", [topic])
    polled = take(former, 40)
    with reading(bus, "fenced", topic) as joiner:

        def joiner_reads() -> bool:
            former.poll(0.1, 1)
            return bool(joiner.got)

        until(joiner_reads, "the joiner gets a share")
        lost = next(each for each in polled if each.partition == joiner.got[0].partition)
        with pytest.raises(PartitionTaken):
            former.commit(lost)
    former.close()


def test_a_topic_that_nobody_declared_has_an_error_of_its_own(
    bus: BusSettings, publisher: Publisher, topic: str
) -> None:
    missing = f"test.{uuid.uuid4().hex}"
    with pytest.raises(UnknownTopic) as refused:
        publisher.publish([*numbered(topic, 1), *numbered(missing, 1)])
    assert refused.value.params == {"topic": missing}
    subscriber = open_subscriber(bus, "unknown", [missing])
    with pytest.raises(UnknownTopic):
        subscriber.poll(0.1, 1)
    subscriber.close()
    witness = open_subscriber(bus, "unknown-witness", [topic])
    assert witness.lag() == 0
    witness.close()


def test_lag_counts_without_joining(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    with reading(bus, "watched", topic) as reader:
        publisher.publish(numbered(topic, 30, keys=30))
        until(lambda: len(reader.got) == 30, "everything is read")
        watcher = open_subscriber(bus, "watched", [topic])
        until(lambda: watcher.lag() == 0, "everything is committed")
        seen = len(reader.got)
        publisher.publish(numbered(topic, 40, keys=40))
        until(lambda: reader.partitions_since(seen) == {0, 1, 2, 3}, "the reader still holds every partition")
        watcher.close()
    other = open_subscriber(bus, "never-read", [topic])
    assert other.lag() == 70
    other.close()


def test_closing_twice_is_harmless_and_final(bus: BusSettings, topic: str) -> None:
    publisher = open_publisher(bus)
    publisher.publish(numbered(topic, 1))
    subscriber = open_subscriber(bus, "closing", [topic])
    take(subscriber, 1)
    for end in (publisher, subscriber, open_publisher(bus), open_subscriber(bus, "closing", [topic])):
        end.close()
        end.close()
    with pytest.raises(RuntimeError):
        publisher.publish(numbered(topic, 1))
    with pytest.raises(RuntimeError):
        subscriber.poll(0.1, 1)


def test_declaring_again_changes_nothing_and_partitions_are_fixed(
    bus: BusSettings, publisher: Publisher, topic: str, tmp_path: Path
) -> None:
    publisher.publish(numbered(topic, 3))
    declare(bus, tmp_path, name=topic)
    with pytest.raises(Conflict) as refused:
        declare(bus, tmp_path, name=topic, partitions=5)
    assert refused.value.code == "topic_partitions_fixed"
    subscriber = open_subscriber(bus, "redeclared", [topic])
    assert len(take(subscriber, 3)) == 3
    subscriber.close()


def test_the_topics_of_the_platform_can_be_declared(bus: BusSettings) -> None:
    topics = read_topics(TOPICS)
    assert {topic.name for topic in topics} == {f"licita.{topic.owner}.v1" for topic in topics}
    for _ in range(2):
        declare_topics(bus, TOPICS)
    subscriber = open_subscriber(bus, "all-topics", [topic.name for topic in topics])
    assert subscriber.lag() == 0
    subscriber.close()


def test_an_empty_batch_is_nothing(bus: BusSettings, publisher: Publisher, topic: str) -> None:
    publisher.publish([])
    subscriber = open_subscriber(bus, "empty", [topic])
    assert subscriber.lag() == 0
    subscriber.close()


def test_a_bus_that_is_away_is_unavailable(bus: BusSettings, topic: str) -> None:
    nowhere = BusSettings(bus.kind, "postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:1", "lost")
    for attempt in (
        lambda: open_subscriber(nowhere, "lost", [topic]).poll(0.1, 1),
        lambda: open_subscriber(nowhere, "lost", [topic]).lag(),
    ):
        with pytest.raises(BusUnavailable) as refused:
            attempt()
        assert not isinstance(refused.value, UnknownTopic)


def test_a_bus_that_stays_away_costs_nothing(bus: BusSettings, topic: str) -> None:
    """Trying for hours must not pile up threads or sockets; once it did, with a client that failed to connect."""
    nowhere = BusSettings(bus.kind, "postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:1", "lost")
    publisher = open_publisher(nowhere)

    def try_in_vain() -> int:
        with pytest.raises(BusUnavailable):
            publisher.publish(numbered(topic, 1))
        return threading.active_count()

    threads = try_in_vain()
    assert try_in_vain() <= threads
    publisher.close()


def test_what_one_broker_could_not_carry_is_refused_on_both() -> None:
    with pytest.raises(Invalid, match="message_too_large"):
        Message("any", "key", b"x" * (LARGEST_VALUE + 1))
    for key in ("", "a\x00b"):
        with pytest.raises(Invalid, match="message_key_malformed"):
            Message("any", key, b"")


def test_only_known_brokers_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="rabbit"):
        BusSettings("rabbit", "", "", "any")
