"""Shapes that several events share."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from licita.common.v1.money_pb2 import Money as MoneyMessage

from backbone.money import Money


def instant(moment: datetime) -> Timestamp:
    """An instant as Protocol Buffers carry it."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def money(value: Money | None) -> MoneyMessage | None:
    """An amount as Protocol Buffers carry it."""
    return MoneyMessage(**value.as_json()) if value else None
