"""Declaring topics and asking whether the broker answers, whichever broker it is."""

import tomllib
from pathlib import Path

from backbone.bus import BusSettings, Topic


def read_topics(path: Path) -> list[Topic]:
    """The declarations of deploy/topics.toml.

    Raises:
        TypeError: a declaration lacks a field or has one too many.
        OSError, tomllib.TOMLDecodeError: the file cannot be read.
    """
    declared = tomllib.loads(path.read_text("utf-8"))
    return [Topic(name=name, **fields) for name, fields in declared["topics"].items()]


def declare_topics(settings: BusSettings, path: Path) -> None:
    """Creates the topics that are missing and brings retention up to date; repeating it changes nothing.

    Raises:
        BusUnavailable: the broker is away.
        Conflict: a topic exists with another number of partitions, which would move keys out of their order.
    """
    topics = read_topics(path)
    # Only the chosen broker's client is loaded.
    if settings.kind == "kafka":
        from backbone import bus_kafka  # noqa: PLC0415  see above

        bus_kafka.declare(settings, topics)
    else:
        from backbone import bus_postgres  # noqa: PLC0415  see above

        bus_postgres.declare(settings, topics)


def ping(settings: BusSettings) -> None:
    """Returns when the broker answers.

    Raises:
        BusUnavailable: it does not, within a few seconds.
    """
    if settings.kind == "kafka":
        from backbone import bus_kafka  # noqa: PLC0415  as above

        bus_kafka.ping(settings)
    else:
        from backbone import bus_postgres  # noqa: PLC0415  as above

        bus_postgres.ping(settings)
