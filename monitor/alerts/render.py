"""An alert as a message: subject, plain text and HTML. Everything in it is released (S3) and escaped."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.alerts import wording
from monitor.alerts.channels.base import Message
from monitor.alerts.types import LEVEL_MARKS, Alert, Event, Notification
from monitor.alerts.wording import CLOCK_NAMES, figure_text, moment
from monitor.model import CHINA, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

CHART_PX = 56
TEMPLATES = Path(__file__).parent / "templates"
COLOURS = {1: "#b3261e", 2: "#b85c00", 3: "#8a6d00", 4: "#1f5fa8"}
"""Red, orange, yellow, blue, each dark enough for white letters (contrast of at least 4.5 to 1)."""
KIND_NAMES = {Kind.POST: "网络帖文", Kind.BOARD: "官方留言", Kind.NEWS: "新闻报道"}
_MARKS = {
    Event.RAISED: "升级", Event.GREW: "续报", Event.ESCALATED: "催办", Event.REMINDED: "时限提醒",
    Event.RECOVERED: "已恢复", Event.LATE: "事后发现，已恢复",
}  # fmt: skip
_OVER = frozenset({Event.RECOVERED, Event.LATE})
_LINK = re.compile(r"(https?://[^\s<>\"]+)")


def render(notification: Notification, public_url: str) -> Message:
    """The message of a notification: a pure function of it, so that every try sends the same."""
    alert, event = notification.alert, notification.event
    if alert is None:
        return _notice(notification)
    values = _values(alert, event, public_url, notification.created)
    return Message(
        id=notification.message_id,
        to=notification.to,
        subject=values["subject"],
        text=_environment().get_template("mail.txt").render(values),
        html=_environment().get_template("mail.html").render(values),
        created=notification.created,
        thread=notification.thread,
        event=event,
        alert=alert,
    )


def _notice(notification: Notification) -> Message:
    subject, text = notification.notice or ("", "")
    lines = [[(part, bool(_LINK.fullmatch(part))) for part in _LINK.split(line)] for line in text.splitlines()]
    return Message(
        id=notification.message_id,
        to=notification.to,
        subject=subject,
        text=text,
        html=_environment().get_template("notice.html").render(subject=subject, lines=lines),
        created=notification.created,
        thread=notification.thread,
        event=notification.event,
        alert=None,
    )


def plain(alert: Alert, public_url: str, now: datetime) -> str:
    """The plain-text body alone, for the terminal."""
    event = Event.RECOVERED if alert.recovered_at else Event.OPENED
    return _environment().get_template("mail.txt").render(_values(alert, event, public_url, now))


def subject(alert: Alert, event: Event) -> str:
    """【橙色预警】供水：3小时内群众反映约45条，平时不超过10条."""
    mark = _MARKS.get(event, "")
    return f"【{alert.colour}预警{'·' + mark if mark else ''}】{alert.subject}"


def _values(alert: Alert, event: Event, public_url: str, created: datetime) -> dict[str, Any]:
    observed = [(KIND_NAMES.get(kind, kind.value), figure_text(f)) for kind, f in alert.observed.items()]
    news = wording.news(alert, event, created)
    return {
        "alert": alert,
        "event": event.value,
        "over": event in _OVER,
        "mark": _MARKS.get(event, ""),
        "subject": subject(alert, event),
        "level": f"{alert.colour}预警（{LEVEL_MARKS[alert.level]}）",
        "background": COLOURS[alert.level],
        "matter": wording.matter(alert),
        "task": wording.task(alert, created),
        "news": news,
        "where": wording.where(alert),
        "observed": observed,
        "onset": moment(alert.onset),
        "window": f"{moment(alert.window_begin)} 至 {_until(alert)}",
        "clocks": [
            (CLOCK_NAMES[name], moment(due), moment(done) if done else "") for name, due, done, _ in alert.clocks
        ],
        "recovered": moment(alert.recovered_at) if alert.recovered_at else "",
        "link": f"{public_url}/alerts/{alert.id}",
        "course": _bars(alert),
        "bar": min(100, round(100 * alert.expected_high / max(alert.shown_total, alert.expected_high, 1))),
    }


def _bars(alert: Alert) -> list[tuple[str, int, str]]:
    """Name, height in pixels and words of each bar of the chart; 0 for none, -1 where too few are shown."""
    most = max((n for _, n in alert.course if n), default=0)
    bars = []
    for name, n in alert.course:
        height = -1 if n is None else round(CHART_PX * n / most) if most else 0
        bars.append((name, max(height, 2) if n else height, "不足10" if n is None else str(n)))
    return bars


def _until(alert: Alert) -> str:
    same = alert.window_begin.astimezone(CHINA).date() == alert.window_end.astimezone(CHINA).date()
    return f"{alert.window_end.astimezone(CHINA):%H:%M}" if same else moment(alert.window_end)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def escaped(name: str | None) -> bool:
        return bool(name and name.endswith(".html"))

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=escaped, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
