"""How fast the bus is here: `python -m tests.load.bench_bus [postgres|kafka ...]` prints a table and asserts nothing.

Each broker gets one publisher, one reader, messages of 512 bytes with 100 keys on a topic of 3 partitions.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from backbone.bus import BusSettings, Message, open_publisher, open_subscriber
from deploy.local.kafka import KafkaServer, missing_tools
from tests.support.bus import declare
from tests.support.own_postgres import OwnPostgres

SIZE = 512
TOTAL = 50_000
BATCH = 100
RATE = 1_500  # events a second while latency is measured
SECONDS = 10


@dataclass(frozen=True)
class Figures:
    """Messages per second; milliseconds from before `publish` to after `poll`."""

    published: float
    published_singly: float
    consumed: float
    committed_singly: float
    p50: float
    p99: float


@contextmanager
def broker(kind: str, folder: Path) -> Iterator[BusSettings]:
    """A fresh server for the measurement alone."""
    server = KafkaServer(folder) if kind == "kafka" else OwnPostgres(folder)
    try:
        server.start()
        bootstrap = server.bootstrap if isinstance(server, KafkaServer) else ""
        url = server.url if isinstance(server, OwnPostgres) else ""
        yield BusSettings(kind, url, bootstrap, "bench")
    finally:
        server.stop()


def measure(settings: BusSettings, folder: Path) -> Figures:
    """All figures of one broker."""
    topic = declare(settings, folder, partitions=3)
    published = _publish(settings, topic, TOTAL, BATCH)
    consumed = _consume(settings, topic, "batches", every=BATCH)
    committed_singly = _consume(settings, topic, "singly", every=1, count=TOTAL // 10)
    published_singly = _publish(settings, topic, TOTAL // 50, 1)
    delays = sorted(_delays(settings, declare(settings, folder, partitions=3)))
    p99 = delays[len(delays) * 99 // 100]
    return Figures(published, published_singly, consumed, committed_singly, statistics.median(delays) * 1e3, p99 * 1e3)


def _publish(settings: BusSettings, topic: str, count: int, batch: int) -> float:
    publisher = open_publisher(settings)
    messages = [Message(topic, f"key-{number % 100}", b"x" * SIZE) for number in range(batch)]
    publisher.publish(messages)
    start = time.perf_counter()
    for _ in range(count // batch):
        publisher.publish(messages)
    seconds = time.perf_counter() - start
    publisher.close()
    return count / seconds


def _consume(settings: BusSettings, topic: str, group: str, every: int, count: int = TOTAL) -> float:
    """Commits each `every`-th message of the stream (a batch's effect in one transaction, or each by itself)."""
    subscriber = open_subscriber(settings, group, [topic])
    while not (got := len(subscriber.poll(1, 1))):
        pass  # joining the group is not what is measured
    start = time.perf_counter()
    while got < count:
        for delivered in subscriber.poll(1, 500):
            got += 1
            if got % every == 0:
                subscriber.commit(delivered)
    seconds = time.perf_counter() - start
    subscriber.close()
    return count / seconds


def _delays(settings: BusSettings, topic: str) -> list[float]:
    """Seconds from publication to reading, of events published ten at a time at a steady rate."""
    delays: list[float] = []
    stop, joined = threading.Event(), threading.Event()

    def read() -> None:
        subscriber = open_subscriber(settings, "latency", [topic])
        while not stop.is_set():
            for delivered in subscriber.poll(0.2, 500):
                delays.append(time.perf_counter() - float(delivered.message.value))
                joined.set()
        subscriber.close()

    reader = threading.Thread(target=read)
    reader.start()
    publisher = open_publisher(settings)
    publisher.publish([Message(topic, "first", str(time.perf_counter()).encode())])
    joined.wait(60)
    delays.clear()
    due = time.perf_counter()
    for turn in range(RATE * SECONDS // 10):
        due += 10 / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        now = str(time.perf_counter()).encode()
        publisher.publish([Message(topic, f"key-{(turn * 10 + each) % 100}", now) for each in range(10)])
    time.sleep(1)
    stop.set()
    reader.join()
    publisher.close()
    return delays


def main(kinds: list[str]) -> None:
    """Measures the named brokers, or both."""
    table = Table("", *kinds, title=f"{SIZE} bytes, 3 partitions, one publisher, one reader")
    columns = []
    for kind in kinds:
        if kind == "kafka" and (reason := missing_tools()) is not None:
            sys.exit(f"Kafka cannot be measured: {reason}")
        with tempfile.TemporaryDirectory() as folder, broker(kind, Path(folder) / "broker") as settings:
            columns.append(measure(settings, Path(folder)))
    rows = {
        f"published in batches of {BATCH}, messages/s": [f"{each.published:,.0f}" for each in columns],
        "published one by one, messages/s": [f"{each.published_singly:,.0f}" for each in columns],
        f"consumed, a commit every {BATCH}, messages/s": [f"{each.consumed:,.0f}" for each in columns],
        "consumed, a commit each, messages/s": [f"{each.committed_singly:,.0f}" for each in columns],
        f"end to end at {RATE:,}/s, median ms": [f"{each.p50:.1f}" for each in columns],
        f"end to end at {RATE:,}/s, p99 ms": [f"{each.p99:.1f}" for each in columns],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:] or ["postgres", "kafka"])
