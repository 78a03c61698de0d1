"""Record queries in SQLite: one index range a kind, merged in the order of (published, id)."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from monitor.model import AnyRecord, Kind, Polarity, Reply
from monitor.store import codec, sqlite_search
from monitor.store.contract import Order, Outline, Page, Question, RecordQuery
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.rules import outlined_kinds, questioned, wanted_kinds
from monitor.store.sqlite_where import SEPARATOR, joined, kind_conditions, stream, table

__all__ = ["count", "find", "joined", "outlines", "questions"]
_LIGHT = ("outlet", "title", "url", "rank", "labels.reprint_of")
_POLARITIES = {int(polarity): polarity for polarity in Polarity}


def find(connection: sqlite3.Connection, query: RecordQuery) -> Page:
    """A page and the cursor of the next."""
    wanted_kinds(query)  # checks the query
    found = sqlite_search.found(connection, query) if query.text.strip() else _in_time(connection, query)
    rows = list(islice(found, query.limit + 1))
    page = rows[: query.limit]
    cursor = cursor_after(query, page[-1][0]) if len(rows) > query.limit else ""
    return Page(tuple(record for _, record in page), cursor)


def outlines(connection: sqlite3.Connection, query: RecordQuery) -> list[Outline]:
    """Articles without their texts, which are skipped where they lie."""
    found: list[Outline] = []
    for kind in outlined_kinds(query):
        where, values = kind_conditions(query, kind)
        # One parse of a body serves all of its extracts.
        light = ", ".join(f"json_extract(body, '$.{key}')" for key in _LIGHT)
        sql = f"SELECT id, at, source, polarity, {light} FROM {table(query)} JOIN bodies USING (no) WHERE {where}"
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
    rows = f"{table(query)} JOIN bodies USING (no)"
    where, values = kind_conditions(questioned(query), Kind.BOARD)
    reply = "json_extract(body, '$.reply.time'), json_extract(body, '$.reply.department')"
    text = f"substr(json_extract(body, '$.reply.text'), 1, {int(reply_chars)})" if reply_chars > 0 else "''"
    sql = f"SELECT id, at, topics, answered, {reply}, {text} FROM {rows} WHERE {where}"
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
    kinds = wanted_kinds(query)
    if query.text.strip():
        return sqlite_search.count(connection, query)
    total = 0
    for kind in kinds:
        where, values = kind_conditions(query, kind)
        total += connection.execute(f"SELECT count(*) FROM {table(query)} WHERE {where}", values).fetchone()[0]
    return total


def _in_time(connection: sqlite3.Connection, query: RecordQuery) -> Iterator[tuple[Place, AnyRecord]]:
    place = place_of(query)
    streams = [stream(connection, query, kind, place) for kind in wanted_kinds(query)]
    newest = query.order is not Order.OLDEST
    for at, id, no in heapq.merge(*streams, key=lambda row: (row[0], row[1]), reverse=newest):
        body = connection.execute("SELECT body FROM bodies WHERE no = ?", (no,)).fetchone()[0]
        yield Place(at, id), codec.loads(body)
