"""The life of a topic's alerts as a pure fold over hours: calm → open → (raised) → recovered.

One :class:`Watch` a topic says which hours have been judged and which alert is under way. It is stored by
compare-and-set together with the alerts it changed, so that of two ticks at once only one decides, and a killed one
is completed by the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.levels import duty_of, level_of
from monitor.alerts.types import Alert, AlertState, Event, Owed, alert_id
from monitor.model import CHINA, Decision, Kind, hour_of
from monitor.settings import Settings
from monitor.signals.figures import as_json
from monitor.signals.spikes import HOUR, Reason, Spike, window_end

LOOK_BACK_H = 12
"""Hours judged again while nothing is under way, because texts arrive late."""
CATCH_UP_H = 48
"""After an outage of the service no hour further back than this is judged."""
LATE_TELL = timedelta(hours=12)
"""A spike found only after it was over is told if it ended within this time; an older one is only written down."""

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
    if watch.current is not None and judged is not None:
        first = judged + HOUR
    else:
        first = min(judged + HOUR, last - (LOOK_BACK_H - 1) * HOUR) if judged else last - (LOOK_BACK_H - 1) * HOUR
        if closed:
            first = max(first, closed + HOUR)
    first = max(first, last - (CATCH_UP_H - 1) * HOUR)
    return [first + i * HOUR for i in range(max(0, (last - first) // HOUR + 1))]


def step(watch: Watch, end: datetime, decision: Decision[Spike], settings: Settings, now: datetime) -> Watch:
    """Folds the decision on the window that ends at ``end``; a window that is still running can only alarm."""
    complete = end <= now
    spike = decision.value
    if spike is not None:
        current = _opened(watch, spike, settings, now) if watch.current is None else watch.current
        grown = current if watch.current is None else _grown(current, spike, settings, now)
        return replace(watch, current=grown, calm_h=0)
    if watch.current is None or not complete:
        return watch
    if decision.reason not in _CALM:
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
    """The stored alert with the rule's newer figures; what the desk did (acknowledgement, note) and told stays."""
    told = {o.name: o for o in stored.owed}
    owed = tuple(told.get(o.name, o) for o in fresh.owed)
    state = AlertState.RECOVERED if AlertState.RECOVERED in (fresh.state, stored.state) else stored.state
    return replace(
        fresh,
        state=state,
        recovered_at=fresh.recovered_at or stored.recovered_at,
        acknowledged_by=stored.acknowledged_by,
        acknowledged_at=stored.acknowledged_at,
        note=stored.note,
        owed=owed,
    )


def changed_alerts(before: Watch, after: Watch) -> Sequence[Alert]:
    """The alerts that a fold opened, changed or ended."""
    known = {a.id: a for a in (before.current, *before.finished) if a is not None}
    return [a for a in (*after.finished, after.current) if a is not None and known.get(a.id) != a]


def _opened(watch: Watch, spike: Spike, settings: Settings, now: datetime) -> Alert:
    # A new spike begins after the old one ended, so that its id is a new one.
    closed = watch.closed if watch.closed and watch.closed <= window_end(now) else None
    onset = max(spike.onset, closed) if closed else spike.onset
    level = level_of(spike)
    duty = duty_of(settings, spike.topic, level, onset)
    return Alert(
        id=alert_id(spike.topic, onset), topic=spike.topic, level=level, state=AlertState.OPEN, onset=onset,
        opened_at=_local(now), updated=_local(now), measure=spike.measure, window_h=spike.window_h,
        window_begin=spike.begin, window_end=spike.end, observed=_stored(spike), shown_total=spike.total,
        expected_low=spike.low, expected_high=spike.high, thin_history=spike.thin_history,
        department=duty.department, rule=duty.rule, steps=duty.steps, deadline=duty.deadline,
        owed=(Owed(Event.OPENED, level, _local(now)),),
    )  # fmt: skip


def _grown(alert: Alert, spike: Spike, settings: Settings, now: datetime) -> Alert:
    """The alert with the figures of a more unusual window; a graver level is owed to the desk, a milder one is not."""
    if (spike.total, spike.ratio) <= (alert.shown_total, alert.shown_total / alert.expected_high):
        return alert
    level = min(alert.level, level_of(spike))
    owed, duty = alert.owed, None
    if level < alert.level:
        if alert.opened_at < now:  # what was opened in this very tick is told once, at its present level
            owed = (*owed, Owed(Event.RAISED, level, _local(now)))
        duty = duty_of(settings, alert.topic, level, alert.onset)
    grown = replace(
        alert, level=level, updated=_local(now), measure=spike.measure, window_begin=spike.begin, window_end=spike.end,
        observed=_stored(spike), shown_total=spike.total, expected_low=spike.low, expected_high=spike.high,
        thin_history=spike.thin_history, owed=owed,
    )  # fmt: skip
    if duty is None:
        return grown
    return replace(grown, department=duty.department, rule=duty.rule, steps=duty.steps, deadline=duty.deadline)


def _late(alert: Alert, now: datetime) -> Alert:
    level, at = alert.level, _local(now)
    if now - alert.window_end <= LATE_TELL:
        return replace(alert, owed=(Owed(Event.LATE, level, at),))
    return replace(alert, owed=())


def _stored(spike: Spike) -> dict[Kind, Any]:
    return {kind: as_json(figure) for kind, figure in spike.observed.items()}


def _local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)
