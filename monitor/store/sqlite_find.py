"""Record queries in SQLite: one index range a kind, merged in the order of (published, id)."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

from monitor.model import AnyRecord, Kind
from monitor.store import codec, grams
from monitor.store.contract import Order, Page, RecordQuery
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.rules import micros, searchable, wanted_kinds

SEPARATOR = "\x1f"


def joined(topics: tuple[str, ...]) -> str:
    """Topics in one column, each between separators, so that one is found by its whole name."""
    return SEPARATOR + SEPARATOR.join(topics) + SEPARATOR if topics else ""


def find(connection: sqlite3.Connection, query: RecordQuery) -> Page:
    """A page and the cursor of the next."""
    place, newest = place_of(query), query.order is Order.NEWEST
    streams = [_stream(connection, query, kind, place) for kind in wanted_kinds(query)]
    merged = heapq.merge(*streams, key=lambda row: (row[0], row[1]), reverse=newest)
    wanted = query.text.strip()
    rows: list[tuple[int, str, AnyRecord]] = []
    for at, id, no in merged:
        record = _body(connection, no)
        # Bigrams of a longer text can all be there and not stand in a row.
        if len(wanted) <= 2 or grams.contains(wanted, *searchable(record)):
            rows.append((at, id, record))
            if len(rows) > query.limit:
                break
    page = rows[: query.limit]
    cursor = cursor_after(query, Place(page[-1][0], page[-1][1])) if len(rows) > query.limit else ""
    return Page(tuple(record for _, _, record in page), cursor)


def count(connection: sqlite3.Connection, query: RecordQuery) -> int:
    wanted, total = query.text.strip(), 0
    for kind in wanted_kinds(query):
        where, values = _where(query, kind)
        if len(wanted) <= 2:
            total += connection.execute(f"SELECT count(*) FROM records WHERE {where}", values).fetchone()[0]
            continue
        sql = f"SELECT body FROM bodies WHERE no IN (SELECT no FROM records WHERE {where})"
        bodies = connection.execute(sql, values)
        total += sum(grams.contains(wanted, *searchable(codec.loads(body))) for (body,) in bodies)
    return total


def _stream(
    connection: sqlite3.Connection, query: RecordQuery, kind: Kind, place: Place | None
) -> Iterator[tuple[int, str, int]]:
    where, values = _where(query, kind)
    newest = query.order is Order.NEWEST
    if place is not None:
        # The first term bounds the index range, the row value decides among records of the same moment.
        where += f" AND at {'<=' if newest else '>='} ? AND (at, id) {'<' if newest else '>'} (?, ?)"
        values += [place.at, place.at, place.id]
    way = "DESC" if newest else "ASC"
    sql = f"SELECT at, id, no FROM records WHERE {where} ORDER BY at {way}, id {way}"
    if len(query.text.strip()) <= 2:
        sql += f" LIMIT {query.limit + 1}"
    cursor = connection.execute(sql, values)
    while rows := cursor.fetchmany(64):
        yield from rows


def _where(query: RecordQuery, kind: Kind) -> tuple[str, list[Any]]:
    terms, values = ["kind = ?"], list[Any]([kind.value])

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
    either("event", query.events)
    if query.topics:
        terms.append("(" + " OR ".join(["instr(topics, ?) > 0"] * len(query.topics)) + ")")
        values.extend(joined((topic,)) for topic in query.topics)
    if query.answered is not None:
        terms.append("answered = ?")
        values.append(int(query.answered))
    if query.text.strip():
        terms.append("no IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(_match(query.text.strip()))
    return " AND ".join(terms), values


def _match(text: str) -> str:
    words = grams.phrase(text)
    return grams.fts_query(words) if words else f'"{grams.prefix(text)}" *'


def _body(connection: sqlite3.Connection, no: int) -> AnyRecord:
    return codec.loads(connection.execute("SELECT body FROM bodies WHERE no = ?", (no,)).fetchone()[0])


def expired(connection: sqlite3.Connection, kind: Kind, before: int) -> Iterator[list[tuple[int, str]]]:
    """(number, body) of the records of a kind before a moment, in portions."""
    sql = "SELECT no, body FROM records JOIN bodies USING (no) WHERE kind = ? AND at < ?"
    rows = connection.execute(sql, (kind.value, before))
    while portion := list(islice(rows, 1000)):
        yield portion
