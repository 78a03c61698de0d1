"""Figures as they may be shown: exact for public kinds, released for posts. Briefs, mails and pages count only here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.disclosure import ReleasedCount, release_facets, release_sum
from monitor.disclosure import change as released_change
from monitor.disclosure import share as released_share
from monitor.model import (
    CHINA,
    Cell,
    Count,
    ExactCount,
    Facet,
    FacetCell,
    Kind,
    Polarity,
    day_of,
    day_span,
    hour_of,
    start_of,
)
from monitor.store import Bucket, CellQuery, FacetQuery, Store

Shown = int | ReleasedCount
"""A figure that may be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Records of one kind in one bucket, by polarity, as shown. ``total`` includes reprints."""

    start: datetime
    kind: Kind
    topic: str
    total: Shown
    negative: Shown
    neutral: Shown
    positive: Shown
    reprints: Shown

    @property
    def negative_share(self) -> float | None:
        """0 to 1; None where there is nothing to divide or a part is suppressed."""
        return share(self.negative, self.total)


def number(figure: Shown) -> int | None:
    """The number that may be reckoned with: None where it is suppressed."""
    return figure.value if isinstance(figure, ReleasedCount) else figure


def counted(figure: Shown) -> int:
    """The number that may be added up: what is suppressed counts nothing."""
    return number(figure) or 0


def share(part: Shown, whole: Shown) -> float | None:
    if isinstance(part, ReleasedCount) and isinstance(whole, ReleasedCount):
        return released_share(part, whole)
    if isinstance(part, int) and isinstance(whole, int):
        return part / whole if whole else None
    raise TypeError("a share of unlike figures")


def change(now: Shown, before: Shown) -> float | None:
    """Relative change, None where it cannot be said."""
    if isinstance(now, ReleasedCount) and isinstance(before, ReleasedCount):
        return released_change(now, before)
    if isinstance(now, int) and isinstance(before, int):
        return now / before - 1.0 if before else None
    raise TypeError("a change of unlike figures")


def as_json(figure: Shown) -> object:
    return figure.as_json() if isinstance(figure, ReleasedCount) else figure


def text(figure: Shown) -> str:
    """For tables: 12, 25, <10."""
    return figure.text if isinstance(figure, ReleasedCount) else str(figure)


def phrase(figure: Shown) -> str:
    """For running Chinese text: 12, 约25, 不足10."""
    return figure.phrase if isinstance(figure, ReleasedCount) else str(figure)


def volumes(
    store: Store, since: datetime, until: datetime, *, bucket: Bucket = Bucket.DAY,
    kinds: Sequence[Kind] = (), topics: Sequence[str] = ()
) -> list[Volume]:  # fmt: skip
    """One Volume a bucket, kind and topic, empty buckets included.

    The span is widened to whole buckets at both ends: a cut hour or day would be a cell that is not fixed (S3).
    """
    step = timedelta(hours=1) if bucket is Bucket.HOUR else timedelta(days=1)
    first, until = _floor(since, bucket), _floor(until - timedelta(microseconds=1), bucket) + step
    cells = store.cells(CellQuery(since=first, until=until, bucket=bucket, kinds=tuple(kinds), topics=tuple(topics)))
    groups: dict[tuple[datetime, Kind, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.start.astimezone(CHINA), cell.kind, cell.topic), []).append(cell)
    wanted = tuple(kinds) or tuple(Kind)
    result, start = [], first
    while start < until:
        for kind in wanted:
            for topic in tuple(topics) or ("*",):
                result.append(volume(start, kind, topic, groups.get((start, kind, topic), [])))
        start += step
    return result


def _floor(moment: datetime, bucket: Bucket) -> datetime:
    return hour_of(moment) if bucket is Bucket.HOUR else start_of(day_of(moment))


def day_volumes(store: Store, day: date, *, topics: Sequence[str] = ()) -> dict[tuple[Kind, str], Volume]:
    """The volumes of one local day by kind and topic."""
    since, until = day_span(day)
    return {(v.kind, v.topic): v for v in volumes(store, since, until, topics=topics)}


def span_volumes(
    store: Store, first: date, last: date, *, topics: Sequence[str] = ()
) -> dict[tuple[Kind, str], Volume]:
    """The volumes of whole local days added up, by kind and topic, empty ones included. Offer only fixed spans (S3)."""
    since, until = day_span(first, last)
    groups: dict[tuple[Kind, str], list[Cell]] = {}
    for cell in store.cells(CellQuery(since=since, until=until, bucket=Bucket.DAY, topics=tuple(topics))):
        groups.setdefault((cell.kind, cell.topic), []).append(cell)
    wanted = tuple(topics) or ("*",)
    return {(kind, t): volume(since, kind, t, groups.get((kind, t), [])) for kind in Kind for t in wanted}


def facets(
    store: Store, facet: Facet, first: date, last: date, kind: Kind, topic: str = "*", limit: int = 10
) -> list[tuple[str, Shown]]:
    """The most frequent places or terms of one kind and topic, most first; of posts only those of ten posts or more."""
    topics = () if topic == "*" else (topic,)
    cells = store.facets(FacetQuery(facet=facet, since=first, until=last, kinds=(kind,), topics=topics))
    return _most_frequent(kind, cells, limit)


def facets_by_topic(
    store: Store, facet: Facet, first: date, last: date, kinds: Sequence[Kind], topics: Sequence[str], limit: int = 10
) -> dict[tuple[Kind, str], list[tuple[str, Shown]]]:
    """The same of several kinds and topics, each for itself, with one query; those without any are left out."""
    cells = store.facets(
        FacetQuery(facet=facet, since=first, until=last, kinds=tuple(kinds), topics=tuple(topics))
    )  # fmt: skip
    groups: dict[tuple[Kind, str], list[FacetCell]] = {}
    for cell in cells:
        groups.setdefault((cell.kind, cell.topic), []).append(cell)
    return {(kind, topic): _most_frequent(kind, some, limit) for (kind, topic), some in groups.items()}


def _most_frequent(kind: Kind, cells: Sequence[FacetCell], limit: int) -> list[tuple[str, Shown]]:
    if kind is Kind.POST:
        return list(release_facets(cells, limit))
    totals: dict[str, int] = {}
    for cell in cells:
        assert isinstance(cell.n, int)
        totals[cell.value] = totals.get(cell.value, 0) + cell.n
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return list[tuple[str, Shown]](ranked[:limit])


def shown(kind: Kind, counts: Sequence[Count]) -> Shown:
    """The sum of counts of one kind, as it may be shown."""
    if kind is Kind.POST:
        return release_sum(n for n in counts if isinstance(n, ExactCount))
    return sum(n for n in counts if isinstance(n, int))


def added(volumes: Sequence[Volume]) -> Volume:
    """Volumes of days added up as they are shown: of posts the sum of the released days, suppressed ones as nothing.

    For spans that are not fixed (S3): the sum tells no more than the days do. ``volumes`` are of one kind and topic.
    """
    first = volumes[0]

    def total(parts: Sequence[Shown]) -> Shown:
        if first.kind is Kind.POST:
            return release_sum(ExactCount(counted(part)) for part in parts)
        return sum(counted(part) for part in parts)

    return Volume(
        start=first.start,
        kind=first.kind,
        topic=first.topic,
        total=total([v.total for v in volumes]),
        negative=total([v.negative for v in volumes]),
        neutral=total([v.neutral for v in volumes]),
        positive=total([v.positive for v in volumes]),
        reprints=total([v.reprints for v in volumes]),
    )


def volume(start: datetime, kind: Kind, topic: str, cells: Sequence[Cell]) -> Volume:
    """The cells of one bucket or fixed span, of one kind and topic, as one Volume."""

    def total(polarity: Polarity | None = None) -> Shown:
        return shown(kind, [c.n for c in cells if polarity is None or c.polarity is polarity])

    return Volume(
        start=start,
        kind=kind,
        topic=topic,
        total=total(),
        negative=total(Polarity.NEGATIVE),
        neutral=total(Polarity.NEUTRAL),
        positive=total(Polarity.POSITIVE),
        reprints=shown(kind, [c.n for c in cells if c.reprint]),
    )
