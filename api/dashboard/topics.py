"""专题: every public-service matter in one table, and one of them whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint

from api import context
from api.dashboard import charts
from api.dashboard.clocked import clocked
from api.dashboard.page import page, query_of, render
from api.dashboard.spans import SpanPage, choice
from api.errors import not_found
from api.resources import alerts as alert_views
from api.resources import events as event_views
from api.resources.events import EventQuery
from api.resources.outlook import ahead
from api.resources.topics import tables, weight
from monitor.alerts.types import ACTIVE, Alert
from monitor.model import Article, BoardMessage, Facet, Kind, day_span
from monitor.ops.audit import Action
from monitor.responses import OverdueMessage
from monitor.settings.types import Topic
from monitor.signals import figures
from monitor.signals.bursts import bursts
from monitor.signals.figures import Shown, counted
from monitor.signals.usual import usual_days
from monitor.store import RecordQuery

blueprint = Blueprint("topics", __name__)
SHOWN = (Kind.POST, Kind.BOARD, Kind.NEWS)
ROWS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A street or town with what is shown of it by kind; ``width`` 0 to 100 of the longest bar."""

    name: str
    counts: Sequence[tuple[Kind, Shown]]
    total: int
    width: float


@blueprint.get("/topics")
@page(audited=Action.QUERY)
def topics() -> str:
    query: SpanPage = query_of(SpanPage)
    first, last = query.span()
    rows = tables(context.settings().topics.topic, first, last)
    rows.sort(key=lambda row: -weight(row))
    waiting: dict[str, Alert] = {}
    for alert in alert_views.book().list(states=ACTIVE, limit=200):
        known = waiting.get(alert.topic)
        waiting[alert.topic] = alert if known is None or alert.level < known.level else known
    busy = [row for row in rows if weight(row)]
    return render(
        "topics.html", "topics", rows=busy, quiet=[row for row in rows if not weight(row)], alerts=waiting,
        span=choice(query), first=first, last=last, most=max([weight(row) for row in busy], default=1),
        weights={row.name: weight(row) for row in busy},
    )  # fmt: skip


@blueprint.get("/topics/<name>")
@page(audited=Action.QUERY)
def topic(name: str) -> str:
    query: SpanPage = query_of(SpanPage)
    found = context.settings().topic(name)
    if found is None:
        raise not_found("专题", "全部专题见 /topics")
    first, last = query.span()
    store, now = context.store(), context.now()
    return render(
        "topic.html", "topics", topic=found, row=tables((found,), first, last)[0], span=choice(query), first=first,
        last=last, kinds=SHOWN, usual=usual_days(context.settings(), store, last, last, found.name)[0],
        bursts=bursts(store, first, last, found.name), places=_places(found, first, last),
        matters=event_views.told(first, last, EventQuery(topic=found.name, limit=6)),
        ahead=[f for f in ahead(found) if f.days], news=_news(found, first, last),
        messages=_messages(found, first, last),
        alerts=alert_views.book().list(topics=(found.name,), limit=5),
        charts=charts.of_topic(found.name, first, last, now),
    )  # fmt: skip


def _places(topic: Topic, first: date, last: date) -> list[Place]:
    found: dict[str, list[tuple[Kind, Shown]]] = {}
    for kind in SHOWN:
        for name, n in figures.facets(context.store(), Facet.PLACE, first, last, kind, topic.name, ROWS * 2):
            found.setdefault(name, []).append((kind, n))
    sums = {name: sum(counted(n) for _, n in each) for name, each in found.items()}
    longest = max([*sums.values(), 1])
    ranked = sorted(found, key=lambda name: (-sums[name], name))[:ROWS]
    return [Place(name, found[name], sums[name], round(100 * sums[name] / longest, 1)) for name in ranked]


def _news(topic: Topic, first: date, last: date) -> list[Article]:
    since, until = day_span(first, last)
    query = RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), topics=(topic.name,), since=since, until=until, limit=ROWS)
    return [r for r in context.store().find(query).records if isinstance(r, Article)]


def _messages(topic: Topic, first: date, last: date) -> list[OverdueMessage]:
    since, until = day_span(first, last)
    query = RecordQuery(kinds=(Kind.BOARD,), topics=(topic.name,), since=since, until=until, limit=ROWS)
    return [clocked(r) for r in context.store().find(query).records if isinstance(r, BoardMessage)]
