"""Rows of a keeping become the types of the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from monitor.model import AnyRecord, Cell, Count, ExactCount, Facet, FacetCell, Kind, Polarity, count_of
from monitor.store.contract import Added
from monitor.store.rules import day_start, fits, micros, moment_of

CellRow = tuple[int, str, str, str, int, int, int]
"""(hour in microseconds or day ordinal, kind, source, topic, polarity, reprint, n)."""
FacetRow = tuple[int, str, str, str, str, int]
"""(day ordinal, kind, topic, facet, value, n)."""

_KINDS = {kind.value: kind for kind in Kind}
_POLARITIES = {int(polarity): polarity for polarity in Polarity}


def cells(rows: Iterable[CellRow], *, daily: bool) -> list[Cell]:
    """Cells in the order of the rows; thousands at once, so what repeats is made once."""
    starts: dict[int, datetime] = {}
    begin = day_start if daily else moment_of
    found = []
    for at, kind_name, source, topic, polarity, reprint, n in rows:
        start = starts.get(at)
        if start is None:
            start = starts[at] = begin(at)
        kind = _KINDS[kind_name]
        found.append(
            Cell(
                start=start,
                kind=kind,
                source=source,
                topic=topic,
                polarity=_POLARITIES[polarity],
                reprint=bool(reprint),
                n=ExactCount(n) if kind is Kind.POST else n,
            )
        )
    return found


def facets(rows: Iterable[FacetRow]) -> list[FacetCell]:
    return [
        FacetCell(
            day=date.fromordinal(day),
            kind=_KINDS[kind],
            topic=topic,
            facet=Facet(facet),
            value=value,
            n=count_of(_KINDS[kind], n),
        )
        for day, kind, topic, facet, value, n in rows
    ]


def guarded(kinds: Sequence[Kind], n: int) -> Count:
    """A count of records of these kinds: guarded if posts can be among them."""
    return ExactCount(n) if Kind.POST in kinds else n


def checked(records: Sequence[AnyRecord]) -> Sequence[AnyRecord]:
    """The records, all of which can be kept. Raises ``ValueError`` before anything is written."""
    for record in records:
        if not fits(record):
            raise ValueError(f"a record of class {type(record).__name__} is not of kind {record.kind.value}")
        micros(record.published), micros(record.seen)
        if not record.id:
            raise ValueError("a record without an id cannot be kept")
    return records


def added(records: Sequence[AnyRecord], new: Iterable[str]) -> Added:
    """What an ``add`` reports: the first copy of each new id is new, every other copy a duplicate."""
    waiting = set(new)
    first: list[str] = []
    rest: list[str] = []
    for record in records:
        (first if record.id in waiting else rest).append(record.id)
        waiting.discard(record.id)
    return Added(tuple(first), tuple(rest))
