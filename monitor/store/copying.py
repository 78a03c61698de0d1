"""Copying one store into another: records, cells (those of purged records too) and states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.errors import StoreConflict
from monitor.model import Kind
from monitor.store.contract import Order, RecordQuery, StateDoc, Store
from monitor.store.rules import CellKey, FacetKey

_PAGE = 500
Progress = Callable[[str, int], None]
"""Told of each step: what was copied (``records``, ``cells``, ``states``) and how many more."""


class Copyable(Store, Protocol):
    """What every keeping can do beyond the contract, for a copy alone.

    ``all_cells`` and ``all_facets`` give every cell with its number, plain, for the other store and no one else.
    ``put_cells`` and ``put_facets`` make the given cells those of a store that holds the records already; where there
    is more than its records count, the rest stays as the cells of purged records do. Repeating is harmless.
    ``all_gone`` gives the ids of withdrawn posts with the times of their publication in microseconds since 1970;
    ``put_gone`` makes such ids known, so that they are not added again. ``put_state`` writes a document with its
    version.
    """

    def all_cells(self) -> Iterator[tuple[CellKey, int]]: ...

    def all_facets(self) -> Iterator[tuple[FacetKey, int]]: ...

    def put_cells(self, cells: Iterable[tuple[CellKey, int]]) -> None: ...

    def put_facets(self, facets: Iterable[tuple[FacetKey, int]]) -> None: ...

    def all_gone(self) -> Iterator[tuple[str, int]]: ...

    def put_gone(self, gone: Iterable[tuple[str, int]]) -> None: ...

    def put_state(self, kind: str, state: StateDoc) -> None: ...


@dataclass(frozen=True, slots=True)
class Copied:
    """``cells`` counts fixed aggregates and ``records`` every kind together: no figures about posts (S3)."""

    records: int
    cells: int
    states: int


def copy(source: Copyable, target: Copyable, progress: Progress = lambda what, n: None) -> Copied:
    """Copies everything; nothing else may write to either store meanwhile. Repeating after a break goes on.

    Raises ``StoreConflict`` if the target holds records that the source does not: their cells could not be told apart.
    """
    target.init()
    records = _records(source, target, progress)
    _same_records(source, target)
    target.put_gone(source.all_gone())
    cells, facets = list(source.all_cells()), list(source.all_facets())
    target.put_cells(cells)
    progress("cells", len(cells))
    target.put_facets(facets)
    progress("cells", len(facets))
    return Copied(records, len(cells) + len(facets), _states(source, target, progress))


def _records(source: Store, target: Store, progress: Progress) -> int:
    done = 0
    for withdrawn in (False, True):
        query = RecordQuery(order=Order.OLDEST, limit=_PAGE, withdrawn=withdrawn)
        while True:
            page = source.find(query)
            target.add(page.records)
            done += len(page.records)
            progress("records", len(page.records))
            if not page.cursor:
                break
            query = replace(query, cursor=page.cursor)
    return done


def _same_records(source: Store, target: Store) -> None:
    for query in [RecordQuery(kinds=(kind,), withdrawn=taken) for kind in Kind for taken in (False, True)]:
        if source.count(query) != target.count(query):
            raise StoreConflict("目标存储里有源存储没有的记录", "换一个空的文件或前缀，再复制一次")


def _states(source: Store, target: Copyable, progress: Progress) -> int:
    done = 0
    for kind in source.stats().states:
        after = ""
        while states := source.list_states(kind, after=after, limit=_PAGE):
            for state in states:
                target.put_state(kind, state)
            done += len(states)
            progress("states", len(states))
            after = states[-1].id
    return done
