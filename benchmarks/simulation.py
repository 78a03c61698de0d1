"""A simulated year of topics, counted by the hour, with everything that makes a district's counts hard. Seedable.

Each topic has a mean between .05 and 40 texts an hour, an hour shape that differs between workdays and rest days,
weekday, holiday and adjusted-workday factors of the Chinese calendar, a trend, waves of several days, over-dispersion,
level shifts, source outages whose texts partly arrive together afterwards, and storms of reprints (apart from the
originals). Onsets are added to a copy: burst (extra texts within 3 hours), medium (12 hours), rise (growing over 3 to
6 days), night (a burst between 0 and 5 o'clock), weekend (a burst on a day of rest).

Draws are told apart by their seed: one to tune on, another to report on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.model import CHINA
from monitor.signals.calendar import DayType, day_type

HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 9, 9, 10, 10, 10, 9, 9, 10, 10, 9, 6, 3], dtype=float)
REST = np.array([3, 2, 1, 1, 1, 1, 2, 4, 6, 8, 10, 10, 9, 9, 9, 9, 9, 9, 10, 11, 11, 10, 8, 5], dtype=float)
WEEK = np.array([1.10, 1.05, 1.02, 1.0, 1.03, 1.0, 1.0])
KINDS = ("burst", "medium", "rise", "night", "weekend")
WARM_H = 28 * 24
"""The first four weeks are history only: no onset lies in them and no alarm in them counts."""


@dataclass(frozen=True, slots=True)
class Onset:
    topic: int
    kind: str
    begin: int
    """First hour with extra texts."""
    end: int
    """The hour after the last."""
    extra: int


@dataclass(frozen=True, slots=True)
class Year:
    """``calm`` and ``marked``: originals by hour and topic, without and with onsets; ``reprints`` apart."""

    start: datetime
    means: NDArray[np.float64]
    calm: NDArray[np.int64]
    marked: NDArray[np.int64]
    reprints: NDArray[np.int64]
    onsets: tuple[Onset, ...]


def simulate(
    seed: int, topics: int = 24, days: int = 365, start: datetime = datetime(2025, 1, 1, tzinfo=CHINA)
) -> Year:
    rng = np.random.default_rng(seed)
    means = np.geomspace(0.05, 40, topics)
    hours = days * 24
    types = [day_type((start + timedelta(days=d)).date()) for d in range(days)]
    rates = np.stack([_rate(rng, mean, start, types) for mean in means], axis=1)
    sizes = rng.uniform(4, 20, topics)
    calm = rng.poisson(rates * rng.gamma(sizes, 1 / sizes, size=rates.shape))
    onsets = [o for t in range(topics) for o in _onsets(rng, t, rates[:, t], types)]
    extra = np.zeros_like(calm)
    for o in onsets:
        extra[o.begin : o.end, o.topic] += _spread(rng, o)
    marked = calm + extra
    busy = np.zeros(calm.shape, dtype=bool)
    for o in onsets:
        busy[max(0, o.begin - 24) : o.end + 24, o.topic] = True
    for t in range(topics):
        _outages(rng, calm[:, t], marked[:, t], busy[:, t])
    reprints = rng.poisson(0.3 * calm)
    for t in range(topics):
        for _ in range(rng.poisson(6)):
            at = int(rng.integers(0, hours - 24))
            reprints[at : at + 12, t] += rng.poisson(rng.uniform(2, 20), 12)
    return Year(start, means, calm, marked, reprints, tuple(onsets))


def _rate(rng: np.random.Generator, mean: float, start: datetime, types: list[DayType]) -> NDArray[np.float64]:
    days = len(types)
    work, rest = (np.roll(s / s.mean(), int(rng.integers(-2, 3))) for s in (HOURS, REST))
    flat = rng.uniform(0, 0.4)
    off, holiday = rng.uniform(0.6, 1.1), rng.uniform(0.5, 1.2)
    jitter = np.exp(0.05 * rng.normal(size=7))
    trend = np.exp(rng.uniform(-0.4, 0.4) * np.arange(days) / 365)
    wave = np.exp(rng.uniform(0.08, 0.25) * _ar1(rng, days, rng.uniform(0.6, 0.85)))
    shift = np.ones(days * 24)
    for at in rng.integers(0, days * 24, size=rng.poisson(days / 90)):
        shift[at:] *= rng.choice([rng.uniform(0.6, 0.85), rng.uniform(1.15, 1.5)])
    rate = np.empty(days * 24)
    for d, kind in enumerate(types):
        shape = work if kind is DayType.WORKDAY else rest
        factor = {DayType.WORKDAY: 1.0, DayType.RESTDAY: off, DayType.HOLIDAY: off * holiday}[kind]
        weekday = (start.weekday() + d) % 7
        factor *= (WEEK[weekday] if kind is DayType.WORKDAY else 1.0) * jitter[weekday] * trend[d] * wave[d]
        rate[d * 24 : d * 24 + 24] = mean * factor * (flat + (1 - flat) * shape)
    smooth: NDArray[np.float64] = rate * shift
    return smooth


def _ar1(rng: np.random.Generator, n: int, rho: float) -> NDArray[np.float64]:
    values = np.zeros(n)
    for i in range(1, n):
        values[i] = rho * values[i - 1] + rng.normal() * np.sqrt(1 - rho**2)
    return values


def _onsets(rng: np.random.Generator, topic: int, rate: NDArray[np.float64], types: list[DayType]) -> list[Onset]:
    """About two a month, at least six days apart, each kind in turn."""
    found: list[Onset] = []
    day = WARM_H // 24 + int(rng.integers(1, 8))
    turn = int(rng.integers(0, len(KINDS)))
    while day < len(types) - 8:
        kind = KINDS[turn % len(KINDS)]
        hour = int(rng.integers(0, 5)) if kind == "night" else int(rng.integers(7, 22))
        if kind == "weekend":
            while day < len(types) - 8 and types[day] is DayType.WORKDAY:
                day += 1
        length = {"medium": 12, "rise": 24 * int(rng.integers(3, 7))}.get(kind, 3)
        begin = day * 24 + hour
        usual = float(rate[begin : begin + length].sum())
        extra = _size(rng, kind, usual, length)
        found.append(Onset(topic, kind, begin, begin + length, extra))
        day += length // 24 + 9 + int(rng.integers(0, 9))
        turn += 1
    return found


def _size(rng: np.random.Generator, kind: str, usual: float, length: int) -> int:
    """Extra texts: some multiple of what is usual, and never so few that nobody would call it an event."""
    if kind == "rise":
        return int(max(rng.uniform(0.45, 1.1) * usual, rng.uniform(20, 50)))
    if kind == "medium":
        return int(max(rng.uniform(0.8, 2.0) * usual, rng.uniform(15, 45)))
    return int(max(rng.uniform(1.0, 3.0) * usual, rng.uniform(12, 35)))


def _spread(rng: np.random.Generator, onset: Onset) -> NDArray[np.int64]:
    length = onset.end - onset.begin
    if onset.kind != "rise":
        return np.bincount(rng.integers(0, length, onset.extra), minlength=length)
    at = np.sqrt(rng.random(onset.extra)) * length  # density grows linearly
    return np.bincount(at.astype(int), minlength=length)


def _outages(
    rng: np.random.Generator, calm: NDArray[np.int64], marked: NDArray[np.int64], busy: NDArray[np.bool_]
) -> None:
    """About one a month: 2 to 14 hours in which most or all texts are missing; most come together afterwards."""
    for _ in range(rng.poisson(len(calm) / 24 / 30)):
        at, length = int(rng.integers(24, len(calm) - 48)), int(rng.integers(2, 15))
        if busy[at - 1 : at + length + 4].any():
            continue
        share = rng.choice([1.0, 1.0, rng.uniform(0.5, 1.0)])
        back = rng.choice([0.0, 1.0, 1.0])
        missing = rng.binomial(calm[at : at + length], share)
        for counts in (calm, marked):
            counts[at : at + length] -= missing
            spread = rng.multinomial(int(missing.sum() * back), [0.7, 0.3])
            counts[at + length : at + length + 2] += spread
