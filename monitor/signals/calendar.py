"""The Chinese calendar of work and rest: holidays, the days off worked instead, and which day counts as which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import IntEnum
from functools import cache

from monitor.signals.holiday_table import TABLE

_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)}
"""Holidays that lie on the same days every year: what is known of a year whose notice is not in the table."""


class DayType(IntEnum):
    WORKDAY = 0
    RESTDAY = 1
    """A Saturday or Sunday off."""
    HOLIDAY = 2


def day_type(day: date, extra: Mapping[date, DayType] | None = None) -> DayType:
    """What a day is. ``extra`` (from the configuration) goes before the table.

    Beyond the table (:func:`known_until`) only holidays with a fixed date are known, and weekends are taken as free.
    """
    if extra and day in extra:
        return extra[day]
    known = _table().get(day)
    if known is not None:
        return known
    if day.year > known_until() and (day.month, day.day) in _FIXED:
        return DayType.HOLIDAY
    return DayType.RESTDAY if day.weekday() >= 5 else DayType.WORKDAY


@cache
def known_until() -> int:
    """The last year whose notice is in the table."""
    return max(day.year for day in _table())


def spans(text: str, year: int | None = None) -> Iterator[date]:
    """The days of ``2027-02-05/2027-02-11`` or of a single date; ``year`` completes ``MM-DD``. Raises ValueError."""
    first, _, last = text.partition("/")
    begin, end = _day(first, year), _day(last or first, year)
    if end < begin:
        raise ValueError(f"{text}: the end lies before the beginning")
    while begin <= end:
        yield begin
        begin += timedelta(days=1)


def _day(text: str, year: int | None) -> date:
    return date.fromisoformat(f"{year}-{text}" if year is not None and len(text) == 5 else text)


@cache
def _table() -> dict[date, DayType]:
    result: dict[date, DayType] = {}
    for line in TABLE.split("\n"):
        if not line:
            continue
        year, kind, *parts = line.split()
        for part in parts:
            for day in spans(part, int(year)):
                result[day] = DayType.HOLIDAY if kind == "holiday" else DayType.WORKDAY
    return result
