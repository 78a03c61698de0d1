"""Cells and facet cells in SQLite."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from monitor.model import ALL_TOPICS, AnyRecord
from monitor.store.contract import Bucket, CellQuery, FacetQuery
from monitor.store.rules import CellKey, FacetKey, cells_of, day_of_hour, facets_of, span_of
from monitor.store.shapes import CellRow, FacetRow

_CELL = "INSERT INTO cells (topic, hour, day, kind, source, polarity, reprint, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_FACET = "INSERT INTO facets (facet, topic, day, kind, value, n) VALUES (?, ?, ?, ?, ?, ?)"
_GROW = " ON CONFLICT DO UPDATE SET n = n + excluded.n"


def grow(connection: sqlite3.Connection, records: Iterable[AnyRecord]) -> None:
    """Counts new records in their cells; call it in the transaction that adds them."""
    cells: Counter[CellKey] = Counter()
    facets: Counter[FacetKey] = Counter()
    for record in records:
        cells.update(cells_of(record))
        facets.update(facets_of(record))
    # In the order of the tables' keys, so that neighbours are written together.
    connection.executemany(_CELL + _GROW, sorted(_cell_row(key, n) for key, n in cells.items()))
    connection.executemany(_FACET + _GROW, sorted(_facet_row(key, n) for key, n in facets.items()))


def shrink(connection: sqlite3.Connection, record: AnyRecord) -> None:
    """Counts a record no more; call it in the transaction that takes it out. What a purge dropped stays dropped."""
    for hour, kind, source, topic, polarity, reprint in cells_of(record):
        where = "topic = ? AND hour = ? AND kind = ? AND source = ? AND polarity = ? AND reprint = ?"
        key: tuple[Any, ...] = (topic, hour, kind, source, polarity, reprint)
        connection.execute(f"UPDATE cells SET n = n - 1 WHERE {where}", key)
        connection.execute(f"DELETE FROM cells WHERE {where} AND n < 1", key)
    for day, kind, topic, facet, value in facets_of(record):
        where = "facet = ? AND topic = ? AND day = ? AND kind = ? AND value = ?"
        key = (facet, topic, day, kind, value)
        connection.execute(f"UPDATE facets SET n = n - 1 WHERE {where}", key)
        connection.execute(f"DELETE FROM facets WHERE {where} AND n < 1", key)


def put_cells(connection: sqlite3.Connection, cells: Iterable[tuple[CellKey, int]]) -> None:
    """Makes these the cells, whatever was there."""
    connection.execute("DELETE FROM cells")
    connection.executemany(_CELL, (_cell_row(key, n) for key, n in cells))


def put_facets(connection: sqlite3.Connection, facets: Iterable[tuple[FacetKey, int]]) -> None:
    connection.execute("DELETE FROM facets")
    connection.executemany(_FACET, (_facet_row(key, n) for key, n in facets))


def all_cells(connection: sqlite3.Connection) -> Iterator[tuple[CellKey, int]]:
    for *key, n in connection.execute("SELECT hour, kind, source, topic, polarity, reprint, n FROM cells"):
        yield tuple(key), n


def all_facets(connection: sqlite3.Connection) -> Iterator[tuple[FacetKey, int]]:
    for *key, n in connection.execute("SELECT day, kind, topic, facet, value, n FROM facets"):
        yield tuple(key), n


def cells(connection: sqlite3.Connection, query: CellQuery) -> list[CellRow]:
    span, values = span_of(query), list[Any](query.topics or (ALL_TOPICS,))
    start = "day" if query.bucket is Bucket.DAY else "hour"
    where = f"topic IN ({_marks(values)})"
    if start == "day":
        # The key is by hour; a day's hours lie within 26 hours around it whatever the clock did.
        where += " AND day >= ? AND day < ? AND hour >= ? AND hour < ?"
        values += [span.first, span.end, _around(span.first, -1), _around(span.end, 1)]
    else:
        where += " AND hour >= ? AND hour < ?"
        values += [span.first, span.end]
    for column, wanted in (
        ("kind", query.kinds),
        ("source", query.sources),
        ("polarity", tuple(map(int, query.polarities))),
    ):
        if wanted:
            where += f" AND {column} IN ({_marks(wanted)})"
            values += wanted
    source = "source" if query.by_source else "''"
    # Added up in order of the key's first columns and sorted at the end: cheaper than a sort of every row.
    sql = (
        f"SELECT {start}, kind, {source}, topic, polarity, reprint, sum(n) FROM cells WHERE {where}"
        " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
    )
    return connection.execute(sql, values).fetchall()


def facets(connection: sqlite3.Connection, query: FacetQuery) -> list[FacetRow]:
    topics = query.topics or (ALL_TOPICS,)
    values: list[Any] = [query.facet.value, *topics, query.since.toordinal(), query.until.toordinal()]
    where = f"facet = ? AND topic IN ({_marks(topics)}) AND day >= ? AND day <= ?"
    if query.kinds:
        where += f" AND kind IN ({_marks(query.kinds)})"
        values += query.kinds
    sql = f"SELECT day, kind, topic, facet, value, n FROM facets WHERE {where} ORDER BY day, kind, topic, value"
    return connection.execute(sql, values).fetchall()


def _around(day: int, shift: int) -> int:
    from monitor.store.rules import day_start, micros

    # Far days (an open span) have no neighbour.
    return micros(day_start(min(max(day + shift, 2), 3_652_058)))


def _cell_row(key: CellKey, n: int) -> tuple[Any, ...]:
    hour, kind, source, topic, polarity, reprint = key
    return topic, hour, day_of_hour(hour), kind, source, polarity, reprint, n


def _facet_row(key: FacetKey, n: int) -> tuple[Any, ...]:
    day, kind, topic, facet, value = key
    return facet, topic, day, kind, value, n


def _marks(values: Iterable[Any]) -> str:
    return ",".join("?" for _ in values)
