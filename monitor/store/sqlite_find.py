"""Record queries in SQLite: one index range a kind, merged in the order of (published, id); scores one by one."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from monitor.model import AnyRecord, Kind, Polarity, Reply
from monitor.store import codec, grams
from monitor.store.contract import Order, Outline, Page, Question, RecordQuery
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.rules import (
    BEST_SCORE,
    TITLE_SCORE,
    micros,
    outlined_kinds,
    questioned,
    ranked,
    score,
    searchable,
    wanted_kinds,
)

SEPARATOR = "\x1f"
_LIGHT = ("outlet", "title", "url", "rank", "labels.reprint_of")
_POLARITIES = {int(polarity): polarity for polarity in Polarity}


def joined(topics: tuple[str, ...]) -> str:
    """Topics in one column, each between separators, so that one is found by its whole name."""
    return SEPARATOR + SEPARATOR.join(topics) + SEPARATOR if topics else ""


def find(connection: sqlite3.Connection, query: RecordQuery) -> Page:
    """A page and the cursor of the next."""
    found = _by_score(connection, query) if ranked(query) else _by_time(connection, query, place_of(query))
    rows = list(islice(found, query.limit + 1))
    page = rows[: query.limit]
    cursor = cursor_after(query, page[-1][0]) if len(rows) > query.limit else ""
    return Page(tuple(record for _, record in page), cursor)


def outlines(connection: sqlite3.Connection, query: RecordQuery) -> list[Outline]:
    """Articles without their texts, which are skipped where they lie."""
    found: list[Outline] = []
    for kind in outlined_kinds(query):
        where, values = _where(query, kind)
        # One parse of a body serves all of its extracts.
        light = ", ".join(f"json_extract(body, '$.{key}')" for key in _LIGHT)
        sql = f"SELECT id, at, source, polarity, {light} FROM records JOIN bodies USING (no) WHERE {where}"
        found += [
            Outline(
                id=id, kind=kind, source=source, at=at, polarity=_POLARITIES[polarity], outlet=outlet, title=title,
                url=url, rank=rank, reprint_of=reprint_of,
            )
            for id, at, source, polarity, outlet, title, url, rank, reprint_of in connection.execute(sql, values)
        ]  # fmt: skip
    return sorted(found, key=lambda outline: (outline.at, outline.id))


def questions(connection: sqlite3.Connection, query: RecordQuery, reply_chars: int) -> list[Question]:
    """Board messages without their texts."""
    where, values = _where(questioned(query), Kind.BOARD)
    reply = "json_extract(body, '$.reply.time'), json_extract(body, '$.reply.department')"
    text = f"substr(json_extract(body, '$.reply.text'), 1, {int(reply_chars)})" if reply_chars > 0 else "''"
    sql = f"SELECT id, at, topics, answered, {reply}, {text} FROM records JOIN bodies USING (no) WHERE {where}"
    topics_of: dict[str, tuple[str, ...]] = {}
    found = []
    for id, at, topics, answered, time, department, beginning in connection.execute(sql, values):
        names = topics_of.get(topics)
        if names is None:
            names = topics_of.setdefault(topics, tuple(filter(None, topics.split(SEPARATOR))))
        answer = Reply(beginning, datetime.fromisoformat(time) if time else None, department) if answered else None
        found.append(Question(id=id, at=at, topics=names, reply=answer))
    return sorted(found, key=lambda question: (question.at, question.id))


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


def _by_score(connection: sqlite3.Connection, query: RecordQuery) -> Iterator[tuple[Place, AnyRecord]]:
    """The records of each score in turn, the highest first."""
    place, text = place_of(query), query.text.strip()
    for wanted in range(BEST_SCORE if place is None else place.score, -1, -1):
        begin = place if place is not None and place.score == wanted else None
        for at, record in _by_time(connection, query, begin, wanted):
            # The words of a title are looked for above; here they may be the words of a text that has them, too.
            if score(record, text) == wanted:
                yield Place(at.at, at.id, wanted), record


def _by_time(
    connection: sqlite3.Connection, query: RecordQuery, place: Place | None, wanted: int | None = None
) -> Iterator[tuple[Place, AnyRecord]]:
    """The records from a place on, in order; of a ``wanted`` score at least all that have it."""
    text, newest = query.text.strip(), query.order is not Order.OLDEST
    streams = [_stream(connection, query, kind, place, wanted) for kind in wanted_kinds(query)]
    for at, id, no in heapq.merge(*streams, key=lambda row: (row[0], row[1]), reverse=newest):
        record = _body(connection, no)
        # Bigrams of a longer text can all be there and not stand in a row.
        if len(text) <= 2 or grams.contains(text, *searchable(record)):
            yield Place(at, id), record


def _stream(
    connection: sqlite3.Connection, query: RecordQuery, kind: Kind, place: Place | None, wanted: int | None
) -> Iterator[tuple[int, str, int]]:
    where, values = _where(query, kind, wanted)
    newest = query.order is not Order.OLDEST
    if place is not None:
        # The first term bounds the index range, the row value decides among records of the same moment.
        where += f" AND at {'<=' if newest else '>='} ? AND (at, id) {'<' if newest else '>'} (?, ?)"
        values += [place.at, place.at, place.id]
    way = "DESC" if newest else "ASC"
    sql = f"SELECT at, id, no FROM records WHERE {where} ORDER BY at {way}, id {way}"
    if len(query.text.strip()) <= 2 and wanted is None:
        sql += f" LIMIT {query.limit + 1}"
    cursor = connection.execute(sql, values)
    while rows := cursor.fetchmany(64):
        yield from rows


def _where(query: RecordQuery, kind: Kind, wanted: int | None = None) -> tuple[str, list[Any]]:
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
    either("reprint_of", query.reprints_of)
    if query.topics:
        terms.append("(" + " OR ".join(["instr(topics, ?) > 0"] * len(query.topics)) + ")")
        values.extend(joined((topic,)) for topic in query.topics)
    if query.answered is not None:
        terms.append("answered = ?")
        values.append(int(query.answered))
    if wanted is not None:
        terms.append("reprint_of IS NULL" if wanted % TITLE_SCORE else "reprint_of IS NOT NULL")
    if query.text.strip():
        terms.append("no IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(_match(query.text.strip(), titled=wanted is not None and wanted >= TITLE_SCORE))
    return " AND ".join(terms), values


def _match(text: str, *, titled: bool) -> str:
    words = grams.phrase(text)
    if not words:
        (begin,) = grams.in_title([grams.prefix(text)]) if titled else [grams.prefix(text)]
        return f'"{begin}" *'
    return grams.fts_query(grams.in_title(words) if titled else words)


def _body(connection: sqlite3.Connection, no: int) -> AnyRecord:
    return codec.loads(connection.execute("SELECT body FROM bodies WHERE no = ?", (no,)).fetchone()[0])


def expired(connection: sqlite3.Connection, kind: Kind, before: int) -> Iterator[list[tuple[int, str]]]:
    """(number, body) of the records of a kind before a moment, in portions."""
    sql = "SELECT no, body FROM records JOIN bodies USING (no) WHERE kind = ? AND at < ?"
    rows = connection.execute(sql, (kind.value, before))
    while portion := list(islice(rows, 1000)):
        yield portion
