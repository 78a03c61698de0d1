"""The search index of the SQLite keeping: what goes in, and that nothing stays of what went out.

The index has no content of its own, so it must be told what it had indexed; what is deleted stays in it as a marked
entry until its segments are merged into one.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from monitor.model import AnyRecord, Post
from monitor.store import grams
from monitor.store.rules import searchable
from monitor.store.sqlite_files import SqliteFile

_PAGES = 2_000
"""Index pages that are merged in one transaction: others write in between."""


def told(record: AnyRecord) -> str:
    """What the index is told of a record; nothing of a post."""
    return "" if isinstance(record, Post) else grams.document(*searchable(record))


def put(connection: Connection, words: Iterable[tuple[int, str]]) -> None:
    """Indexes what was ``told`` of records by their numbers; a record without a word is not indexed."""
    connection.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (row for row in words if row[1]))


def forget(connection: Connection, words: Iterable[tuple[int, str]]) -> None:
    """Takes out what had been told; call it with exactly that. Remains are noted for ``merge``."""
    rows = [row for row in words if row[1]]
    connection.executemany("INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)", rows)
    if rows:
        connection.execute("INSERT INTO forgotten DEFAULT VALUES")


def merge(file: SqliteFile) -> None:
    """Merges the index where words were forgotten, in steps; killed in between, the next call goes on."""
    with file.reading() as connection:
        (last,) = connection.execute("SELECT max(mark) FROM forgotten").fetchone()
    if last is None:
        return
    step = -_PAGES  # negative: every segment takes part from the start
    while True:
        with file.writing() as connection:
            before = connection.total_changes
            connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (step,))
            done = connection.total_changes - before < 2
        step = _PAGES
        if done:
            break
    with file.writing() as connection:
        connection.execute("DELETE FROM forgotten WHERE mark <= ?", (last,))
