"""Text queries in SQLite, quick for rare and for common words alike.

A common word is found by looking at the newest records themselves: a page of a word that every twentieth record has is
full after some hundreds. A word that has not filled its page by then is rare enough for the index: its records are
looked up by number and sorted, however large the store. The index tells records that have all bigrams of a word; the
folded text decides.
"""

from __future__ import annotations

import heapq
import re
import sqlite3
from collections.abc import Iterator
from itertools import islice

from monitor.model import AnyRecord
from monitor.store import codec, grams
from monitor.store.contract import Order, RecordQuery
from monitor.store.paging import Place, place_of
from monitor.store.rules import BEST_SCORE, TITLE_SCORE, ranked, score, searchable, wanted_kinds
from monitor.store.sqlite_where import Row, conditions, following, stream, table

PROBE = 300
"""Records that are looked at before the index is asked."""
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
"""What JSON writes otherwise than it is."""
Found = Iterator[tuple[Place, AnyRecord]]


def found(connection: sqlite3.Connection, query: RecordQuery) -> Found:
    """The records that have the query's text, from its cursor on, in its order."""
    place = place_of(query)
    if not ranked(query):
        yield from _looked_for(connection, query, place, None)
        return
    look = _looked_for if _common(connection, query) else _from_index
    for wanted in range(BEST_SCORE if place is None else place.score, -1, -1):
        begin = place if place is not None and place.score == wanted else None
        yield from look(connection, query, begin, wanted)


def _common(connection: sqlite3.Connection, query: RecordQuery) -> bool:
    """Whether every twentieth of the newest records has the text: then each score is worth looking for."""
    rows = list(islice(_all(connection, query, None, None), PROBE))
    return sum(1 for row in rows if _read(connection, row[2], query.text) is not None) * 20 >= len(rows)


def count(connection: sqlite3.Connection, query: RecordQuery) -> int:
    """How many records have the text: the index alone tells for one or two characters."""
    where, values = _indexed(query, None)
    if len(query.text.strip()) <= 2:
        return int(connection.execute(f"SELECT count(*) FROM {table(query)} WHERE {where}", values).fetchone()[0])
    sql = f"SELECT body FROM bodies WHERE no IN (SELECT no FROM {table(query)} WHERE {where})"
    rows = (row[0] for row in connection.execute(sql, values))
    return sum(1 for body in rows if _record(body, query.text) is not None)


def _looked_for(connection: sqlite3.Connection, query: RecordQuery, place: Place | None, wanted: int | None) -> Found:
    """Records of a score (None: of any), in order: the first by looking at every record, the rest from the index."""
    probed, last = 0, place
    for row in islice(_all(connection, query, place, wanted), PROBE):
        probed, last = probed + 1, Place(row[0], row[1])
        record = _read(connection, row[2], query.text)
        if record is not None and wanted in (None, score(record, query.text)):
            yield Place(row[0], row[1], wanted or 0), record
    if probed == PROBE:
        yield from _from_index(connection, query, last, wanted)


def _from_index(connection: sqlite3.Connection, query: RecordQuery, place: Place | None, wanted: int | None) -> Found:
    where, values = _indexed(query, wanted)
    more, bounds = following(query, place)
    way = "ASC" if query.order is Order.OLDEST else "DESC"
    sql = f"SELECT at, id, no FROM {table(query)} WHERE {where}{more} ORDER BY at {way}, id {way}"
    exact = len(query.text.strip()) <= 2
    titled = _titled(connection, query) if wanted is not None and wanted < TITLE_SCORE else frozenset[int]()
    for at, id, no in connection.execute(sql, [*values, *bounds]):
        if exact and no in titled:
            continue
        record = _read(connection, no, query.text)
        if record is not None and wanted in (None, score(record, query.text)):
            yield Place(at, id, wanted or 0), record


def _titled(connection: sqlite3.Connection, query: RecordQuery) -> frozenset[int]:
    """Records whose title has the text (longer texts: may have it); they come with the titles, not with the texts."""
    if len(query.text.strip()) > 2:
        return frozenset()
    rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (_match(query.text, titled=True),))
    return frozenset(no for (no,) in rows)


def _all(connection: sqlite3.Connection, query: RecordQuery, place: Place | None, wanted: int | None) -> Iterator[Row]:
    streams = [stream(connection, query, kind, place, _originals(wanted)) for kind in wanted_kinds(query)]
    return heapq.merge(*streams, key=lambda row: (row[0], row[1]), reverse=query.order is not Order.OLDEST)


def _originals(wanted: int | None) -> bool | None:
    return None if wanted is None else bool(wanted % TITLE_SCORE)


def _indexed(query: RecordQuery, wanted: int | None) -> tuple[str, list[object]]:
    """The query as conditions that are met by number of record: no other index may be taken."""
    where, values = conditions(query, _originals(wanted))
    kinds = wanted_kinds(query)
    match = _match(query.text, titled=wanted is not None and wanted >= TITLE_SCORE)
    where = f"no IN (SELECT rowid FROM words WHERE words MATCH ?) AND +kind IN ({','.join('?' * len(kinds))}){where}"
    return where, [match, *(kind.value for kind in kinds), *values]


def _match(text: str, *, titled: bool) -> str:
    words = grams.phrase(text)
    if not words:
        (begin,) = grams.in_title([grams.prefix(text)]) if titled else [grams.prefix(text)]
        return f'"{begin}" *'
    return grams.fts_query(grams.in_title(words) if titled else words)


def _read(connection: sqlite3.Connection, no: int, text: str) -> AnyRecord | None:
    """The record if it has the text."""
    return _record(connection.execute("SELECT body FROM bodies WHERE no = ?", (no,)).fetchone()[0], text)


def _record(body: str, text: str) -> AnyRecord | None:
    wanted = grams.fold(text.strip())
    # Most that have not the words are told by the body as it is written, without taking it apart.
    if not _ESCAPED.search(wanted) and wanted not in grams.fold(body):
        return None
    record = codec.loads(body)
    return record if grams.contains(text, *searchable(record)) else None
