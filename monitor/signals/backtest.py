"""The past replayed as if live: which alerts each rule would have raised, how many a week, how late after an onset.

Causal in the time of publication: an hour is judged by the cells of the hours before it. (A text fetched late is in its
own hour here; live it would have been missed until then.) Every figure is one that may be shown (S3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.model import CHINA, day_span
from monitor.settings import Settings
from monitor.settings.spikes import SpikeSettings
from monitor.signals.peers import C2_AT, RATIO_AT, ears_c2, spike_ratio
from monitor.signals.scan import Column, Scan, scan
from monitor.signals.series import HOUR, Measure, Pattern
from monitor.signals.watch import Reading, judge_topics, read
from monitor.store import Store

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats

FOUND_WITHIN = timedelta(days=3)
"""An onset counts as found when an alert runs within so long after it."""
PEER_WINDOW_H = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule to compare: ours with some settings, or (``peer``) somebody else's threshold on three hours."""

    name: str
    rule: SpikeSettings
    peer: Callable[[Floats], Floats] | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert that would have been raised. ``begin``: when (the end of the hour that raised it); ``end``: its last
    hour's end; ``total``: the greatest window's released total; ``high``: the usual band's upper end for it."""

    topic: str
    begin: datetime
    end: datetime
    pattern: Pattern
    window_h: int
    total: int
    high: int


