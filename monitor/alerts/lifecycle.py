"""The life of a topic's alerts as a pure fold over hours: calm → open → (raised) → recovered.

A burst on a topic whose slow rise has been told belongs to the same alert and raises it: the desk reads one story,
in one thread, and the clocks run from the onset of the rise. A rise after a burst only prolongs the burst's alert.

One :class:`Watch` a topic says which hours have been judged and which alert is under way. It is stored by
compare-and-set together with the alerts it changed, so that of two ticks at once only one decides, and a killed one
is completed by the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.levels import Duty, Graded, Surroundings, duty_of, level_of
from monitor.alerts.types import Alert, AlertState, Event, Owed, alert_id
from monitor.model import CHINA, Decision, Kind, hour_of
from monitor.settings import Settings
from monitor.settings import watch as windows
from monitor.signals.figures import as_json
from monitor.signals.spikes import HOUR, Pattern, Reason, Spike, window_end

LOOK_BACK_H = 12
"""Hours judged again while nothing is under way, because texts arrive late."""
CATCH_UP_H = 48
"""After an outage of the service no hour further back than this is judged."""
LATE_TELL = timedelta(hours=12)
"""A spike found only after it was over is told if it ended within this time; an older one is only written down."""

FOLLOWING = frozenset({Event.GREW, Event.ESCALATED, Event.REMINDED})
"""Events that the fold does not know: they are owed by the alert in the book, not by the watch."""
_ALONE = Surroundings()
WIDER = 1.25

_CALM = frozenset({Reason.WITHIN_BAND, Reason.BELOW_MINIMUM})
"""Reasons on which an alert recovers; on the others (elevated, broken source, no history, explained) it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """``judged``: end of the last complete window judged. ``closed``: end of the window on which the last alert ended.

    ``current`` is the alert under way; ``finished`` are those that ended in the last change and may not be written
    yet. ``calm_h``: calm hours in a row.
    """

    topic: str
    judged: datetime | None = None
    closed: datetime | None = None
    calm_h: int = 0
    current: Alert | None = None
    finished: tuple[Alert, ...] = ()


