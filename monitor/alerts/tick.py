"""One evaluation of the rules: judge, write down, tell. May run anywhere, at any time, in several processes at once.

The order makes a kill harmless at every point: a topic's :class:`Watch` is changed by compare-and-set and carries the
alerts it changed; then those are written; then notifications are created; then they are sent. Each step is repeated
by the next tick until its result is there, and each result has a deterministic id.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from monitor.alerts import channels as channel_table
from monitor.alerts.book import AlertBook
from monitor.alerts.codec import alert_doc, alert_of
from monitor.alerts.facts import explain, surroundings
from monitor.alerts.follow import due, update_due
from monitor.alerts.holding import held
from monitor.alerts.levels import Surroundings
from monitor.alerts.lifecycle import Watch, changed_alerts, hours_to_judge, merge, settle, step
from monitor.alerts.outbox import SCAN_BACK, deliver
from monitor.alerts.planning import plan
from monitor.alerts.sources import watch_sources
from monitor.alerts.together import tell_together
from monitor.alerts.told import measure
from monitor.alerts.types import Alert, AlertState, Event, Silence, topic_hash
from monitor.alerts.windows import tell_windows
from monitor.errors import StoreConflict
from monitor.model import CHINA, Decision, hour_of
from monitor.ops import log
from monitor.ops.tally import Tally
from monitor.settings import Settings
from monitor.settings.watch import spike_rule
from monitor.signals.spikes import Spike, window_end
from monitor.signals.watch import Reading, judge_topics, read
from monitor.store import Doc, Store

STATE_WATCH = "watch"
OWING_BACK = SCAN_BACK
_OWING = 2000


@dataclass(slots=True)
class TickReport:
    """What a tick did: ids of alerts and notifications, and the reasons of the decisions it took."""

    now: datetime
    opened: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    muted: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        lists = ("opened", "updated", "recovered", "sent", "failed", "retried", "muted")
        return {
            "now": self.now.astimezone(CHINA).isoformat(),
            **{name: sorted(getattr(self, name)) for name in lists},
            "reasons": dict(sorted(self.reasons.items())),
        }


def tick(settings: Settings, store: Store, now: datetime) -> TickReport:
    """Evaluates the spike rule for every topic up to ``now``, keeps the alert book, and sends what is due.

    Hours missed since the last tick are judged once each, 48 at most; a spike that was over before anybody could be
    told gives one late word if it ended within 12 hours and is only written down otherwise. Raises
    ``StoreUnavailable``; the next tick takes up where this one stopped.
    """
    report = TickReport(now)
    _judge(settings, store, now, report)
    _plan(settings, store, now, report)
    tell_windows(settings, store, now)
    watch_sources(settings, store, now)
    delivered = deliver(settings, store, channel_table.build(settings), now)
    report.sent, report.failed, report.retried = delivered.sent, delivered.failed, delivered.retried
    tally = Tally()
    for reason, n in report.reasons.items():
        tally.add("spike_decisions", n, reason=reason)
    for (channel, outcome), n in delivered.outcomes.items():
        tally.add("notifications", n, channel=channel, outcome=outcome)
    measure(settings, store, delivered.sent, tally)
    tally.flush(store, now)
    return report


def _judge(settings: Settings, store: Store, now: datetime, report: TickReport) -> None:
    watches = {t.name: _load(store, t.name) for t in settings.topics.topic}
    if not watches:
        return
    for watch, _ in watches.values():
        _write(store, watch)  # completes a tick that was killed between its two steps
    hours = {name: hours_to_judge(watch, now) for name, (watch, _) in watches.items()}
    wanted = sorted({h for each in hours.values() for h in each})
    reading = read(settings, store, wanted[0] if wanted else now, now)
    after = {name: replace(watch, finished=()) for name, (watch, _) in watches.items()}
    running = [now] if hour_of(now) != now else []
    for end in [*wanted, *running]:
        under_way = {name for name, watch in after.items() if watch.current}
        decisions = _decisions(settings, reading, end, under_way)
        for name, decision in decisions.items():
            if end not in hours[name] and end not in running:
                continue
            around = surroundings(settings, store, decision.value) if decision.value else Surroundings()
            after[name] = step(after[name], window_end(end), decision, settings, now, around)
            judged = watches[name][0].judged
            if judged is None or end > judged:  # an hour judged again for late texts is counted once
                report.reasons[decision.reason.value] += 1
    for name, (before, version) in watches.items():
        _keep(store, before, settle(before, after[name], now), version, report)


def _decisions(settings: Settings, reading: Reading, end: datetime, under_way: set[str]) -> dict[str, Decision[Spike]]:
    """One decision a topic, each by the rule that holds for it at that hour: a watch window may have its own."""
    rules = {t.name: spike_rule(settings, t.name, end) for t in settings.topics.topic}
    by_rule = [(rule, judge_topics(reading, end, rule, under_way)) for rule in dict.fromkeys(rules.values())]
    return {name: next(found for r, found in by_rule if r == rule)[name] for name, rule in rules.items()}


def _keep(store: Store, before: Watch, after: Watch, version: int, report: TickReport) -> None:
    changed = changed_alerts(before, after)
    if after == before or (not changed and after.judged == before.judged and after.calm_h == before.calm_h):
        return
    fresh = {a.id: explain(store, a) for a in changed}
    current = fresh.get(after.current.id, after.current) if after.current else None
    after = replace(after, current=current, finished=tuple(fresh.get(a.id, a) for a in after.finished))
    try:
        if version:
            store.replace(STATE_WATCH, topic_hash(after.topic), _doc(after), version)
        else:
            store.create(STATE_WATCH, topic_hash(after.topic), _doc(after))
    except StoreConflict:
        return  # another tick has decided on this topic just now
    _write(store, after)
    known = before.current.id if before.current else ""
    for alert in changed:
        if alert.id != known:
            report.opened.append(alert.id)
        elif alert.active:
            report.updated.append(alert.id)
        if not alert.active:
            report.recovered.append(alert.id)
        log.get("alerts").info("alert_changed", alert=alert.id, level=alert.level, state=alert.state.value)


def _write(store: Store, watch: Watch) -> None:
    """Brings the alert book to what the watch says; harmless when it is there already."""
    book = AlertBook(store)
    for alert in (*watch.finished, watch.current):
        if alert is None:
            continue
        stored = book.get(alert.id) or book.open_new(alert)
        if merge(stored, alert) != stored:
            book.change(alert.id, lambda known, fresh=alert: merge(known, fresh))  # type: ignore[misc]


def _plan(settings: Settings, store: Store, now: datetime, report: TickReport) -> None:
    """Adds what has become due, tells together what may wait, and plans the rest one by one."""
    book = AlertBook(store)
    silences = book.silences(now)
    listed = book.list(since=now - OWING_BACK, limit=_OWING)
    alerts = [_followed(settings, store, book, alert, silences, now) for alert in listed]
    muted = {a.topic for a in alerts if any(s.mutes(a.topic, now) for s in silences)}
    if settings.alerts.quiet is not None or settings.alerts.digest is not None:
        tell_together(settings, store, alerts, muted, now)
        alerts = [book.get(a.id) or a if any(not o.planned for o in a.owed) else a for a in alerts]
    for alert in alerts:
        if all(o.planned for o in alert.owed):
            continue
        after = plan(settings, store, alert, silences, now)
        if any(not o.planned or o.muted for o in after.owed):
            report.muted.append(alert.id)


def _followed(
    settings: Settings, store: Store, book: AlertBook, alert: Alert, silences: list[Silence], now: datetime
) -> Alert:
    """The alert with the updates, escalations and reminders that have become due."""
    if alert.active and settings.topic(alert.topic) is None:
        return book.change(alert.id, lambda known: _retired(known, now))
    if any(s.mutes(alert.topic, now) for s in silences) or held(settings, alert, now):
        return alert
    fresh = explain(store, alert, now) if update_due(alert, settings, now) else alert
    owed = due(fresh, settings, now)
    if not owed:
        return alert
    grown = any(o.event is Event.GREW for o in owed)

    def add(known: Alert) -> Alert:
        names = {o.name for o in known.owed}
        new = tuple(o for o in owed if o.name not in names)
        escalated = any(o.event is Event.ESCALATED for o in new) and known.state is AlertState.OPEN
        after = replace(known, state=AlertState.ESCALATED if escalated else known.state, owed=(*known.owed, *new))
        if not grown or not new:
            return after
        moment = now.astimezone(CHINA)
        return replace(
            after, terms=fresh.terms, places=fresh.places, related=fresh.related, news=fresh.news, updated=moment
        )

    return book.change(alert.id, add)


def _retired(alert: Alert, now: datetime) -> Alert:
    """An alert whose topic has left the configuration: nobody judges it any more, so it ends without a word."""
    return replace(
        alert,
        state=AlertState.RECOVERED,
        recovered_at=now.astimezone(CHINA),
        updated=now.astimezone(CHINA),
        owed=tuple(replace(o, planned=True) for o in alert.owed),
        note=f"{alert.note} 专题已从配置中删除，预警结束".strip(),
    )


def _load(store: Store, topic: str) -> tuple[Watch, int]:
    state = store.get(STATE_WATCH, topic_hash(topic))
    return (_watch(topic, state.doc), state.version) if state else (Watch(topic=topic), 0)


def _doc(watch: Watch) -> dict[str, Any]:
    return {
        "topic": watch.topic,
        "judged": watch.judged.isoformat() if watch.judged else None,
        "closed": watch.closed.isoformat() if watch.closed else None,
        "calm_h": watch.calm_h,
        "current": alert_doc(watch.current) if watch.current else None,
        "finished": [alert_doc(a) for a in watch.finished],
    }


def _watch(topic: str, doc: Doc) -> Watch:
    def moment(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value).astimezone(CHINA) if value else None

    return Watch(
        topic=topic,
        judged=moment(doc["judged"]),
        closed=moment(doc["closed"]),
        calm_h=doc["calm_h"],
        current=alert_of(doc["current"]) if doc["current"] else None,
        finished=tuple(alert_of(a) for a in doc["finished"]),
    )
