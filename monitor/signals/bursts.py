"""Terms that a span brings out: much more often than the span of the same length before. Released figures only (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import ALL_TOPICS, Facet, Kind
from monitor.signals.figures import Shown, counted, facets
from monitor.store import Store

KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
GROWN = 2.0
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Burst:
    """A term with what is shown of it now, by kind, and ``total`` of these. ``growth``: times the total before, None
    where nothing could be shown of it then (``new``)."""

    term: str
    counts: tuple[tuple[Kind, Shown], ...]
    total: int
    growth: float | None

    @property
    def new(self) -> bool:
        return self.growth is None

    @property
    def grown(self) -> bool:
        return self.growth is not None and self.growth >= GROWN


def bursts(store: Store, first: date, last: date, topic: str = ALL_TOPICS, limit: int = 12) -> list[Burst]:
    """Terms of whole local days, those that came up first: new ones and grown ones before the steady ones.

    Offer only fixed spans (S3). Raises ``StoreUnavailable``.
    """
    span = last - first + timedelta(days=1)
    now, before = _terms(store, first, last, topic), _terms(store, first - span, last - span, topic)
    # Where the span before holds nothing at all, everything would look new.
    nothing = not before
    found = []
    for term, counts in now.items():
        total = sum(counted(n) for _, n in counts)
        earlier = sum(counted(n) for _, n in before.get(term, ()))
        growth = 1.0 if nothing else total / earlier if earlier else None
        if total:
            found.append(Burst(term, tuple(counts), total, growth))
    return sorted(found, key=_rank)[:limit]


def _rank(burst: Burst) -> tuple[int, int, str]:
    return (0 if burst.new or burst.grown else 1, -burst.total, burst.term)


def _terms(store: Store, first: date, last: date, topic: str) -> dict[str, Sequence[tuple[Kind, Shown]]]:
    found: dict[str, list[tuple[Kind, Shown]]] = {}
    for kind in KINDS:
        for term, count in facets(store, Facet.TERM, first, last, kind, topic, _LOOKED_AT):
            found.setdefault(term, []).append((kind, count))
    return {term: tuple(counts) for term, counts in found.items()}
