"""今日: the state of things on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint

from api import context
from api.dashboard import charts
from api.dashboard.clocked import clocked
from api.dashboard.page import page, render
from api.memo import memo
from api.parameters import last_days
from api.resources import alerts as alert_views
from api.resources import events as event_views
from api.resources.events import EventQuery
from api.resources.topics import tables, weight
from api.shapes import TopicShape
from monitor import responses
from monitor.alerts.snapshots import row_text
from monitor.alerts.types import ACTIVE, Alert
from monitor.alerts.windows import latest_snapshot
from monitor.model import Article, BoardMessage, Kind, day_of
from monitor.ops.audit import Action
from monitor.responses import OverdueMessage
from monitor.responses.clock import longest_hours
from monitor.settings.watch import Watch, active
from monitor.signals import figures
from monitor.signals.figures import Volume, counted
from monitor.signals.health import all_open
from monitor.signals.usual import Usual, day_so_far, usual_days
from monitor.store import Order, RecordQuery

blueprint = Blueprint("today", __name__)
TILES = (Kind.POST, Kind.BOARD, Kind.NEWS, Kind.OFFICIAL)
TOPICS_SHOWN = 10
CLOCKS_SHOWN = 6
NEWS_SHOWN = 8
MATTERS_SHOWN = 5
PAGE_BYTES = 100_000
"""What the values of the page take, roughly."""
OVERDUE_S = 30.0
"""How long the number of overdue messages is kept; counting them reads months of messages."""


@dataclass(frozen=True, slots=True)
class Tile:
    kind: Kind
    today: Volume
    yesterday: Volume


@dataclass(frozen=True, slots=True)
class Glance:
    """The day in four figures. ``so_far`` and ``then``: whole hours of today, and the same of yesterday."""

    usual: Usual
    yesterday: Usual
    so_far: int
    then: int
    overdue: int
    due_soon: int

    @property
    def change(self) -> float | None:
        return self.so_far / self.then - 1 if self.then else None


@dataclass(frozen=True, slots=True)
class OpenWatch:
    """A watch window under way; ``rows``: topic and comparison of the snapshot taken ``at``."""

    watch: Watch
    at: datetime | None
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was a day ago. ``busier``: topics of which today has more already than all of yesterday."""

    opened: Sequence[Alert]
    recovered: Sequence[Alert]
    busier: Sequence[tuple[str, int, int]]
    ill: Sequence[str]

    @property
    def any(self) -> bool:
        return bool(self.opened or self.recovered or self.busier or self.ill)


@blueprint.get("/")
@page(audited=Action.QUERY, shared=True)
def today() -> str:
    here = context.current()
    return render("today.html", "today", **here.values.get("today", context.now(), _values, lambda _: PAGE_BYTES))


def _values() -> dict[str, Any]:
    """All that the page shows. It is the same for every reader, so one reckoning does for all (``api.kept``)."""
    waiting = _unanswered(500)
    return {
        "glance": _glance(waiting), "tiles": tiles(), "topics": _topics(), "clocks": waiting[:CLOCKS_SHOWN],
        "news": _news(), "matters": event_views.told(*last_days(7), EventQuery(limit=MATTERS_SHOWN)),
        "active": _active(), "changes": _changes(), "watches": _watches(), "charts": charts.overview(context.now()),
    }  # fmt: skip


@blueprint.get("/parts/alerts")
@page(refreshes=True)
def alert_banner() -> str:
    """The alert banner alone; the page asks for it every minute."""
    return render("parts/alert_banner.html", active=_active(), watches=_watches())


def _active() -> list[Alert]:
    found = alert_views.book().list(states=ACTIVE, limit=20)
    return sorted(found, key=lambda a: (a.level, not a.state.waiting, -a.onset.timestamp()))


def _watches() -> list[OpenWatch]:
    """The watch windows that are open, each with its last snapshot beside the normal level."""
    now = context.now()
    found = []
    for watch in active(context.settings(), now):
        snapshot = latest_snapshot(context.store(), watch, now)
        rows = [(row["topic"], row_text(row)) for row in snapshot["rows"]] if snapshot else []
        found.append(OpenWatch(watch, datetime.fromisoformat(snapshot["at"]) if snapshot else None, rows))
    return found


def _glance(waiting: Sequence[OverdueMessage]) -> Glance:
    settings, store, now = context.settings(), context.store(), context.now()
    day = day_of(now)
    before, usual = usual_days(settings, store, day - timedelta(days=1), day)
    so_far, then = day_so_far(store, now)
    due = [m for m in waiting if m.clock.state is responses.ClockState.DUE_SOON]
    overdue = memo().get("overdue", OVERDUE_S, lambda: responses.overdue(store, settings, now, limit=0).total)
    return Glance(usual, before, so_far, then, overdue, len(due))


def _changes() -> Changes:
    store, now = context.store(), context.now()
    since = now - timedelta(days=1)
    recent = alert_views.book().list(since=now - timedelta(days=14), limit=200)
    known = all_open(store)
    sources = [s for s in context.settings().sources.source if s.enabled]
    return Changes(
        opened=[a for a in recent if a.opened_at >= since],
        recovered=[a for a in recent if a.recovered_at is not None and a.recovered_at >= since],
        busier=_busier(day_of(now)), ill=[s.name for s in sources if known.get(s.id)],
    )  # fmt: skip


def _busier(day: date) -> list[tuple[str, int, int]]:
    topics = tuple(t.name for t in context.settings().topics.topic)
    if not topics:
        return []
    store, kinds = context.store(), (Kind.POST, Kind.BOARD, Kind.NEWS)
    now = figures.day_volumes(store, day, topics=topics)
    before = figures.day_volumes(store, day - timedelta(days=1), topics=topics)

    def total(volumes: dict[tuple[Kind, str], Volume], topic: str) -> int:
        return sum(counted(volumes[kind, topic].total) for kind in kinds)

    rows = [(topic, total(now, topic), total(before, topic)) for topic in topics]
    risen = [row for row in rows if row[1] >= 10 and row[1] > row[2]]
    return sorted(risen, key=lambda row: (row[2] - row[1], row[0]))[:5]


def tiles() -> list[Tile]:
    """Today and yesterday of every kind that has a tile."""
    day = day_of(context.now())
    now = figures.day_volumes(context.store(), day)
    before = figures.day_volumes(context.store(), day - timedelta(days=1))
    return [Tile(kind, now[kind, "*"], before[kind, "*"]) for kind in TILES]


def _topics() -> list[TopicShape]:
    """The topics most written about in seven days, by what may be shown."""
    rows = tables(context.settings().topics.topic, *last_days(7))
    weights = {row.name: weight(row) for row in rows}
    busy = [row for row in rows if weights[row.name]]
    return sorted(busy, key=lambda row: -weights[row.name])[:TOPICS_SHOWN]


def _unanswered(limit: int) -> list[OverdueMessage]:
    """Messages whose clock still runs, the one that ends first before the others."""
    settings, now = context.settings(), context.now()
    query = RecordQuery(
        kinds=(Kind.BOARD,), answered=False, since=now - timedelta(hours=longest_hours(settings.response_plan)),
        until=now, order=Order.OLDEST, limit=limit,
    )  # fmt: skip
    found = [clocked(m) for m in context.store().find(query).records if isinstance(m, BoardMessage)]
    return sorted((m for m in found if m.clock.hours_left and m.clock.hours_left > 0), key=lambda m: m.clock.due)


def _news() -> list[Article]:
    page_ = context.store().find(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), limit=NEWS_SHOWN))
    return [record for record in page_.records if isinstance(record, Article)]
