"""Reads the cells of a store into hourly series and judges every topic: the only place where exact counts are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import Decision, Kind, Polarity, Verdict, hour_of
from monitor.settings import Settings
from monitor.settings.spikes import SpikeSettings
from monitor.settings.types import Topic
from monitor.signals.down import BROKEN_RUNS, broken_sources, down_hours
from monitor.signals.scan import Scan, scan
from monitor.signals.series import HOUR, Measure, Reason, Series, Spike, exact, window_end
from monitor.signals.spikes import judge_in
from monitor.store import CellQuery, Store

__all__ = ["BROKEN_RUNS", "Reading", "broken_sources", "judge_topics", "read"]

MAIN_SHARE = 0.5
"""A topic hangs on broken sources when they brought at least this share of its past."""
KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
_SERIES = tuple(Measure)


@dataclass(frozen=True, slots=True)
class Reading:
    """The series of every topic and measure over one span, walked through and ready to be judged at any hour of it."""

    series: Mapping[tuple[str, Measure], Series]
    topics: Sequence[Topic]
    found: Scan | None = field(default=None, repr=False)


def read(settings: Settings, store: Store, earliest: datetime, now: datetime) -> Reading:
    """The series needed to judge every hour from ``earliest`` to ``now``; one or two queries for all topics."""
    rule = settings.alerts.spike
    topics = settings.topics.topic
    end = window_end(now)
    start = hour_of(earliest) - timedelta(days=rule.baseline_days, hours=1)
    names = tuple(t.name for t in topics)
    if not names:
        return Reading({}, ())
    counts, known = _counts(store, start, end, names)
    broken = set(broken_sources(settings, store))
    down = {
        s.id: hours for s in settings.sources.source if s.enabled and (hours := down_hours(store, s.id, start, end))
    }
    lost = {id: _counts(store, start, end, names, (id,))[0] for id in broken | set(down)}
    series: dict[tuple[str, Measure], Series] = {}
    for measure in _SERIES:
        mine = {name: {kind: counts[name, measure, kind] for kind in measure.kinds} for name in names}
        shape = _shape(start, list(mine.values()))
        for name in names:
            theirs = {id: _share(mine[name], each, name, measure) for id, each in lost.items()}
            series[name, measure] = Series(
                topic=name, measure=measure, start=start, parts=mine[name], known_from=known, shape=shape,
                broken=bool(broken) and sum(theirs[id] for id in broken) >= MAIN_SHARE,
                down=frozenset().union(*(down[id] for id in down if theirs[id] >= MAIN_SHARE)),
            )  # fmt: skip
    return Reading(series, topics, scan(list(series.values()), end, rule))


def judge_topics(
    reading: Reading, now: datetime, rule: SpikeSettings, under_way: Collection[str] = ()
) -> dict[str, Decision[Spike]]:
    """One decision a topic; of two alarming measures the one further above its band.

    An official topic is muted when its alarming sub-topics (or those with an alert ``under_way``) explain the excess:
    a water outage is told as 供水, not once more as 城乡建设.
    """
    decisions = {
        t.name: _worse([judge_in(reading.found, reading.series[t.name, m], now, rule) for m in _SERIES])
        for t in reading.topics
    }
    for topic in reading.topics:
        decision = decisions[topic.name]
        if not decision.kept or decision.value is None or topic.name != topic.official.value:
            continue
        children = [t.name for t in reading.topics if t.official.value == topic.name and t.name != topic.name]
        causes = [name for name in children if decisions[name].kept or name in under_way]
        if causes and _explained(reading, topic.name, causes, now, rule):
            facts = {"subtopics": tuple(causes)}
            decisions[topic.name] = Decision(Verdict.CALM, Reason.EXPLAINED_BY_SUBTOPIC, None, facts)
    return decisions


def _explained(reading: Reading, parent: str, causes: Sequence[str], now: datetime, rule: SpikeSettings) -> bool:
    return not any(
        judge_in(reading.found, reading.series[parent, m], now, rule, [reading.series[c, m] for c in causes]).kept
        for m in _SERIES
    )


def _worse(decisions: Sequence[Decision[Spike]]) -> Decision[Spike]:
    alarms = [d for d in decisions if d.value is not None]
    if alarms:
        return max(alarms, key=lambda d: d.value.ratio if d.value else 0.0)
    # Of two calms the one that stands in the way of a recovery.
    order = (Reason.NO_HISTORY, Reason.SOURCE_BROKEN, Reason.ELEVATED, Reason.WITHIN_BAND, Reason.BELOW_MINIMUM)
    return min(decisions, key=lambda d: order.index(Reason(d.reason)))


_Counts = dict[tuple[str, Measure, Kind], list[int]]


def _counts(
    store: Store, start: datetime, end: datetime, topics: tuple[str, ...], sources: tuple[str, ...] = ()
) -> tuple[_Counts, datetime | None]:
    """Hourly originals by topic, measure and kind, and the first hour that holds anything."""
    hours = (end - start) // HOUR
    result: _Counts = {(t, m, k): [0] * hours for t in topics for m in _SERIES for k in m.kinds}
    known: datetime | None = None
    for cell in store.cells(CellQuery(since=start, until=end, kinds=KINDS, topics=topics, sources=sources)):
        known = cell.start if known is None else min(known, cell.start)
        if cell.reprint:
            continue
        at = (cell.start - start) // HOUR
        if cell.polarity is Polarity.NEGATIVE:
            result[cell.topic, Measure.NEGATIVE, cell.kind][at] += exact(cell.n)
        if cell.kind is Kind.BOARD:
            result[cell.topic, Measure.BOARD, cell.kind][at] += exact(cell.n)
    return result, known


def _share(parts: Mapping[Kind, Sequence[int]], lost: _Counts, topic: str, measure: Measure) -> float:
    """Which share of a series the sources that are lost have brought, 0 to 1."""
    whole = sum(sum(part) for part in parts.values())
    return sum(sum(lost[topic, measure, kind]) for kind in parts) / whole if whole else 0.0


def _shape(start: datetime, all_parts: list[dict[Kind, list[int]]]) -> list[float]:
    import numpy as np

    from monitor.signals.rhythm import pooled_shape

    totals = np.stack([np.sum([np.asarray(part) for part in parts.values()], axis=0) for parts in all_parts], axis=1)
    return [float(x) for x in pooled_shape(totals.astype(np.float64), start.hour)]
