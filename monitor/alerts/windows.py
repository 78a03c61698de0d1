"""Watch windows told to the desk: their beginning, their end, and a snapshot of the watched topics every few hours.

A snapshot covers whole hours that end at fixed moments after the beginning; it is written down once, so that every
reader sees the same figures, and told afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.book import AlertBook
from monitor.alerts.planning import notify
from monitor.alerts.routing import of_watch
from monitor.alerts.snapshots import row_doc, rows, snapshot_text
from monitor.alerts.types import LEVEL_NAMES, Event, moment_key
from monitor.alerts.wording import moment
from monitor.errors import StoreConflict
from monitor.model import CHINA, hour_of
from monitor.ops import log
from monitor.settings import Settings
from monitor.settings.watch import Watch
from monitor.store import Store

STATE_WINDOW = "watch_window"
STATE_SNAPSHOT = "snapshot"
_LATE = timedelta(hours=48)
"""The end of a window is told for so long after it,"""
_SINCE = timedelta(days=40)
"""its beginning as long as messages of that day are still sent (outbox.SCAN_BACK)."""


def tell_windows(settings: Settings, store: Store, now: datetime) -> None:
    """Tells what is due of every configured window; harmless when repeated or done by two ticks at once."""
    for watch in settings.watch.watch:
        id = f"{watch.id}.{watch.begin.astimezone(CHINA):%Y%m%dT%H%M}"
        known = store.get(STATE_WINDOW, id)
        doc: Mapping[str, Any] = known.doc if known else {}
        if watch.open_at(now):
            if not doc:
                _begin(settings, store, watch, id, now)
            _snapshot(settings, store, watch, now)
        elif doc and not doc["ended"] and watch.end <= now:
            if now - watch.end < _LATE:
                _end(settings, store, watch, now)
            _keep(store, id, {**doc, "ended": True}, known.version if known else 1)


def latest_snapshot(store: Store, watch: Watch, now: datetime) -> Mapping[str, Any] | None:
    """The last snapshot of an open window as it was written down: ``at``, ``hours`` and ``rows``."""
    if not watch.snapshot_h:
        return None
    moment_ = _period(watch, now)
    found = store.get(STATE_SNAPSHOT, f"{moment_key(moment_)}.{watch.id}") if moment_ else None
    return found.doc if found else None


def _begin(settings: Settings, store: Store, watch: Watch, id: str, now: datetime) -> None:
    notice = (f"【重点时段】{watch.name}：开始", f"{_about(settings, watch)}\n网页：{settings.public_url}/\n")
    if now - watch.begin < _SINCE:
        notify(
            settings, store, _key(watch), Event.WATCH_BEGUN, notice, now, to=of_watch(settings, watch.id, now)
        )  # fmt: skip
    try:
        store.create(STATE_WINDOW, id, {"ended": False})
    except StoreConflict:
        return  # another tick has begun it just now
    log.get("alerts").info("watch_begun", watch=watch.id)


def _end(settings: Settings, store: Store, watch: Watch, now: datetime) -> None:
    topics = watch.topics or tuple(t.name for t in settings.topics.topic)
    alerts = AlertBook(store).list(since=watch.begin, until=watch.end, topics=topics, limit=1000)
    counts = [f"{LEVEL_NAMES[level]}{n}起" for level in (1, 2, 3, 4) if (n := sum(a.level == level for a in alerts))]
    going = sum(a.active for a in alerts)
    said = f"期间预警{len(alerts)}起（{'、'.join(counts)}）" if alerts else "期间没有预警"
    rest = f"，其中{going}起尚未恢复" if going else ""
    text = (
        f"重点时段“{watch.name}”已于{moment(watch.end)}结束，恢复平时的采集间隔、阈值和通知对象。\n{said}{rest}。\n"
        f"网页：{settings.public_url}/alerts\n"
    )
    notice, about = (f"【重点时段】{watch.name}：结束", text), f"{moment_key(watch.end)}.watch.{watch.id}"
    notify(
        settings, store, about, Event.WATCH_ENDED, notice, now,
        to=of_watch(settings, watch.id, now), after=(_key(watch), Event.WATCH_BEGUN),
    )  # fmt: skip


def _snapshot(settings: Settings, store: Store, watch: Watch, now: datetime) -> None:
    end = _period(watch, now)
    if end is None:
        return
    id = f"{moment_key(end)}.{watch.id}"
    known = store.get(STATE_SNAPSHOT, id)
    if known is not None and known.doc["told"]:
        return
    if known is None:
        found = rows(settings, store, watch.topics, end, watch.snapshot_h)
        doc: Mapping[str, Any] = {
            "watch": watch.id, "at": end.isoformat(), "hours": watch.snapshot_h, "told": False,
            "rows": [row_doc(r) for r in found],
        }  # fmt: skip
        try:
            version = store.create(STATE_SNAPSHOT, id, doc)
        except StoreConflict:
            return  # another tick has just written it and tells
    else:
        doc, version = known.doc, known.version
    notice = snapshot_text(watch, doc, settings.public_url)
    notify(
        settings, store, f"{moment_key(end)}.snapshot.{watch.id}", Event.WATCH_SNAPSHOT, notice, now,
        to=of_watch(settings, watch.id, now),
    )  # fmt: skip
    _keep(store, id, {**doc, "told": True}, version, STATE_SNAPSHOT)


def _period(watch: Watch, now: datetime) -> datetime | None:
    """The end of the last whole snapshot period; None before the first is over or where none are wanted."""
    step = timedelta(hours=watch.snapshot_h)
    first = hour_of(watch.begin)
    if not step or now < first + step:
        return None
    return first + (now - first) // step * step


def _about(settings: Settings, watch: Watch) -> str:
    rule = watch.rule(settings.alerts.spike)
    lines = [
        f"重点时段“{watch.name}”：{moment(watch.begin)} 至 {moment(watch.end)}。",
        f"关注专题：{'、'.join(watch.topics) or '全部'}",
        f"预警阈值：至少{rule.minimum}条（平时{settings.alerts.spike.minimum}条），概率 {rule.p_value:g}"
        f"（平时 {settings.alerts.spike.p_value:g}）",
    ]
    if watch.refresh_min:
        lines.append(f"采集间隔：不超过{watch.refresh_min}分钟")
    if watch.snapshot_h:
        lines.append(f"快报：每{watch.snapshot_h}小时一次")
    return "\n".join(lines)


def _key(watch: Watch) -> str:
    return f"{moment_key(watch.begin)}.watch.{watch.id}"


def _keep(store: Store, id: str, doc: Mapping[str, Any], version: int, kind: str = STATE_WINDOW) -> None:
    try:
        store.replace(kind, id, doc, version)
    except StoreConflict:
        return  # another tick has done the same
