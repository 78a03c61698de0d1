"""alerts.toml ``[[person]]`` and ``[[roster]]``: who is on duty at a desk, and when nobody is.

Shifts may run over midnight and belong to the day on which they begin. Whoever is on several shifts at a moment is
named once; where shifts overlap, the people of both are on duty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from monitor.model import CHINA
from monitor.settings.base import Identifier, Name, Part

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workday", "restday"]


class Person(Part):
    """A member of staff and the addresses at which channels reach them; kept in the configuration only."""

    name: Name
    to: Mapping[Identifier, str] = Field(default_factory=dict)
    """Channel id → address on that channel."""


class Calendar(Part):
    """Days of the year's official notice that are not what their weekday says."""

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    """Weekend days on which people work (调休)."""

    def works(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays


class Shift(Part):
    """``people`` are on duty from ``begin`` to ``end`` on ``days`` and ``dates``; neither named: every day.

    An ``end`` that is not after ``begin`` lies on the next day: 20:00 to 08:00 is a night, 08:00 to 08:00 a whole day.
    ``workday`` and ``restday`` follow ``[calendar]``.
    """

    people: tuple[Name, ...] = Field(min_length=1)
    days: tuple[DayName, ...] = ()
    dates: tuple[date, ...] = ()
    begin: time
    end: time


class Roster(Part):
    """The shifts of a desk. ``fallback`` are told when nobody is on duty or nobody on duty can be reached."""

    desk: Identifier
    name: Name
    fallback: tuple[Name, ...] = Field(min_length=1)
    shift: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is to be told at a desk at a moment; ``gap``: no shift covers it and these are the fallback."""

    people: tuple[str, ...]
    gap: bool


def on_duty(roster: Roster, calendar: Calendar, now: datetime) -> OnDuty:
    """The people of every shift that covers ``now``, in the order of the file; in a gap the fallback."""
    local = now.astimezone(CHINA)
    covering = [
        shift
        for shift in roster.shift
        for begin, end in _spans(shift, calendar, local.date() - timedelta(days=1), local.date())
        if begin <= local < end
    ]
    people = tuple(dict.fromkeys(name for shift in covering for name in shift.people))
    return OnDuty(people or roster.fallback, gap=not people)


def gaps(roster: Roster, calendar: Calendar, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of ``[begin, end)`` that no shift covers, in China Standard Time."""
    first, last = begin.astimezone(CHINA), end.astimezone(CHINA)
    days = (first.date() - timedelta(days=1), last.date())
    spans = sorted(span for shift in roster.shift for span in _spans(shift, calendar, *days))
    found, covered = [], first
    for span_begin, span_end in spans:
        if span_begin > covered and covered < last:
            found.append((covered, min(span_begin, last)))
        covered = max(covered, span_end)
    if covered < last:
        found.append((covered, last))
    return found


def _spans(shift: Shift, calendar: Calendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while day <= last:
        if _runs(shift, calendar, day):
            begin = datetime.combine(day, shift.begin, CHINA)
            over = shift.end <= shift.begin
            yield begin, datetime.combine(day + timedelta(days=1) if over else day, shift.end, CHINA)
        day += timedelta(days=1)


def _runs(shift: Shift, calendar: Calendar, day: date) -> bool:
    if not shift.days and not shift.dates:
        return True
    kind = "workday" if calendar.works(day) else "restday"
    return day in shift.dates or DAYS[day.weekday()] in shift.days or kind in shift.days
