"""What a brief on one topic says beyond its counts: where, in which words, its latest messages and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor import responses
from monitor.briefs.periods import Period, Span, moments
from monitor.model import BoardMessage, Facet, Kind
from monitor.responses import Clock
from monitor.settings import Settings
from monitor.signals import figures
from monitor.signals.figures import Shown, counted
from monitor.store import RecordQuery, Store

PLACES, TERMS, MESSAGES = 8, 10, 8


@dataclass(frozen=True, slots=True)
class Named:
    """A place or a term: messages and posts that carry it; a post figure only where ten posts do."""

    name: str
    board: int
    post: Shown | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A message of the topic with its clock and who is to answer."""

    message: BoardMessage
    clock: Clock
    department: str


@dataclass(frozen=True, slots=True)
class Focus:
    """``messages``: the newest of the period, newest first."""

    places: tuple[Named, ...]
    terms: tuple[Named, ...]
    messages: tuple[Answered, ...]


def focus(store: Store, settings: Settings, period: Period, span: Span, as_of: datetime, whole: bool) -> Focus:
    """Reads it for the period's one topic. ``whole``: posts may be summed over the span (S3)."""
    topic = period.topics[0]
    since, until = moments(period)
    query = RecordQuery(kinds=(Kind.BOARD,), topics=(topic,), since=since, until=min(until, as_of), limit=MESSAGES)
    newest = [r for r in store.find(query).records if isinstance(r, BoardMessage)]
    return Focus(
        places=_named(store, Facet.PLACE, span, topic, whole)[:PLACES],
        terms=_named(store, Facet.TERM, span, topic, whole)[:TERMS],
        messages=tuple(
            Answered(m, responses.clock(m, as_of, settings.response_plan), responses.department_of(m, settings))
            for m in newest
        ),
    )


def _named(store: Store, facet: Facet, span: Span, topic: str, whole: bool) -> tuple[Named, ...]:
    board = dict(figures.facets(store, facet, *span, Kind.BOARD, topic, 100))
    post = dict(figures.facets(store, facet, *span, Kind.POST, topic, 100)) if whole else {}
    names = sorted({*board, *post}, key=lambda n: (-counted(board.get(n, 0)), -counted(post.get(n, 0)), n))
    return tuple(Named(n, counted(board.get(n, 0)), post.get(n)) for n in names)