def hours_to_judge(watch: Watch, now: datetime) -> list[datetime]:
    """Ends of the complete windows to judge now, oldest first.

    With an alert under way: those since the last tick. Otherwise also the ``LOOK_BACK_H`` before (late texts), but
    nothing up to the end of the last alert, which has been told. A ``judged`` in the future is a clock that jumped.
    """
    last = hour_of(now)
    judged = watch.judged if watch.judged and watch.judged <= last + HOUR else None
    closed = watch.closed if watch.closed and watch.closed <= last + HOUR else None
    if watch.current is not None:
        # Hours before the alert say nothing about its end, even where the clock went back behind them.
        first = judged + HOUR if judged is not None else last
    else:
        first = min(judged + HOUR, last - (LOOK_BACK_H - 1) * HOUR) if judged else last - (LOOK_BACK_H - 1) * HOUR
        if closed:
            first = max(first, closed + HOUR)
    first = max(first, last - (CATCH_UP_H - 1) * HOUR)
    return [first + i * HOUR for i in range(max(0, (last - first) // HOUR + 1))]


def step(
    watch: Watch, end: datetime, decision: Decision[Spike], settings: Settings, now: datetime,
    around: Surroundings = _ALONE,
) -> Watch:  # fmt: skip
    """Folds the decision on the window that ends at ``end``; a window that is still running can only alarm.

    A window of many hours alarms long after the matter is over. Once its newest hours are as usual it opens no alert,
    and it counts as calm for the one under way.
    """
    complete = end <= now
    spike = decision.value
    if spike is not None and spike.going_on:
        graded = level_of(spike, settings.alerts, around)
        if watch.current is None:
            current = _opened(watch, spike, graded, around, settings, now)
        else:
            current = _grown(watch.current, spike, graded, around, settings, now)
        return replace(watch, current=current, calm_h=0)
    if watch.current is None or not complete:
        return watch
    if spike is None and decision.reason not in _CALM:
        return replace(watch, calm_h=0) if decision.reason is Reason.ELEVATED else watch
    calm_h = watch.calm_h + 1
    if calm_h < settings.alerts.spike.recover_h:
        return replace(watch, calm_h=calm_h)
    over = replace(
        watch.current,
        state=AlertState.RECOVERED,
        recovered_at=end,
        updated=_local(now),
        owed=(*watch.current.owed, Owed(Event.RECOVERED, watch.current.level, _local(now))),
    )
    return replace(watch, current=None, calm_h=0, closed=end, finished=(*watch.finished, over))


def settle(before: Watch, after: Watch, now: datetime) -> Watch:
    """What is owed for alerts that began and ended between two ticks: one late word, or none if it is long ago."""
    seen = before.current.id if before.current else ""
    finished = tuple(_late(a, now) if a.id != seen else a for a in after.finished)
    last = hour_of(now)
    return replace(after, finished=finished, judged=last)


def merge(stored: Alert, fresh: Alert) -> Alert:
    """The stored alert with the rule's newer figures; what the desk did and what was told stays.

    A graver level that is news to the stored alert opens a closed one again: whoever closed it had seen less.
    """
    told = {o.name: o for o in stored.owed}
    extra = tuple(o for o in stored.owed if o.event in FOLLOWING)
    raised = any(o.event is Event.RAISED and o.name not in told for o in fresh.owed)
    facts = stored if stored.updated > fresh.updated else fresh
    reopened = raised and stored.state is AlertState.CLOSED
    return replace(
        fresh,
        state=AlertState.OPEN if reopened else _merged_state(stored, fresh),
        recovered_at=fresh.recovered_at or stored.recovered_at,
        updated=facts.updated,
        terms=facts.terms,
        places=facts.places,
        related=facts.related,
        news=max(stored.news, fresh.news),
        acknowledged_by="" if reopened else stored.acknowledged_by,
        acknowledged_at=None if reopened else stored.acknowledged_at,
        note=stored.note,
        first_done_at=stored.first_done_at,
        first_done_by=stored.first_done_by,
        answered_at=stored.answered_at,
        answered_by=stored.answered_by,
        closed_at=None if reopened else stored.closed_at,
        closed_by="" if reopened else stored.closed_by,
        owed=(*(told.get(o.name, o) for o in fresh.owed), *extra),
    )


def _merged_state(stored: Alert, fresh: Alert) -> AlertState:
    if stored.state is AlertState.CLOSED:
        return AlertState.CLOSED
    return AlertState.RECOVERED if AlertState.RECOVERED in (fresh.state, stored.state) else stored.state


def changed_alerts(before: Watch, after: Watch) -> Sequence[Alert]:
    """The alerts that a fold opened, changed or ended."""
    known = {a.id: a for a in (before.current, *before.finished) if a is not None}
    return [a for a in (*after.finished, after.current) if a is not None and known.get(a.id) != a]


def _opened(
    watch: Watch, spike: Spike, graded: Graded, around: Surroundings, settings: Settings, now: datetime
) -> Alert:
    # A new spike begins after the old one ended, so that its id is a new one.
    closed = watch.closed if watch.closed and watch.closed <= window_end(now) else None
    onset = max(spike.onset, closed) if closed else spike.onset
    duty = duty_of(settings, spike.topic, graded.level, onset)
    window = next((w.name for w in windows.active(settings, now) if w.covers(spike.topic)), "")
    return Alert(
        id=alert_id(spike.topic, onset), topic=spike.topic, level=graded.level, state=AlertState.OPEN, onset=onset,
        opened_at=_local(now), updated=_local(now), **_figures(spike), reasons=graded.reasons, news=around.news,
        watch=window, **_clocks(duty), owed=(Owed(Event.OPENED, graded.level, _local(now)),),
    )  # fmt: skip


def _grown(
    alert: Alert, spike: Spike, graded: Graded, around: Surroundings, settings: Settings, now: datetime
) -> Alert:
    """The alert with the figures of a more unusual window; a graver level is owed to the desk, a milder one is not."""
    if not _more_unusual(alert, spike, graded):
        return alert
    level = min(alert.level, graded.level)
    grown = replace(
        alert, level=level, updated=_local(now), **_figures(spike), news=max(alert.news, around.news),
        reasons=graded.reasons if graded.level <= alert.level else alert.reasons,
    )  # fmt: skip
    if level == alert.level:
        return grown
    if alert.opened_at < now:  # what was opened in this very tick is told once, at its present level
        grown = replace(grown, owed=(*alert.owed, Owed(Event.RAISED, level, _local(now))))
    return replace(grown, **_clocks(duty_of(settings, alert.topic, level, alert.onset)))


def _more_unusual(alert: Alert, spike: Spike, graded: Graded) -> bool:
    """Whether a window says more than the one the alert tells of; windows of two widths are compared by their ratio."""
    if graded.level < alert.level or (alert.pattern, spike.pattern) == (Pattern.RISE, Pattern.BURST):
        return True
    if (alert.pattern, spike.pattern) == (Pattern.BURST, Pattern.RISE):
        return False
    ratio = alert.shown_total / max(alert.expected_high, 1)
    if alert.window_h == spike.window_h and alert.measure is spike.measure:
        return (spike.total, spike.ratio) > (alert.shown_total, ratio)
    # A wider window holds a little more of the same: it has to hold clearly more to be told instead.
    more = WIDER if spike.window_h > alert.window_h else 1.0
    return spike.ratio > ratio and spike.total >= more * alert.shown_total


def _figures(spike: Spike) -> dict[str, Any]:
    """What an alert takes over from a spike, by the names of its fields."""
    return {
        "measure": spike.measure, "pattern": spike.pattern, "growth": spike.growth, "window_h": spike.window_h,
        "window_begin": spike.begin, "window_end": spike.end, "observed": _stored(spike), "shown_total": spike.total,
        "expected_low": spike.low, "expected_high": spike.high, "thin_history": spike.thin_history,
    }  # fmt: skip


def _clocks(duty: Duty) -> dict[str, Any]:
    return {
        "department": duty.department, "rule": duty.rule, "steps": duty.steps, "deadline": duty.deadline,
        "first_deadline": duty.first,
    }  # fmt: skip


def _late(alert: Alert, now: datetime) -> Alert:
    level, at = alert.level, _local(now)
    if now - alert.window_end <= LATE_TELL:
        return replace(alert, owed=(Owed(Event.LATE, level, at),))
    return replace(alert, owed=())


def _stored(spike: Spike) -> dict[Kind, Any]:
    return {kind: as_json(figure) for kind, figure in spike.observed.items()}


def _local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)
