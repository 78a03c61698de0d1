"""The course of an alert in the order of time: what the service found, whom it told, what the desk did and wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.journal import Note
from monitor.alerts.types import LEVEL_MARKS, Alert, Event, Notification, NotificationState
from monitor.alerts.wording import CLOCK_NAMES

_MUTED = {
    "silence": "静默中，没有通知",
    "quiet": "夜间等候",
    "digest": "等候汇总",
    "no_route": "没有路由，没有通知",
}
_TONES = {"sent": "good", "pending": "info", "failed_permanently": "bad"}


@dataclass(frozen=True, slots=True)
class Step:
    """``tone``: good, info, bad or empty; ``text`` may have several lines."""

    at: datetime
    name: str
    who: str = ""
    text: str = ""
    tone: str = ""


def steps(alert: Alert, notifications: Sequence[Notification], notes: Sequence[Note]) -> list[Step]:
    """Oldest first."""
    found = [*_found(alert), *_told(notifications), *_done(alert, notes)]
    return sorted(found, key=lambda step: step.at)


def _found(alert: Alert) -> Iterator[Step]:
    yield Step(alert.onset, "开始", text="数量从这时起异常")
    for owed in alert.owed:
        # What opened and grew in one tick was told at its later level: only a raise bears a level of its own.
        name = f"升至{LEVEL_MARKS[owed.level]}" if owed.event is Event.RAISED else owed.event.chinese
        yield Step(owed.at, name, text=_MUTED.get(owed.muted, ""), tone="info")
    if alert.recovered_at is not None:
        yield Step(alert.recovered_at, "恢复", text="回到平时的水平", tone="good")


def _told(notifications: Sequence[Notification]) -> Iterator[Step]:
    for n in notifications:
        failed = n.state is NotificationState.FAILED_PERMANENTLY
        tries = f"，试了 {n.tries} 次" if n.tries > 1 else ""
        text = f"{n.channel}：{n.state.chinese}{tries}" + (f"。{n.error}" if n.error else "")
        name = f"{'通知失败' if failed else '通知'}（{n.event.chinese}）"
        yield Step(n.sent_at or n.created, name, n.name or n.to, text, _TONES[n.state.value])


def _done(alert: Alert, notes: Sequence[Note]) -> Iterator[Step]:
    told = {note.text for note in notes}
    loose = "" if alert.note in told else alert.note
    if alert.acknowledged_at is not None:
        yield Step(
            alert.acknowledged_at, "签收", alert.acknowledged_by, loose if alert.closed_at is None else "", "good"
        )
    for name, _, done, who in alert.clocks:
        if done is not None:
            yield Step(done, f"已{CLOCK_NAMES[name]}", who, tone="good")
    if alert.closed_at is not None:
        yield Step(alert.closed_at, "办结", alert.closed_by, loose, "good")
    for note in notes:
        yield Step(note.at, "记录", note.who, note.text)
