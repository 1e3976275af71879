"""The broker is killed under load, several times: nothing acknowledged is lost, nothing loses its order."""

import threading
from collections import defaultdict
from pathlib import Path

from backbone.bus import BusSettings, open_publisher
from tests.contract.conftest import Breakable
from tests.support.bus import declare, number_of, numbered, publish_until_acknowledged, reading, until

KILLS = 3
KEYS = 5


class Load(threading.Thread):
    """Publishes numbered batches like a relay until told to stop; `acknowledged` counts the messages."""

    def __init__(self, settings: BusSettings, topic: str) -> None:
        super().__init__(daemon=True)
        self.acknowledged = 0
        self.stopping = threading.Event()
        self._publisher = open_publisher(settings)
        self._topic = topic

    def run(self) -> None:
        while not self.stopping.wait(0.1):
            batch = numbered(self._topic, 50, keys=KEYS, start=self.acknowledged)
            publish_until_acknowledged(self._publisher, batch)
            self.acknowledged += len(batch)
        self._publisher.close()


def test_a_broker_killed_under_load_loses_and_reorders_nothing(breakable: Breakable, tmp_path: Path) -> None:
    """Control: an event that left its service reaches every reader, whatever falls over on the way."""
    topic = declare(breakable.settings, tmp_path)
    load = Load(breakable.settings, topic)
    with reading(breakable.settings, "survivor", topic) as reader:
        load.start()
        for _ in range(KILLS):
            before, read = load.acknowledged, len(reader.got)
            until(lambda: load.acknowledged > before + 200, "publishing goes on")  # noqa: B023  awaited in this round
            until(lambda: len(reader.got) > read + 200, "reading goes on")  # noqa: B023  as above
            breakable.kill()
            breakable.start()
        load.stopping.set()
        load.join()
        until(lambda: {number_of(each) for each in reader.got} >= set(range(load.acknowledged)), "everything arrives")
    first_seen: dict[str, dict[int, None]] = defaultdict(dict)
    for delivered in reader.got:  # a reader recognises what it has seen, as backbone/listener.py does
        first_seen[delivered.message.key].setdefault(number_of(delivered))
    assert all(list(numbers) == sorted(numbers) for numbers in first_seen.values())
