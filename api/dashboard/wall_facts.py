"""What stands on the wallboard, reckoned from released figures and public facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from api import context
from api.dashboard.today import Tile, tiles
from api.memo import memo
from api.resources import alerts as alert_views
from monitor import responses
from monitor.alerts import snapshots
from monitor.alerts.types import ACTIVE, Alert
from monitor.alerts.windows import latest_snapshot
from monitor.model import Facet, Kind, day_of
from monitor.ops import runs
from monitor.settings.types import Topic
from monitor.settings.watch import Watch, active
from monitor.signals import figures
from monitor.signals.figures import Shown
from monitor.signals.health import all_open
from monitor.signals.usual import Usual, usual_days

DAYS = 14
SLIDES = 8
WORDS = 6
WATCH_ROWS = 6
WATCH_HOURS = 6
"""Hours compared where a watch window has no snapshots of its own."""
KEEP_S = 60.0
LATE = 3
"""A source that was not read for so many of its intervals makes the figures old,"""
LEAST_LATE = timedelta(minutes=45)
"""but never before this."""
_KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the small chart, 0 to 100 of the tallest: its height (None: too few to be shown) and usual band."""

    day: date
    height: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Slide:
    """One topic: today's figures by kind, two weeks of days beside their band, the words and places to be shown."""

    name: str
    department: str
    watched: bool
    today: Sequence[tuple[Kind, Shown]]
    usual: Usual
    bars: Sequence[Bar]
    terms: Sequence[str]
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class WatchSlide:
    """An open watch window: the last hours of its topics beside what the same hours usually bring."""

    watch: Watch
    end: datetime
    hours: int
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Clocks and sources: how many messages are overdue and soon due, which sources are ill."""

    overdue: int
    due_soon: int
    ill: Sequence[str]
    sources: int


def facts() -> dict[str, Any]:
    """Everything on the board at this moment. Raises ``StoreUnavailable``."""
    now = context.now()
    windows = active(context.settings(), now)
    minute = now.replace(second=0, microsecond=0)
    slides: list[Slide] = memo().get(("wall", "slides", minute), KEEP_S, lambda: _slides(now, windows))
    watched: list[WatchSlide] = memo().get(("wall", "watch", minute), KEEP_S, lambda: _watched(now, windows))
    desk: Desk = memo().get(("wall", "desk", minute), KEEP_S, lambda: _desk(now))
    shown: list[Tile] = tiles()
    return {
        "alerts": _alerts(), "windows": windows, "slides": slides, "watched": watched, "tiles": shown, "desk": desk,
        "at": now, "old": _old(now),
    }  # fmt: skip


def _alerts() -> list[Alert]:
    found = alert_views.book().list(states=ACTIVE, limit=50)
    return sorted(found, key=lambda a: (a.level, -a.onset.timestamp(), a.id))


def _slides(now: datetime, windows: Sequence[Watch]) -> list[Slide]:
    """Topics of open watch windows first, then those most written about today; at most ``SLIDES``."""
    topics, day = context.settings().topics.topic, day_of(now)
    if not topics:
        return []
    today = figures.day_volumes(context.store(), day, topics=tuple(t.name for t in topics))
    named = {name for window in windows for name in window.topics}

    def weight(name: str) -> int:
        return sum(figures.counted(today[kind, name].total) for kind in _KINDS)

    busy = sorted(topics, key=lambda t: (t.name not in named, -weight(t.name), t.name))
    chosen = [t for t in busy if t.name in named or weight(t.name)][:SLIDES]
    return [_slide(t, day, t.name in named, [(kind, today[kind, t.name].total) for kind in _KINDS]) for t in chosen]


def _slide(topic: Topic, day: date, watched: bool, today: Sequence[tuple[Kind, Shown]]) -> Slide:
    days = usual_days(context.settings(), context.store(), day - timedelta(days=DAYS - 1), day, topic.name)
    return Slide(
        name=topic.name, department=topic.department, watched=watched, today=today, usual=days[-1], bars=_drawn(days),
        terms=_words(Facet.TERM, topic.name, day), places=_words(Facet.PLACE, topic.name, day),
    )  # fmt: skip


def _drawn(days: Sequence[Usual]) -> list[Bar]:
    tallest = max([*(d.total for d in days), *(d.high or 0 for d in days), 1])

    def part(n: int | None) -> float | None:
        return None if n is None else round(100 * n / tallest, 1)

    return [Bar(d.day, None if d.few and not d.total else part(d.total), part(d.low), part(d.high)) for d in days]


def _words(facet: Facet, topic: str, day: date) -> list[str]:
    found: dict[str, None] = {}
    for kind in _KINDS:
        for word, _ in figures.facets(context.store(), facet, day, day, kind, topic, WORDS):
            found.setdefault(word)
    return list(found)[:WORDS]


def _watched(now: datetime, windows: Sequence[Watch]) -> list[WatchSlide]:
    settings, store, found = context.settings(), context.store(), []
    for watch in windows:
        known = latest_snapshot(store, watch, now)
        if known is not None:
            rows, end, hours = known["rows"], datetime.fromisoformat(known["at"]), known["hours"]
        else:
            end, hours = now.replace(minute=0, second=0, microsecond=0), WATCH_HOURS
            rows = [snapshots.row_doc(r) for r in snapshots.rows(settings, store, watch.topics, end, hours)]
        found.append(WatchSlide(watch, end, hours, rows[:WATCH_ROWS]))
    return found


def _desk(now: datetime) -> Desk:
    settings, store, day = context.settings(), context.store(), day_of(now)
    summary = responses.summary(store, settings, day - timedelta(days=6), day, now)
    known = all_open(store)
    enabled = [s for s in settings.sources.source if s.enabled]
    return Desk(
        overdue=responses.overdue(store, settings, now, limit=0).total, due_soon=summary.total.due_soon,
        ill=[s.name for s in enabled if known.get(s.id)], sources=len(enabled),
    )  # fmt: skip


def _old(now: datetime) -> datetime | None:
    """When a source was last read, if that is so long ago that the figures are old; None where they are fresh."""
    crawled = [s for s in context.settings().sources.source if s.enabled and s.adapter != "import"]
    if not crawled:
        return None
    newest = max((s.last_run for s in runs.states(context.store(), crawled).values() if s.last_run), default=None)
    limit = max(LEAST_LATE, LATE * timedelta(minutes=min(s.interval_min for s in crawled)))
    return newest if newest is not None and now - newest > limit else None
