"""What an alert owes besides its opening, level and end: growth updates, escalation, reminders. Pure.

All three are asked of the alert as the book has it, since they depend on what the desk did and on what was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.alerts.routing import escalation_steps
from monitor.alerts.types import Alert, AlertState, Event, Owed
from monitor.model import CHINA
from monitor.settings import Settings

SILENCED = "silence"
_SAYING = frozenset({Event.OPENED, Event.RAISED, Event.GREW, Event.LATE})
"""Events whose message told the figures."""
_ALARMING = frozenset({Event.OPENED, Event.RAISED})
_AFTER = timedelta(hours=12)
"""A reminder that was missed is made up for so long after its deadline."""
_JUMPED = timedelta(hours=1)


def update_due(alert: Alert, settings: Settings, now: datetime) -> bool:
    """Whether enough time has passed for a growth update; only then its facts need to be looked up."""
    last = last_told(alert)
    if last is None or not alert.active or any(not o.planned for o in alert.owed):
        return False
    return now - _when(last, alert, now) >= timedelta(hours=settings.alerts.growth.every_h)


def due(alert: Alert, settings: Settings, now: datetime) -> tuple[Owed, ...]:
    """The events that have become due and are not owed yet; ``alert`` has its present places and news."""
    if any(o.event in _ALARMING and not o.planned for o in alert.owed):
        return ()  # an alarm is told first: minutes and changes count from it
    return (*_growth(alert, settings, now), *_escalations(alert, settings, now), *_reminders(alert, settings, now))


def last_told(alert: Alert) -> Owed | None:
    """The debt whose message told the figures last."""
    told = [o for o in alert.owed if o.event in _SAYING and o.told]
    return max(told, key=lambda o: o.paid_at or o.at, default=None)


def changes(alert: Alert, last: Owed, settings: Settings) -> list[str]:
    """What is new since the last message, in Chinese; empty: nothing that is worth a message."""
    rule, found = settings.alerts.growth, []
    about = "约" if alert.approximate else ""
    if last.total and alert.shown_total >= last.total * (1 + rule.grown):
        found.append(f"由{about}{last.total}条增至{about}{alert.shown_total}条")
    places = [p for p in alert.places if p not in last.places]
    if len(places) >= rule.places:
        found.append(f"新涉及{'、'.join(places)}")
    if alert.news - last.news >= rule.news:
        found.append(f"新闻报道由{last.news}篇增至{alert.news}篇")
    return found


def _growth(alert: Alert, settings: Settings, now: datetime) -> Iterator[Owed]:
    last = last_told(alert)
    if last is not None and update_due(alert, settings, now) and changes(alert, last, settings):
        number = 1 + sum(1 for o in alert.owed if o.event is Event.GREW)
        yield _owed(Event.GREW, alert, now, step=number)


def _escalations(alert: Alert, settings: Settings, now: datetime) -> Iterator[Owed]:
    """Steps whose minutes have passed since the alarm of the present level without an acknowledgement."""
    if not alert.state.waiting:
        return
    alarms = [o for o in alert.owed if o.event in _ALARMING and o.planned and o.muted != SILENCED]
    if not alarms:
        return
    since = max(_when(o, alert, now) for o in alarms)
    owed = {o.name for o in alert.owed}
    for number, step in enumerate(escalation_steps(settings, alert.level), 1):
        debt = _owed(Event.ESCALATED, alert, now, step=number)
        if debt.name not in owed and now - since >= timedelta(minutes=step.after_min):
            yield debt


def _reminders(alert: Alert, settings: Settings, now: datetime) -> Iterator[Owed]:
    """Of each clock that has not been stopped, once; not right after a message that named the deadline anyway.

    When a matter has calmed down by itself there is nothing left to publish first, but residents still want an answer.
    """
    rule = settings.alerts.reminder
    told = [o for o in alert.owed if o.event in _ALARMING and o.told]
    if not rule.before_min or not told or alert.state is AlertState.CLOSED:
        return
    if rule.levels and alert.level not in rule.levels:
        return
    owed = {o.name for o in alert.owed}
    for clock, deadline, done, _ in alert.clocks:
        begin = deadline - timedelta(minutes=rule.before_min)
        fresh = any(begin <= _when(o, alert, now) for o in told)
        moot = clock == "first" and alert.state is AlertState.RECOVERED
        debt = _owed(Event.REMINDED, alert, now, clock=clock)
        if done is None and not fresh and not moot and debt.name not in owed and begin <= now < deadline + _AFTER:
            yield debt


def _owed(event: Event, alert: Alert, now: datetime, *, step: int = 0, clock: str = "") -> Owed:
    return Owed(event, alert.level, now.astimezone(CHINA), step=step, clock=clock)


def _when(debt: Owed, alert: Alert, now: datetime) -> datetime:
    """When a debt was paid; a moment in the future was written by a clock that ran ahead: then the onset counts."""
    moment = debt.paid_at or debt.at
    return moment if moment <= now + _JUMPED else min(alert.onset, now)
