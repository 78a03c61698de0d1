"""A source that keeps failing is told to the operator, once, and once more when it works again.

A first version: only failures in a row count. A silent source and a changed layout are not noticed yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.alerts.outbox import create_notice
from monitor.alerts.types import Event, moment_key
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.ops import runs
from monitor.ops.runs import RunState, SourceState
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.signals.watch import BROKEN_RUNS
from monitor.store import Store

STATE_NOTICE = "source_notice"


def watch_sources(settings: Settings, store: Store, now: datetime) -> None:
    """Creates the notices that are owed; harmless when repeated or done by two ticks at once."""
    sources = [s for s in settings.sources.source if s.enabled]
    for source_id, state in runs.states(store, sources).items():
        source = settings.source(source_id)
        if source is not None:
            _watch(settings, store, source, state, now)


def _watch(settings: Settings, store: Store, source: Source, state: SourceState, now: datetime) -> None:
    known = store.get(STATE_NOTICE, source.id)
    doc: Mapping[str, Any] = known.doc if known else {"since": None, "fixed": None, "told": True}
    after = _after(doc, state, now)
    if not doc["told"] or after != doc:
        if after != doc and not _written(store, source.id, after, known.version if known else 0):
            return  # another tick has just written it and tells
        _tell(settings, store, source, state, after, now)
        current = store.get(STATE_NOTICE, source.id)
        if current is not None and {**current.doc} == {**after}:
            _written(store, source.id, {**after, "told": True}, current.version)


def _after(doc: Mapping[str, Any], state: SourceState, now: datetime) -> dict[str, Any]:
    under_way = doc["since"] is not None and doc["fixed"] is None
    moment = now.astimezone(CHINA).isoformat()
    if not under_way and state.failures_in_row >= BROKEN_RUNS:
        return {"since": moment, "fixed": None, "told": False}
    if under_way and state.state in (RunState.OK, RunState.PARTIAL):
        return {"since": doc["since"], "fixed": moment, "told": False}
    return dict(doc)


def _written(store: Store, id: str, doc: Mapping[str, Any], version: int) -> bool:
    try:
        if version:
            store.replace(STATE_NOTICE, id, doc, version)
        else:
            store.create(STATE_NOTICE, id, doc)
    except StoreConflict:
        return False
    return True


def _tell(
    settings: Settings, store: Store, source: Source, state: SourceState, doc: Mapping[str, Any], now: datetime
) -> None:
    since = datetime.fromisoformat(doc["since"])
    about = f"{moment_key(since)}.source.{source.id}"
    if doc["fixed"] is None:
        subject = f"【系统提示】信源“{source.name}”连续采集失败"
        text = (
            f"信源“{source.name}”（{source.id}）已连续 {BROKEN_RUNS} 次以上采集失败。\n"
            f"发现时间：{since:%Y-%m-%d %H:%M}\n最近一次：{state.message or '没有说明'}\n\n"
            "在它恢复之前，主要依靠它的专题不会因为安静而判为恢复。\n请检查网址、网络和该站点的 robots.txt。\n"
        )
        event = Event.SOURCE_FAILED
    else:
        subject = f"【系统提示】信源“{source.name}”已恢复采集"
        text = f"信源“{source.name}”（{source.id}）已恢复采集。\n恢复时间：{doc['fixed'][:16].replace('T', ' ')}\n"
        event = Event.SOURCE_FIXED
    create_notice(settings, store, about, event, (subject, text), now)
