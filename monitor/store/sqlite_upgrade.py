"""Older files of the SQLite keeping are brought to the present tables where they lie, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from sqlite3 import Connection
from types import MappingProxyType

from monitor.model import Kind
from monitor.store import codec, grams
from monitor.store.rules import searchable
from monitor.store.sqlite_schema import TAKEN_OUT


def _reprints_and_titles(connection: Connection) -> None:
    """Version 2 finds the reprints of a record, and tells words of a title from words of a text."""
    connection.execute("ALTER TABLE records ADD COLUMN reprint_of TEXT")
    connection.execute(
        "UPDATE records SET reprint_of = (SELECT json_extract(body, '$.labels.reprint_of') FROM bodies b"
        " WHERE b.no = records.no)"
    )
    connection.execute("CREATE INDEX records_reprint ON records (reprint_of) WHERE reprint_of IS NOT NULL")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", _words(connection))


def _words(connection: Connection) -> Iterator[tuple[int, str]]:
    sql = "SELECT no, body FROM records JOIN bodies USING (no) WHERE kind <> ? ORDER BY no"
    for no, body in connection.execute(sql, (Kind.POST.value,)):
        told = grams.document(*searchable(codec.loads(body)))
        if told:
            yield no, told


def _taken_out(connection: Connection) -> None:
    """Version 3 keeps apart what was withdrawn; nothing that is there is read or moved."""
    for statement in filter(str.strip, TAKEN_OUT.split(";\n")):
        connection.execute(statement)


UPGRADES: Mapping[int, Callable[[Connection], None]] = MappingProxyType({1: _reprints_and_titles, 2: _taken_out})
"""By the version that a file has: what makes it one of the next."""
