"""Alerts, silences and notifications to and from state documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.alerts.types import Alert, AlertState, Event, Notification, NotificationState, Owed, Silence
from monitor.model import CHINA, Kind
from monitor.signals.spikes import Measure, Pattern
from monitor.store import Doc

_MOMENTS = (
    "onset",
    "opened_at",
    "updated",
    "recovered_at",
    "window_begin",
    "window_end",
    "deadline",
    "acknowledged_at",
)
_PLAIN = (
    "id", "topic", "level", "window_h", "shown_total", "expected_low", "expected_high", "thin_history", "department",
    "rule", "acknowledged_by", "note",
)  # fmt: skip
# What came later has a default, so that what an earlier version stored is read.
_LATER_MOMENTS = ("first_deadline", "first_done_at", "answered_at", "closed_at")
_LATER: Mapping[str, Any] = {
    "growth": 1.0, "news": 0, "first_done_by": "", "answered_by": "", "closed_by": "", "watch": "",
}  # fmt: skip
_WORDS = ("steps", "terms", "places")


def alert_doc(alert: Alert) -> dict[str, Any]:
    doc: dict[str, Any] = {name: getattr(alert, name) for name in (*_PLAIN, *_LATER)}
    doc |= {name: _iso(getattr(alert, name)) for name in (*_MOMENTS, *_LATER_MOMENTS)}
    doc |= {name: list(getattr(alert, name)) for name in _WORDS}
    doc["state"] = alert.state.value
    doc["measure"] = alert.measure.value
    doc["observed"] = {kind.value: figure for kind, figure in alert.observed.items()}
    doc["related"] = [list(item) for item in alert.related]
    doc["owed"] = [_owed_doc(o) for o in alert.owed]
    doc["pattern"] = alert.pattern.value
    doc["reasons"] = list(alert.reasons)
    doc["course"] = [list(point) for point in alert.course]
    doc["matters"] = list(alert.matters)
    return doc


def alert_of(doc: Doc) -> Alert:
    values: dict[str, Any] = {name: doc[name] for name in _PLAIN}
    values |= {name: _moment(doc[name]) for name in _MOMENTS}
    values |= {name: tuple(doc[name]) for name in _WORDS}
    values |= {name: doc.get(name, default) for name, default in _LATER.items()}
    values |= {name: _moment(doc.get(name)) for name in _LATER_MOMENTS}
    return Alert(
        **values,
        state=AlertState(doc["state"]),
        measure=Measure(doc["measure"]),
        observed={Kind(kind): figure for kind, figure in doc["observed"].items()},
        related=tuple((r[0], r[1], r[2]) for r in doc["related"]),
        owed=tuple(_owed_of(o) for o in doc["owed"]),
        pattern=Pattern(doc.get("pattern", Pattern.BURST)),
        reasons=tuple(doc.get("reasons", ())),
        course=tuple((p[0], p[1]) for p in doc.get("course", ())),
        matters=tuple(doc.get("matters", ())),
    )


def _owed_doc(owed: Owed) -> dict[str, Any]:
    return {
        "event": owed.event.value, "level": owed.level, "at": _iso(owed.at), "planned": owed.planned,
        "muted": owed.muted, "step": owed.step, "clock": owed.clock, "paid_at": _iso(owed.paid_at),
        "total": owed.total, "news": owed.news, "places": list(owed.places),
    }  # fmt: skip


def _owed_of(doc: Doc) -> Owed:
    return Owed(
        event=Event(doc["event"]), level=doc["level"], at=datetime.fromisoformat(doc["at"]).astimezone(CHINA),
        planned=doc["planned"], muted=doc["muted"], step=doc.get("step", 0), clock=doc.get("clock", ""),
        paid_at=_moment(doc.get("paid_at")), total=doc.get("total", 0), news=doc.get("news", 0),
        places=tuple(doc.get("places", ())),
    )  # fmt: skip


def silence_doc(silence: Silence) -> dict[str, Any]:
    return {
        "topic": silence.topic,
        "begin": _iso(silence.begin),
        "until": _iso(silence.until),
        "who": silence.who,
        "reason": silence.reason,
    }


def silence_of(id: str, doc: Doc) -> Silence:
    return Silence(
        id=id,
        topic=doc["topic"],
        begin=datetime.fromisoformat(doc["begin"]).astimezone(CHINA),
        until=datetime.fromisoformat(doc["until"]).astimezone(CHINA),
        who=doc["who"],
        reason=doc["reason"],
    )


def notification_doc(notification: Notification) -> dict[str, Any]:
    return {
        "alert_id": notification.alert_id,
        "event": notification.event.value,
        "channel": notification.channel,
        "to": notification.to,
        "message_id": notification.message_id,
        "state": notification.state.value,
        "created": _iso(notification.created),
        "next_try": _iso(notification.next_try),
        "tries": notification.tries,
        "sent_at": _iso(notification.sent_at),
        "error": notification.error,
        "thread": notification.thread,
        "alert": alert_doc(notification.alert) if notification.alert else None,
        "notice": list(notification.notice) if notification.notice else None,
        "name": notification.name,
    }


def notification_of(id: str, doc: Doc) -> Notification:
    return Notification(
        id=id,
        alert_id=doc["alert_id"],
        event=Event(doc["event"]),
        channel=doc["channel"],
        to=doc["to"],
        message_id=doc["message_id"],
        state=NotificationState(doc["state"]),
        created=datetime.fromisoformat(doc["created"]).astimezone(CHINA),
        next_try=datetime.fromisoformat(doc["next_try"]).astimezone(CHINA),
        tries=doc["tries"],
        sent_at=_moment(doc["sent_at"]),
        error=doc["error"],
        thread=doc["thread"],
        alert=alert_of(doc["alert"]) if doc["alert"] else None,
        notice=(doc["notice"][0], doc["notice"][1]) if doc["notice"] else None,
        name=doc.get("name", ""),
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(CHINA) if value else None
