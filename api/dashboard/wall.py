"""The wallboard: read from across a room, for hours, through restarts. Released figures and public facts only.

No words of residents at all, not even titles of public messages: whoever walks past a wall has not signed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint

from api import context
from api.dashboard.page import page, render
from api.dashboard.today import TILES, Tile
from api.resources import alerts as alert_views
from monitor import responses
from monitor.alerts.types import ACTIVE, Alert
from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Facet, Kind
from monitor.ops.audit import Action
from monitor.settings.watch import Watch, active
from monitor.signals import figures
from monitor.signals.figures import Shown
from monitor.signals.health import open_illnesses

blueprint = Blueprint("wall", __name__)
DAYS = 14
SLIDES = 8
ALERTS = 4
WORDS = 6
_KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
_NAMES = {Kind.POST: "公开帖文", Kind.BOARD: "留言", Kind.NEWS: "新闻"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the small chart: ``height`` 0 to 100 of the tallest; None where posts are too few to be shown."""

    day: date
    height: float | None


@dataclass(frozen=True, slots=True)
class Slide:
    """One topic: today's figures by kind, two weeks of days, the words and places that may be shown."""

    name: str
    department: str
    watched: bool
    today: Sequence[tuple[str, Shown]]
    bars: Sequence[Bar]
    terms: Sequence[str]
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """Clocks and sources: how many messages are overdue and soon due, which sources are ill."""

    overdue: int
    due_soon: int
    ill: Sequence[str]
    sources: int


@blueprint.get("/wall")
@page(audited=Action.QUERY)
def wall() -> str:
    return render("wall.html", "wall", **_now())


@blueprint.get("/parts/wall")
@page()
def now_() -> str:
    """What the wall asks for every quarter of a minute; it counts as use, or a wall would be signed out at noon."""
    return render("parts/wall_now.html", **_now())


def _now() -> dict[str, Any]:
    now = context.now()
    windows = active(context.settings(), now)
    return {
        "alerts": _alerts(), "windows": windows, "slides": _slides(now, windows), "tiles": _tiles(now),
        "desk": _desk(now), "at": now,
    }  # fmt: skip


def _alerts() -> list[Alert]:
    found = alert_views.book().list(states=ACTIVE, limit=50)
    return sorted(found, key=lambda a: (a.level, -a.onset.timestamp(), a.id))


def _tiles(now: datetime) -> list[Tile]:
    day = now.astimezone(CHINA).date()
    today, before = (figures.day_volumes(context.store(), d) for d in (day, day - timedelta(days=1)))
    return [Tile(kind, today[kind, "*"], before[kind, "*"]) for kind in TILES]


def _slides(now: datetime, windows: Sequence[Watch]) -> list[Slide]:
    """Topics of open watch windows first, then those most written about today; at most ``SLIDES``."""
    settings, store, day = context.settings(), context.store(), now.astimezone(CHINA).date()
    topics = settings.topics.topic
    if not topics:
        return []
    today = figures.day_volumes(store, day, topics=tuple(t.name for t in topics))
    watched = {t.name for t in topics if any(w.covers(t.name) for w in windows)}

    def weight(name: str) -> int:
        return sum(_number(today[kind, name].total) for kind in _KINDS)

    busy = sorted(topics, key=lambda t: (t.name not in watched, -weight(t.name), t.name))
    chosen = [t for t in busy if t.name in watched or weight(t.name)][:SLIDES]
    return [
        Slide(
            name=t.name, department=t.department, watched=t.name in watched,
            today=[(_NAMES[kind], today[kind, t.name].total) for kind in _KINDS],
            bars=_bars(t.name, day), terms=_words(Facet.TERM, t.name, day), places=_words(Facet.PLACE, t.name, day),
        )
        for t in chosen
    ]  # fmt: skip


def _bars(topic: str, day: date) -> list[Bar]:
    since = datetime.combine(day - timedelta(days=DAYS - 1), datetime.min.time(), tzinfo=CHINA)
    until = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=CHINA)
    sums: dict[date, int] = {}
    hidden: set[date] = set()
    for volume in figures.volumes(context.store(), since, until, kinds=_KINDS, topics=(topic,)):
        local = volume.start.astimezone(CHINA).date()
        sums[local] = sums.get(local, 0) + _number(volume.total)
        if isinstance(volume.total, ReleasedCount) and volume.total.value is None:
            hidden.add(local)
    tallest = max([*sums.values(), 1])
    return [Bar(d, None if d in hidden and not sums[d] else 100 * sums[d] / tallest) for d in sorted(sums)]


def _words(facet: Facet, topic: str, day: date) -> list[str]:
    found: dict[str, None] = {}
    for kind in _KINDS:
        for word, _ in figures.facets(context.store(), facet, day, day, kind, topic, WORDS):
            found.setdefault(word)
    return list(found)[:WORDS]


def _desk(now: datetime) -> Desk:
    settings, store = context.settings(), context.store()
    day = now.astimezone(CHINA).date()
    summary = responses.summary(store, settings, day - timedelta(days=6), day, now)
    enabled = [s for s in settings.sources.source if s.enabled]
    return Desk(
        overdue=responses.overdue(store, settings, now, limit=1).total, due_soon=summary.total.due_soon,
        ill=[s.name for s in enabled if open_illnesses(store, s.id)], sources=len(enabled),
    )  # fmt: skip


def _number(figure: Shown) -> int:
    return (figure.value or 0) if isinstance(figure, ReleasedCount) else figure
