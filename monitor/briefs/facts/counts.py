"""The cells of a brief's whole history, read once, and summed as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from monitor.briefs.facts.types import Compared, KindFacts
from monitor.briefs.periods import Period, Span
from monitor.model import ALL_TOPICS, Cell, Kind, day_of, day_span
from monitor.signals import figures
from monitor.signals.figures import Shown, Volume, number
from monitor.store import Bucket, CellQuery, Store


class Counts:
    """Day cells from ``first`` to ``last`` by kind and topic: of ``main`` and all together every kind, of the other
    topics messages and posts.

    ``exact_sums``: sums of posts over a span may be released as they are (the spans of S3); else a sum of posts is
    that of the days as shown, so that it tells no more than they do.
    """

    def __init__(
        self, store: Store, first: date, last: date, topics: Sequence[str], *, exact_sums: bool = True, main: str
    ) -> None:
        self.first, self.last, self._exact = first, last, exact_sums
        self._cells: dict[tuple[Kind, str], dict[date, list[Cell]]] = {}
        since, until = day_span(first, last)
        # Of the many topics only what residents say is asked; of the brief's own one every kind.
        own = tuple(dict.fromkeys((ALL_TOPICS, main)))
        others = tuple(topic for topic in topics if topic != main)
        for kinds, names in (((), own), ((Kind.BOARD, Kind.POST), others)):
            if names:
                query = CellQuery(since=since, until=until, bucket=Bucket.DAY, kinds=kinds, topics=names)
                self._read(store.cells(query))

    def _read(self, cells: Sequence[Cell]) -> None:
        starts: dict[datetime, date] = {}
        for cell in cells:
            day = starts.get(cell.start) or starts.setdefault(cell.start, day_of(cell.start))
            self._cells.setdefault((cell.kind, cell.topic), {}).setdefault(day, []).append(cell)

    def volume(self, kind: Kind, topic: str, span: Span) -> Volume:
        """Records of a kind and topic in a span of whole days, by polarity."""
        first, last = span
        days = self._cells.get((kind, topic), {})
        lists = [days[day] for day in sorted(days) if first <= day <= last]
        start = day_span(first)[0]
        if kind is Kind.POST and not self._exact and len(lists) > 1:
            return figures.added([figures.volume(start, kind, topic, cells) for cells in lists])
        return figures.volume(start, kind, topic, [cell for cells in lists for cell in cells])

    def total(self, kind: Kind, topic: str, span: Span) -> Shown:
        """All records of a kind and topic in a span."""
        return self.volume(kind, topic, span).total if self._wide(kind, span) else self._sum(kind, topic, span)

    def _wide(self, kind: Kind, span: Span) -> bool:
        return kind is Kind.POST and not self._exact and span[0] != span[1]

    def _sum(self, kind: Kind, topic: str, span: Span) -> Shown:
        days = self._cells.get((kind, topic), {})
        first, last = span
        if first == last:
            return figures.shown(kind, [c.n for c in days.get(first, ())])
        return figures.shown(kind, [c.n for day, cells in days.items() if first <= day <= last for c in cells])

    def day(self, kind: Kind, topic: str, day: date) -> Shown:
        return self._sum(kind, topic, (day, day))

    def known_from(self, kind: Kind) -> date | None:
        """The first day with a shown figure: a suppressed day of posts may be an empty one."""
        days = self._cells.get((kind, ALL_TOPICS), {})
        return min((day for day in days if number(self.day(kind, ALL_TOPICS, day))), default=None)

    def compared(self, kind: Kind, topic: str, period: Period, known: date | None, upto: date) -> Compared:
        """The period beside the comparable earlier ones; those that were not watched from their first day are left out.

        ``upto``: the last day of the period that is known; an earlier period is cut to the same length.
        """
        missing = period.last - upto
        earlier = [(first, last - missing) for first, last in period.before if known is not None and first >= known]
        before = tuple(self.total(kind, topic, span) for span in earlier if span[0] <= span[1])
        cut = "同期" if missing and period.earlier in ("周", "上月") else ""
        return Compared(self.total(kind, topic, (period.first, upto)), before, period.earlier + cut)

    def kind(self, kind: Kind, topic: str, period: Period, upto: date) -> KindFacts:
        known = self.known_from(kind)
        volume = self.volume(kind, topic, (period.first, upto))
        return KindFacts(volume, self.compared(kind, topic, period, known, upto), known)


def days_of(first: date, last: date) -> Iterable[date]:
    """Every day of a span."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
