"""Who is told of an alert: pure rules over the configuration and a moment, so that they can be asked without an alarm.

Routes by topic, level and watch window; a route may name a desk, whose roster says who is on duty. A channel that
reaches nobody in person (a group, a log) is told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import CHINA
from monitor.settings import Settings
from monitor.settings import watch as windows
from monitor.settings.alerting import Escalation
from monitor.settings.roster import OnDuty, on_duty


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address on one channel; ``to`` is empty where the channel itself is the address. ``why``: Chinese."""

    channel: str
    to: str
    name: str = ""
    why: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, self.to


def recipients(settings: Settings, topic: str, level: int, now: datetime) -> list[Recipient]:
    """Everybody whom the routes and the open watch windows name for a topic and level, each address once."""
    alerts = settings.alerts
    open_now = {w.id for w in windows.active(settings, now) if w.covers(topic)}
    found: list[Recipient] = []
    if not alerts.route:
        found += _reached(settings, [c.id for c in alerts.channel], "", "没有配置路由：全部渠道", now)
    for i, route in enumerate(alerts.route):
        if (
            (not route.levels or level in route.levels)
            and (not route.topics or topic in route.topics)
            and (not route.watches or open_now & set(route.watches))
        ):
            found += _reached(settings, route.channels, route.desk, f"路由 {i + 1}", now)
    for watch in windows.active(settings, now):
        if watch.covers(topic) and watch.channels:
            found += _reached(settings, watch.channels, watch.desk, f"重点时段“{watch.name}”", now)
    return _once(found)


def escalation_steps(settings: Settings, level: int) -> list[Escalation]:
    """The steps for a level, the soonest first; the nth of them is the alert's nth escalation."""
    steps = [e for e in settings.alerts.escalation if not e.levels or level in e.levels]
    return sorted(steps, key=lambda e: e.after_min)


def escalated_to(settings: Settings, level: int, step: int, now: datetime) -> list[Recipient]:
    """Whom the ``step``-th escalation (from 1) of a level tells."""
    steps = escalation_steps(settings, level)
    if not 1 <= step <= len(steps):
        return []
    chosen = steps[step - 1]
    return _once(_reached(settings, chosen.channels, chosen.desk, f"第{step}次催办", now))


def general(settings: Settings, now: datetime) -> list[Recipient]:
    """Those who are told of the service itself: routes without level, topic and window; else all channels."""
    routes = [r for r in settings.alerts.route if not r.levels and not r.topics and not r.watches]
    if not routes:
        return _once(_reached(settings, [c.id for c in settings.alerts.channel], "", "全部渠道", now))
    return _once(r for route in routes for r in _reached(settings, route.channels, route.desk, "总路由", now))


def of_watch(settings: Settings, watch_id: str, now: datetime) -> list[Recipient]:
    """Those who are told of a watch window's beginning, end and snapshots: its own, else those of the service."""
    watch = next(w for w in settings.watch.watch if w.id == watch_id)
    if not watch.channels:
        return general(settings, now)
    return _once(_reached(settings, watch.channels, watch.desk, f"重点时段“{watch.name}”", now))


def duty(settings: Settings, now: datetime) -> list[tuple[str, str, OnDuty]]:
    """(desk, its name, who is on duty) of every desk."""
    alerts = settings.alerts
    return [(r.desk, r.name, on_duty(r, alerts.calendar, now)) for r in alerts.roster]


def _reached(settings: Settings, ids: Iterable[str], desk: str, why: str, now: datetime) -> list[Recipient]:
    channels = {c.id: c for c in settings.alerts.channel}
    found: list[Recipient] = []
    for id in ids:
        if id not in channels:
            continue
        people = _at_desk(settings, desk, id, now) if desk and channels[id].type == "email" else []
        if people:
            found += [Recipient(id, to, name, f"{why} · {said}") for name, to, said in people]
        else:
            lost = f"{why} · 值班台“{desk}”无人有此渠道的地址" if desk and channels[id].type == "email" else why
            found += [
                Recipient(id, to, "", lost) for to in channels[id].to or ("",) if to or not _personal(channels[id].type)
            ]
    return found


def _personal(channel_type: str) -> bool:
    """Whether a channel needs an address a person has."""
    return channel_type == "email"


def _at_desk(settings: Settings, desk: str, channel: str, now: datetime) -> list[tuple[str, str, str]]:
    """(name, address, why) of those on duty who have an address there; of the fallback if none has."""
    roster = next((r for r in settings.alerts.roster if r.desk == desk), None)
    if roster is None:
        return []
    people = {p.name: p for p in settings.alerts.person}
    on = on_duty(roster, settings.alerts.calendar, now)
    tries: list[tuple[Sequence[str], str]] = [(roster.fallback, f"{roster.name}无人当班或联系不上，后备")]
    if not on.gap:
        tries.insert(0, (on.people, f"{roster.name}当班（{now.astimezone(CHINA):%m-%d %H:%M}）"))
    for names, why in tries:
        reached = [(n, people[n].to[channel], why) for n in names if n in people and channel in people[n].to]
        if reached:
            return reached
    return []


def _once(found: Iterable[Recipient]) -> list[Recipient]:
    by_key: dict[tuple[str, str], Recipient] = {}
    for recipient in found:
        by_key.setdefault(recipient.key, recipient)
    return list(by_key.values())
