"""ISO 8601 durations of exact length: days, hours, minutes and seconds. Months and years have no fixed length."""

import re
from datetime import timedelta

_FORM = re.compile(r"P(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_DAY = 86_400


def parse_duration(text: str) -> timedelta:
    """`P30D`, `PT36H`, `P1DT12H`, `PT45S`.

    Raises:
        ValueError: another form.
    """
    found = _FORM.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"not an ISO 8601 duration of days, hours, minutes and seconds: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """The reverse: whole days as `P30D`, everything else in seconds, with `P0D` for nothing."""
    seconds = int(duration.total_seconds())
    return f"P{seconds // _DAY}D" if seconds % _DAY == 0 else f"PT{seconds}S"
