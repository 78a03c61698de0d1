"""What /metrics tells of the rooms above ``ops``: clocks of messages, alerts, messages not sent, sources, briefs.

All of it is about public kinds or about the service itself, so it is exact (S3). It is read at most once a minute.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import responses
from monitor.alerts.book import STATE_NOTIFICATION, AlertBook
from monitor.alerts.codec import notification_of
from monitor.alerts.types import ACTIVE, NotificationState, moment_key
from monitor.app import App
from monitor.briefs import archive
from monitor.errors import StoreUnavailable
from monitor.model import Kind, start_of
from monitor.ops.exposition import PREFIX
from monitor.responses import ClockState
from monitor.signals.health import all_open
from monitor.store import RecordQuery

KEEP_S = 60.0
LOOK_BACK = timedelta(days=90)
"""Messages that have waited longer are in the list of overdue ones, not in these figures."""
_NOTIFICATIONS = timedelta(days=3)
_PAGE = 500


class Rooms(Collector):
    """One reading of the rooms, kept for :data:`KEEP_S` seconds; nothing while the store is away."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._read_at = -KEEP_S
        self._kept: list[Metric] = []

    def describe(self) -> list[Metric]:
        return []  # asked for at registration, when the store may be away

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if monotonic() - self._read_at >= KEEP_S:
                try:
                    self._kept = list(_all(self._app, self._app.clock()))
                except StoreUnavailable:
                    self._kept = []
                self._read_at = monotonic()
            kept = self._kept
        yield from kept


def _all(app: App, now: datetime) -> Iterator[Metric]:
    yield _clocks(app, now)
    yield from _alerts(app, now)
    yield _illnesses(app)
    yield from _briefs(app)


def _clocks(app: App, now: datetime) -> Metric:
    family = GaugeMetricFamily(
        f"{PREFIX}board_messages",
        "Messages of the last 90 days without an answer, by department and state of their clock",
        labels=["department", "state"],
    )  # fmt: skip
    settings = app.settings
    named = {responses.canonical(d.name, settings) for d in settings.response_plan.department}
    counts: Counter[tuple[str, str]] = Counter()
    query = RecordQuery(kinds=(Kind.BOARD,), answered=False, since=now - LOOK_BACK, limit=_PAGE)
    for message in responses.board_messages(app.store, query):
        state = responses.clock(message, now, settings.response_plan).state
        department = responses.department_of(message, settings)
        # Names that boards make up are one label value, so that their number is bounded by the plan.
        counts[department if department in named else "其他", state.value] += 1
    for department in sorted(named | {d for d, _ in counts}):
        for state in (ClockState.RUNNING, ClockState.DUE_SOON, ClockState.OVERDUE):
            family.add_metric([department, state.value], counts[department, state.value])
    return family


def _alerts(app: App, now: datetime) -> Iterator[Metric]:
    active = GaugeMetricFamily(f"{PREFIX}alerts_active", "Alerts under way, by level (1 gravest)", labels=["level"])
    unread = GaugeMetricFamily(f"{PREFIX}alerts_unacknowledged", "Alerts that nobody has taken on yet")
    alerts = AlertBook(app.store).list(states=ACTIVE, since=now - LOOK_BACK, limit=_PAGE)
    levels = Counter(alert.level for alert in alerts)
    for level in (1, 2, 3, 4):
        active.add_metric([str(level)], levels[level])
    unread.add_metric([], sum(alert.state.waiting for alert in alerts))
    pending = GaugeMetricFamily(f"{PREFIX}notifications_pending", "Messages that wait to be sent", labels=["channel"])
    oldest = GaugeMetricFamily(
        f"{PREFIX}notifications_oldest_pending_timestamp_seconds", "When the longest waiting message was written"
    )
    failed = GaugeMetricFamily(
        f"{PREFIX}notifications_failed", "Messages of the last three days given up or refused for good",
        labels=["channel"],
    )  # fmt: skip
    waiting, refused, first = Counter[str](), Counter[str](), now
    for state in app.store.list_states(STATE_NOTIFICATION, after=moment_key(now - _NOTIFICATIONS), limit=10 * _PAGE):
        told = notification_of(state.id, state.doc)
        if told.state is NotificationState.PENDING:
            waiting[told.channel] += 1
            first = min(first, told.created)
        elif told.state is NotificationState.FAILED_PERMANENTLY:
            refused[told.channel] += 1
    for channel in sorted({c.id for c in app.settings.alerts.channel} | set(waiting) | set(refused)):
        pending.add_metric([channel], waiting[channel])
        failed.add_metric([channel], refused[channel])
    if waiting:
        oldest.add_metric([], first.timestamp())
    yield from (active, unread, pending, oldest, failed)


def _illnesses(app: App) -> Metric:
    family = GaugeMetricFamily(
        f"{PREFIX}source_ill", "1 while something is known to be wrong with a source", labels=["source", "ailment"]
    )
    known = all_open(app.store)
    for source in app.settings.sources.source:
        for illness in known.get(source.id, ()) if source.enabled else ():
            family.add_metric([source.id, illness.ailment.value], 1)
    return family


def _briefs(app: App) -> Iterator[Metric]:
    day = GaugeMetricFamily(
        f"{PREFIX}brief_day_timestamp_seconds", "Beginning of the newest whole day that a daily brief covers"
    )
    issued = GaugeMetricFamily(f"{PREFIX}brief_issued_timestamp_seconds", "When that brief was issued")
    whole = next((one for one in archive.list_issued(app.store, limit=2) if not one.brief.partial), None)
    if whole is not None:
        day.add_metric([], start_of(whole.brief.day).timestamp())
        issued.add_metric([], whole.issued.timestamp())
    yield from (day, issued)
