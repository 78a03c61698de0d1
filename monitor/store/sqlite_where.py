"""Record queries as SQL: conditions on the narrow table, and the records of a kind in the order of time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from monitor.model import Kind
from monitor.store.contract import Order, RecordQuery
from monitor.store.paging import Place
from monitor.store.rules import micros

SEPARATOR = "\x1f"
Row = tuple[int, str, int]
"""(at, id, number)."""


def table(query: RecordQuery) -> str:
    """The narrow table that has the records of a query."""
    return "withdrawn" if query.withdrawn else "records"


def joined(topics: tuple[str, ...]) -> str:
    """Topics in one column, each between separators, so that one is found by its whole name."""
    return SEPARATOR + SEPARATOR.join(topics) + SEPARATOR if topics else ""


def stream(
    connection: sqlite3.Connection, query: RecordQuery, kind: Kind, place: Place | None, originals: bool | None = None
) -> Iterator[Row]:
    """The records of a kind from a place on, in the query's order; its text is not looked at."""
    where, values = kind_conditions(query, kind, originals)
    more, bounds = following(query, place)
    way = "ASC" if query.order is Order.OLDEST else "DESC"
    sql = f"SELECT at, id, no FROM {table(query)} WHERE {where}{more} ORDER BY at {way}, id {way}"
    cursor = connection.execute(sql, [*values, *bounds])
    while rows := cursor.fetchmany(64):
        yield from rows


def kind_conditions(query: RecordQuery, kind: Kind, originals: bool | None = None) -> tuple[str, list[Any]]:
    """The records of a kind that a query selects; its text is not looked at."""
    more, values = conditions(query, originals)
    # Few records belong to an event or repeat another: their own index is the way, not that of kind and time.
    by = "+kind" if query.events or query.reprints_of else "kind"
    return f"{by} = ?{more}", [kind.value, *values]


def following(query: RecordQuery, place: Place | None) -> tuple[str, list[Any]]:
    """The condition that a record comes after a place in the query's order."""
    if place is None:
        return "", []
    newest = query.order is not Order.OLDEST
    # The first term bounds the index range, the row value decides among records of the same moment.
    more = f" AND at {'<=' if newest else '>='} ? AND (at, id) {'<' if newest else '>'} (?, ?)"
    return more, [place.at, place.at, place.id]


def conditions(query: RecordQuery, originals: bool | None = None) -> tuple[str, list[Any]]:
    """All but kind and text, as terms that follow others. ``originals``: only those, or only reprints."""
    terms, values = [""], list[Any]()

    def either(column: str, wanted: tuple[Any, ...]) -> None:
        if wanted:
            terms.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values.extend(wanted)

    if query.since is not None:
        terms.append("at >= ?")
        values.append(micros(query.since))
    if query.until is not None:
        terms.append("at < ?")
        values.append(micros(query.until))
    either("source", query.sources)
    either("polarity", tuple(map(int, query.polarities)))
    if query.events:
        terms.append("event IS NOT NULL")
        either("event", query.events)
    if query.reprints_of:
        terms.append("reprint_of IS NOT NULL")
        either("reprint_of", query.reprints_of)
    if query.topics:
        terms.append("(" + " OR ".join(["instr(topics, ?) > 0"] * len(query.topics)) + ")")
        values.extend(joined((topic,)) for topic in query.topics)
    if query.answered is not None:
        terms.append("answered = ?")
        values.append(int(query.answered))
    if originals is not None:
        terms.append("reprint_of IS NULL" if originals else "reprint_of IS NOT NULL")
    return " AND ".join(terms), values