@dataclass(frozen=True, slots=True)
class Onset:
    """An event that people have marked: a topic (empty: any) and when it began."""

    topic: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule would have done. ``lags_h``: hours from each onset found to the alert, in the order of onsets."""

    name: str
    firings: tuple[Firing, ...]
    weeks: float
    onsets: int
    lags_h: tuple[float, ...]

    @property
    def a_week(self) -> float:
        return len(self.firings) / self.weeks

    @property
    def median_lag_h(self) -> float | None:
        ordered = sorted(self.lags_h)
        return ordered[len(ordered) // 2] if ordered else None


@dataclass(slots=True)
class _Run:
    """The alerts of one rule while they are being put together, by topic."""

    recover_h: int
    open: dict[str, Firing] = field(default_factory=dict)
    done: list[Firing] = field(default_factory=list)

    def alarm(self, now: Firing) -> None:
        known = self.open.get(now.topic)
        if known is None or now.end - known.end > self.recover_h * HOUR:
            if known is not None:
                self.done.append(known)
            self.open[now.topic] = now
            return
        fuller = now if now.total > known.total else known
        self.open[now.topic] = replace(fuller, begin=known.begin, end=now.end, pattern=known.pattern)

    def all(self) -> tuple[Firing, ...]:
        return tuple(sorted([*self.done, *self.open.values()], key=lambda f: (f.begin, f.topic)))


def usual_candidates(rule: SpikeSettings) -> tuple[Candidate, ...]:
    """The rule in force, ten times stricter and looser, and two rules that others use."""
    strict = {"p_value": rule.p_value / 10, "rise_p_value": rule.rise_p_value / 10}
    loose = {"p_value": min(rule.p_value * 10, 0.049), "rise_p_value": min(rule.rise_p_value * 10, 0.049)}
    return (
        Candidate("现用", rule),
        Candidate("更严（p÷10）", rule.model_copy(update=strict)),
        Candidate("更松（p×10）", rule.model_copy(update=loose)),
        Candidate("EARS-C2", rule, lambda counts: ears_c2(counts, PEER_WINDOW_H, least=0.0), C2_AT),
        Candidate("elastalert2 倍数", rule, lambda counts: spike_ratio(counts, PEER_WINDOW_H, least=0.0), RATIO_AT),
    )


def backtest(
    settings: Settings, store: Store, first: date, last: date, candidates: Sequence[Candidate],
    onsets: Sequence[Onset] = (), step: Callable[[float], None] = lambda done: None,
) -> list[Outcome]:  # fmt: skip
    """Judges every hour of the local days ``first`` to ``last`` by every candidate. ``step`` is told the share done."""
    begin, end = day_span(first, last)
    reading = read(settings, store, begin, end)
    found: dict[str, tuple[Firing, ...]] = {}
    groups: dict[tuple[tuple[int, ...], tuple[int, ...]], list[Candidate]] = {}
    for c in candidates:
        if c.peer is None:
            groups.setdefault((c.rule.clocks_h, c.rule.rise_h), []).append(c)
        else:
            found[c.name] = _peer(reading, c, begin, end)
    for n, group in enumerate(groups.values()):
        share, done = 1 / len(groups), n / len(groups)
        found |= _ours(_rescanned(reading, end, group[0].rule), group, begin, end, lambda x: step(done + x * share))  # noqa: B023
    weeks = (end - begin) / timedelta(weeks=1)
    inside = [o for o in onsets if begin <= o.time < end]
    return [Outcome(c.name, found[c.name], weeks, len(inside), _lags(found[c.name], inside)) for c in candidates]


def _rescanned(reading: Reading, end: datetime, rule: SpikeSettings) -> Reading:
    known = reading.found
    if known is None or [w.rows for w in known.windows] == [*rule.clocks_h, *rule.rise_h]:
        return reading
    return replace(reading, found=scan(list(reading.series.values()), end, rule))


def _ours(
    reading: Reading, group: Sequence[Candidate], begin: datetime, end: datetime, step: Callable[[float], None]
) -> dict[str, tuple[Firing, ...]]:
    found = reading.found
    runs = {c.name: _Run(c.rule.recover_h) for c in group}
    hours = (end - begin) // HOUR
    for n in range(1, hours + 1):
        now = begin + n * HOUR
        if found is None or found.row(now) < 1:
            continue
        for c in group:
            under_way = {t for t, f in runs[c.name].open.items() if now - f.end <= c.rule.recover_h * HOUR}
            topics = possible(found, found.row(now), c.rule) | under_way
            if not topics:
                continue
            part = replace(reading, topics=[t for t in reading.topics if t.name in topics])
            for decision in judge_topics(part, now, c.rule, under_way).values():
                if (spike := decision.value) is not None:
                    runs[c.name].alarm(
                        Firing(spike.topic, now, now, spike.pattern, spike.window_h, spike.total, spike.high)
                    )
        found.looked.clear()
        if n % 24 == 0:
            step(n / hours)
    return {name: run.all() for name, run in runs.items()}


def possible(found: Scan, row: int, rule: SpikeSettings) -> set[str]:
    """Topics of which some window may be an alarm: quick, so that quiet hours cost nothing more."""
    import math

    hit = None
    for window, (_, shown, surprise) in zip(found.windows, found.look(row), strict=True):
        level = -math.log(rule.rise_p_value if window.rise else rule.p_value)
        mine = (surprise > level) & (shown >= rule.minimum)
        hit = mine if hit is None else hit | mine
    return set() if hit is None else {c.topic for c, at in found.at.items() if hit[at]}


def _peer(reading: Reading, candidate: Candidate, begin: datetime, end: datetime) -> tuple[Firing, ...]:
    """Alerts of somebody else's rule on the negative texts of a topic, at least as many as may be shown."""
    import numpy as np

    found = reading.found
    run = _Run(candidate.rule.recover_h)
    if found is None or candidate.peer is None:
        return ()
    counts = np.diff(found.sums, axis=0)
    scores = candidate.peer(counts)
    for topic in reading.topics:
        at = found.at[Column(topic.name, Measure.NEGATIVE, Measure.NEGATIVE.kinds)]
        for row in np.flatnonzero(scores[:, at] >= candidate.at):
            now = found.first + (int(row) + 1) * HOUR
            total = int(found.shown(found.exact(int(row), PEER_WINDOW_H))[at])
            if begin < now <= end and total >= candidate.rule.minimum:
                run.alarm(Firing(topic.name, now, now, Pattern.BURST, PEER_WINDOW_H, total, 0))
    return run.all()


def _lags(firings: Sequence[Firing], onsets: Sequence[Onset]) -> tuple[float, ...]:
    return tuple(lag for o in onsets if (lag := min(_after(firings, o), default=None)) is not None)


def _after(firings: Sequence[Firing], onset: Onset) -> Iterator[float]:
    for f in firings:
        if (not onset.topic or f.topic == onset.topic) and onset.time < f.end and f.begin <= onset.time + FOUND_WITHIN:
            yield max(0.0, (f.begin - onset.time).total_seconds() / 3600)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
