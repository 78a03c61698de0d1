"""今日: the state of things on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint

from api import context
from api.dashboard import charts
from api.dashboard.page import page, render
from api.parameters import last_days
from api.resources import alerts as alert_views
from api.resources.topics import tables
from api.shapes import TopicShape
from monitor import responses
from monitor.alerts.snapshots import row_text
from monitor.alerts.types import ACTIVE, Alert
from monitor.alerts.windows import latest_snapshot
from monitor.model import CHINA, Article, BoardMessage, Kind
from monitor.ops.audit import Action
from monitor.responses import OverdueMessage
from monitor.settings.watch import Watch, active
from monitor.signals import figures
from monitor.signals.figures import Volume
from monitor.store import Order, RecordQuery

blueprint = Blueprint("today", __name__)
TILES = (Kind.POST, Kind.BOARD, Kind.NEWS, Kind.OFFICIAL)
TOPICS_SHOWN = 10
CLOCKS_SHOWN = 6
NEWS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Tile:
    kind: Kind
    today: Volume
    yesterday: Volume


@dataclass(frozen=True, slots=True)
class OpenWatch:
    """A watch window under way; ``rows``: topic and comparison of the snapshot taken ``at``."""

    watch: Watch
    at: datetime | None
    rows: Sequence[tuple[str, str]]


@blueprint.get("/")
@page(audited=Action.QUERY)
def today() -> str:
    return render(
        "today.html",
        "today",
        tiles=tiles(),
        topics=_topics(),
        clocks=_clocks(),
        news=_news(),
        active=_active(),
        watches=_watches(),
        charts=charts.overview(context.now()),
    )


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


def tiles() -> list[Tile]:
    """Today and yesterday of every kind that has a tile."""
    day = context.now().astimezone(CHINA).date()
    now = figures.day_volumes(context.store(), day)
    before = figures.day_volumes(context.store(), day - timedelta(days=1))
    return [Tile(kind, now[kind, "*"], before[kind, "*"]) for kind in TILES]


def _topics() -> list[TopicShape]:
    """The topics most written about in seven days, by what may be shown."""
    rows = tables(context.settings().topics.topic, *last_days(7))
    weights = {row.name: _weight(row) for row in rows}
    busy = [row for row in rows if weights[row.name]]
    return sorted(busy, key=lambda row: -weights[row.name])[:TOPICS_SHOWN]


def _weight(row: TopicShape) -> int:
    figures_ = [row.total[Kind.POST], row.total[Kind.BOARD], row.total[Kind.NEWS]]
    return sum(f if isinstance(f, int) else (f.value or 0) for f in figures_)


def _clocks() -> list[OverdueMessage]:
    """Messages without an answer whose clock is nearest to its end: due soon first, then the freshly overdue."""
    settings, now = context.settings(), context.now()
    query = RecordQuery(
        kinds=(Kind.BOARD,),
        answered=False,
        since=now - timedelta(hours=settings.response_plan.reply_h),
        until=now,
        order=Order.OLDEST,
        limit=CLOCKS_SHOWN,
    )
    return [
        OverdueMessage(m, responses.clock(m, now, settings.response_plan), responses.department_of(m, settings))
        for m in context.store().find(query).records
        if isinstance(m, BoardMessage)
    ]


def _news() -> list[Article]:
    page_ = context.store().find(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), limit=NEWS_SHOWN))
    return [record for record in page_.records if isinstance(record, Article)]
