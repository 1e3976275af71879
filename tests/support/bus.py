"""Hands for tests of the bus: topics of their own, readers in threads, a consumer in a process that can be killed."""

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from backbone.bus import BusSettings, BusUnavailable, Delivered, Message, Publisher, Subscriber, open_subscriber
from backbone.bus_admin import declare_topics

PATIENCE = 60.0  # when something that must happen has not, the test fails; nothing is expected to take this long


def declare(settings: BusSettings, folder: Path, *, partitions: int = 4, name: str | None = None) -> str:
    """A topic that nobody else uses; its name."""
    topic = name or f"test.{uuid.uuid4().hex}"
    path = folder / f"{topic}.toml"
    path.write_text(
        f'[topics."{topic}"]\nowner = "tests"\nkey = "anything"\npartitions = {partitions}\nretention_days = 1\n',
        "utf-8",
    )
    declare_topics(settings, path)
    return topic


def numbered(topic: str, count: int, keys: int = 1, start: int = 0) -> list[Message]:
    """Messages whose value is their number, dealt to `keys` keys."""
    return [Message(topic, f"key-{number % keys}", str(number).encode()) for number in range(start, start + count)]


def number_of(delivered: Delivered) -> int:
    """The number of a message made by `numbered`."""
    return int(delivered.message.value)


def until(condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition that must come true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def take(subscriber: Subscriber, count: int, limit: int = 500) -> list[Delivered]:
    """Polls until `count` messages came; commits nothing."""
    got: list[Delivered] = []
    deadline = time.monotonic() + PATIENCE
    while len(got) < count:
        assert time.monotonic() < deadline, f"{len(got)} of {count} messages came"
        got += subscriber.poll(0.5, limit)
    return got


def take_and_commit(subscriber: Subscriber, count: int) -> list[Delivered]:
    """Polls until `count` messages came, committing each."""
    got = take(subscriber, count)
    for delivered in got:
        subscriber.commit(delivered)
    return got


def publish_until_acknowledged(publisher: Publisher, messages: list[Message]) -> int:
    """What a relay does: the same batch again until it is acknowledged. Returns how often it was refused."""
    refusals = 0
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            publisher.publish(messages)
        except BusUnavailable:
            assert time.monotonic() < deadline, "the bus never came back"
            refusals += 1
            time.sleep(0.1)
        else:
            return refusals


class Reader(threading.Thread):
    """A member of a group in a thread of its own; handles and commits like a service, and survives a lost bus."""

    def __init__(self, settings: BusSettings, group: str, topic: str) -> None:
        super().__init__(daemon=True)
        self.got: list[Delivered] = []
        self.refusals = 0
        self._subscriber = open_subscriber(settings, group, [topic])
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._read()
            except BusUnavailable:
                self.refusals += 1
                self._stopping.wait(0.1)
        self._subscriber.close()

    def stop(self) -> None:
        """Leaves the group in an orderly way."""
        self._stopping.set()
        self.join(PATIENCE)

    def partitions_since(self, position: int) -> set[int]:
        """The partitions of what came after the first `position` messages."""
        return {delivered.partition for delivered in self.got[position:]}

    def _read(self) -> None:
        for delivered in self._subscriber.poll(0.2, 100):
            self.got.append(delivered)
            self._subscriber.commit(delivered)


@contextmanager
def reading(settings: BusSettings, group: str, topic: str) -> Iterator[Reader]:
    """A `Reader` that is stopped at the end."""
    reader = Reader(replace(settings, client_id=f"reader-{uuid.uuid4().hex[:6]}"), group, topic)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()


class DoomedConsumer:
    """A member of a group in a process of its own, that polls and never commits, until it is killed."""

    def __init__(self, settings: BusSettings, group: str, topic: str) -> None:
        place = [settings.kind, settings.database_url, settings.bootstrap_servers, group, topic]
        self._process = subprocess.Popen([sys.executable, "-m", "tests.support.bus", *place], stdout=subprocess.PIPE)

    def first_number(self) -> int:
        """Waits for its first message and tells the number."""
        return int(self._out().readline())

    def kill(self) -> None:
        """Ends it without any farewell."""
        self._process.kill()
        self._process.wait()
        self._out().close()

    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


def _consume_until_killed(kind: str, database_url: str, bootstrap: str, group: str, topic: str) -> None:
    subscriber = open_subscriber(BusSettings(kind, database_url, bootstrap, "doomed"), group, [topic])
    while True:
        for delivered in subscriber.poll(0.2, 10):
            print(number_of(delivered), flush=True)


if __name__ == "__main__":
    _consume_until_killed(*sys.argv[1:])
