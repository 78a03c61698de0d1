"""The steps a series can be counted in, and what the one detector needs to know of each: clocks, memory, calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.signals.calendar import DayType, day_type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOLIDAY, MOVED_WORKDAY = 7, 8
"""Day factors after the seven weekdays: a holiday, and a Saturday or Sunday that is worked instead of another day."""
DAY_FACTORS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a series beats. Every length is in rows (steps) unless its name says otherwise.

    ``clocks``: windows in which a burst is looked for. ``rises``: windows in which a slow rise is. ``level_half`` and
    ``usual_half``: half-lives of the level that is followed and of the long-run one it is drawn to, with the weight of
    ``level_prior`` texts. ``holidays``: whether the Chinese calendar applies (else Saturday and Sunday
    are the days off). ``slots``: parts of the day with a factor of their own (24 hours, or 1). ``prior_dispersion``
    weighs ``prior_weight`` windows. ``outages``: whether a run of too few is taken for a broken source.
    ``bursty``: weight, in exceedances, of the prior of the tail that is learnt from the series itself (0: the model's
    own tail is trusted). ``told_once``: rows within which a surprise no greater than an earlier one is the same event.
    ``fade``: what is left of a surprise one row later, so that one event is one run of alarms. ``level``: alarms at
    p below this by default. ``minimum``: fewest texts in a window for an alarm by default.
    """

    name: str
    step: timedelta
    clocks: tuple[int, ...]
    rises: tuple[int, ...] = ()
    level_half: float
    usual_half: float
    level_prior: float = 15.0
    slots: int = 1
    weekdays: bool = True
    holidays: bool = True
    shape_half: float = 40.0
    """Half-life of the hour shape, in visits of a slot."""
    day_half: float = 40.0
    """Half-life of the day factors, in rows of a day times this."""
    prior_dispersion: float = 0.1
    prior_weight: float = 30.0
    dispersion_half: float
    warm: int
    outages: bool = False
    bursty: float = 0.0
    told_once: int = 0
    fade: float = 0.0
    level: float
    minimum: int = 1

    @property
    def rows_a_day(self) -> float:
        return timedelta(days=1) / self.step

    def with_clocks(self, clocks: tuple[int, ...], rises: tuple[int, ...]) -> Rhythm:
        return replace(self, clocks=clocks, rises=rises)


HOURLY = Rhythm(
    name="1h", step=timedelta(hours=1), clocks=(1, 3, 6, 24), rises=(36, 72), level_half=30, usual_half=21 * 24,
    level_prior=20, slots=24, dispersion_half=40 * 24, warm=72, outages=True, fade=0.98, level=1e-4, minimum=10,
)  # fmt: skip
FIVE_MINUTES = Rhythm(
    name="5min", step=timedelta(minutes=5), clocks=(1,), level_half=8 * 288, usual_half=14 * 288, slots=24,
    shape_half=480, holidays=False, dispersion_half=7 * 288, warm=72, bursty=10, told_once=288, day_half=480,
    level=2e-3,
)  # fmt: skip
DAILY = Rhythm(
    name="1d", step=timedelta(days=1), clocks=(1, 3), rises=(7, 14), level_half=7, usual_half=56, level_prior=10,
    dispersion_half=90, prior_weight=15, warm=14, outages=True, level=0.002,
)  # fmt: skip
WEEKLY = Rhythm(
    name="1w", step=timedelta(weeks=1), clocks=(1, 2, 4), level_half=26, usual_half=104, level_prior=5, weekdays=False,
    prior_dispersion=0.2, prior_weight=20, dispersion_half=104, warm=4, level=0.1,
)  # fmt: skip
RHYTHMS = {r.name: r for r in (FIVE_MINUTES, HOURLY, DAILY, WEEKLY)}


@dataclass(frozen=True, slots=True)
class Slots:
    """Where each row lies in the calendar: ``hour`` of the day (with its fraction), ``rest`` 1 on days off, ``day``
    the index of its day factor, ``fresh`` where a new stretch begins and the profile is refitted."""

    hour: Floats
    rest: Ints
    day: Ints
    fresh: Ints


def slots(times: Sequence[datetime], rhythm: Rhythm, extra: Mapping[date, DayType] | None = None) -> Slots:
    """The calendar of rows whose local times are given."""
    import numpy as np

    types = {day: _type(day, rhythm, extra) for day in {t.date() for t in times}}
    kinds = [types[t.date()] for t in times]
    days = [_day_factor(t, kind) if rhythm.weekdays else 0 for t, kind in zip(times, kinds, strict=True)]
    middle = min(rhythm.step, timedelta(hours=1)).total_seconds() / 7200
    hours = [t.hour + t.minute / 60 + t.second / 3600 + middle for t in times]
    every = 12 if rhythm.rows_a_day > 24 else max(1, round(rhythm.rows_a_day))
    return Slots(
        hour=np.array(hours),
        rest=np.array([int(k is not DayType.WORKDAY) for k in kinds], dtype=np.int64),
        day=np.array(days, dtype=np.int64),
        fresh=(np.arange(len(times)) % every == 0).astype(np.int64),
    )


def _type(day: date, rhythm: Rhythm, extra: Mapping[date, DayType] | None) -> DayType:
    if rhythm.holidays:
        return day_type(day, extra)
    return DayType.RESTDAY if day.weekday() >= 5 else DayType.WORKDAY


def _day_factor(moment: datetime, kind: DayType) -> int:
    if kind is DayType.HOLIDAY:
        return HOLIDAY
    return MOVED_WORKDAY if kind is DayType.WORKDAY and moment.weekday() >= 5 else moment.weekday()


def pooled_shape(counts: Floats, first_hour: int) -> Floats:
    """The hour shape (24 values, mean 1) of many series ``[rows, series]``, each weighing as much as the others."""
    import numpy as np

    totals = counts.sum(axis=0)
    shares = (counts[:, totals > 0] / totals[totals > 0]).sum(axis=1)
    hour = (first_hour + np.arange(len(shares))) % 24
    rate = np.bincount(hour, weights=shares, minlength=24) / np.maximum(np.bincount(hour, minlength=24), 1)
    if rate.mean() <= 0:
        return np.ones(24)
    smooth = 0.5 * rate + 0.25 * np.roll(rate, 1) + 0.25 * np.roll(rate, -1)
    # Never so sure of a quiet hour that a single text in it is a wonder.
    result: Floats = 0.9 * smooth / smooth.mean() + 0.1
    return result
