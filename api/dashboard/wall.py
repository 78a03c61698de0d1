"""The wallboard: read from across a room, for hours, through restarts. Released figures and public facts only.

No words of residents at all, not even titles of public messages: whoever walks past a wall has not signed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint

from api import context
from api.dashboard.page import page, render
from api.dashboard.today import tiles
from api.resources import alerts as alert_views
from monitor import responses
from monitor.alerts.types import ACTIVE, Alert
from monitor.model import CHINA, Facet, Kind, day_of, day_span
from monitor.ops.audit import Action
from monitor.settings.watch import Watch, active
from monitor.signals import figures
from monitor.signals.figures import Shown
from monitor.signals.health import all_open

blueprint = Blueprint("wall", __name__)
DAYS = 14
SLIDES = 8
WORDS = 6
_KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)


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
    today: Sequence[tuple[Kind, Shown]]
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
        "alerts": _alerts(), "windows": windows, "slides": _slides(now, windows), "tiles": tiles(),
        "desk": _desk(now), "at": now,
    }  # fmt: skip


def _alerts() -> list[Alert]:
    found = alert_views.book().list(states=ACTIVE, limit=50)
    return sorted(found, key=lambda a: (a.level, -a.onset.timestamp(), a.id))


def _slides(now: datetime, windows: Sequence[Watch]) -> list[Slide]:
    """Topics of open watch windows first, then those most written about today; at most ``SLIDES``."""
    settings, store, day = context.settings(), context.store(), now.astimezone(CHINA).date()
    topics = settings.topics.topic
    if not topics:
        return []
    today = figures.day_volumes(store, day, topics=tuple(t.name for t in topics))
    watched = {t.name for t in topics if any(w.covers(t.name) for w in windows)}

    def weight(name: str) -> int:
        return sum(figures.counted(today[kind, name].total) for kind in _KINDS)

    busy = sorted(topics, key=lambda t: (t.name not in watched, -weight(t.name), t.name))
    chosen = [t for t in busy if t.name in watched or weight(t.name)][:SLIDES]
    bars = _bars([t.name for t in chosen], day)
    return [
        Slide(
            name=t.name, department=t.department, watched=t.name in watched,
            today=[(kind, today[kind, t.name].total) for kind in _KINDS],
            bars=bars[t.name], terms=_words(Facet.TERM, t.name, day), places=_words(Facet.PLACE, t.name, day),
        )
        for t in chosen
    ]  # fmt: skip


def _bars(topics: Sequence[str], day: date) -> dict[str, list[Bar]]:
    """The days of every topic, read at once."""
    if not topics:
        return {}
    since, until = day_span(day - timedelta(days=DAYS - 1), day)
    found: dict[str, dict[date, list[Shown]]] = {topic: {} for topic in topics}
    for volume in figures.volumes(context.store(), since, until, kinds=_KINDS, topics=topics):
        found[volume.topic].setdefault(day_of(volume.start), []).append(volume.total)
    return {topic: _drawn(days) for topic, days in found.items()}


def _drawn(days: Mapping[date, Sequence[Shown]]) -> list[Bar]:
    sums = {d: sum(figures.counted(n) for n in each) for d, each in days.items()}
    hidden = {d for d, each in days.items() if not sums[d] and any(figures.number(n) is None for n in each)}
    tallest = max([*sums.values(), 1])
    return [Bar(d, None if d in hidden else 100 * sums[d] / tallest) for d in sorted(sums)]


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
    known = all_open(store)
    enabled = [s for s in settings.sources.source if s.enabled]
    return Desk(
        overdue=responses.overdue(store, settings, now, limit=1).total, due_soon=summary.total.due_soon,
        ill=[s.name for s in enabled if known.get(s.id)], sources=len(enabled),
    )  # fmt: skip
