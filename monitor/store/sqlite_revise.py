"""Revising and withdrawing records in SQLite; each function is the inside of one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection

from monitor.model import AnyRecord, Change, Kind, Post
from monitor.store import codec, sqlite_cells, sqlite_words
from monitor.store.revising import revised, stands, taken_back
from monitor.store.rules import micros

_PORTION = 500


def get(connection: Connection, id: str) -> AnyRecord | None:
    """The record of an id, withdrawn or not."""
    found = _numbered(connection, id)
    return None if found is None else found[1]


def known(connection: Connection, ids: list[str]) -> set[str]:
    """Those of the ids that ``add`` must not take: records, withdrawn ones, and posts that were."""
    found: set[str] = set()
    for at in range(0, len(ids), _PORTION):
        portion = ids[at : at + _PORTION]
        marks = ",".join("?" * len(portion))
        for table in ("records", "withdrawn", "gone"):
            rows = connection.execute(f"SELECT id FROM {table} WHERE id IN ({marks})", portion)
            found.update(id for (id,) in rows)
    return found


def revise(connection: Connection, id: str, change: Change) -> bool:
    """``Store.revise``."""
    found = _numbered(connection, id)
    after = None if found is None else revised(found[1], change)
    if found is None or after is None:
        return False
    _rewrite(connection, found[0], found[1], after)
    return True


def withdraw(connection: Connection, id: str, at: datetime, uncount: bool) -> bool:
    """``Store.withdraw``."""
    found = _numbered(connection, id)
    if found is None or not stands(found[1]):
        return False
    no, record = found
    if isinstance(record, Post):
        connection.execute("DELETE FROM bodies WHERE no = ?", (no,))
        connection.execute("INSERT OR REPLACE INTO gone VALUES (?, ?)", (id, micros(record.published)))
        connection.execute("DELETE FROM records WHERE no = ?", (no,))
        if uncount:
            sqlite_cells.shrink(connection, record)
    else:
        set_apart(connection, [no])
        _rewrite(connection, no, record, taken_back(record, at))
    return True


def set_apart(connection: Connection, numbers: Iterable[int]) -> None:
    """Moves records from among those that stand to the withdrawn ones."""
    for no in numbers:
        connection.execute("INSERT INTO withdrawn SELECT * FROM records WHERE no = ?", (no,))
        connection.execute("DELETE FROM records WHERE no = ?", (no,))


def purge(connection: Connection, kind: Kind, before: int) -> int:
    """Deletes the records of a kind before a moment, withdrawn or not; returns how many there were."""
    gone = 0
    for table in ("records", "withdrawn"):
        expired = f"FROM {table} WHERE kind = ? AND at < ?"
        if kind is not Kind.POST:
            rows = connection.execute(
                f"SELECT no, body FROM bodies WHERE no IN (SELECT no {expired})", (kind.value, before)
            )
            while portion := rows.fetchmany(1000):
                sqlite_words.forget(connection, ((no, sqlite_words.told(codec.loads(body))) for no, body in portion))
        connection.execute(f"DELETE FROM bodies WHERE no IN (SELECT no {expired})", (kind.value, before))
        gone += connection.execute(f"DELETE {expired}", (kind.value, before)).rowcount
    if kind is Kind.POST:
        connection.execute("DELETE FROM gone WHERE at < ?", (before,))
    return gone


def _numbered(connection: Connection, id: str) -> tuple[int, AnyRecord] | None:
    for table in ("records", "withdrawn"):
        row = connection.execute(f"SELECT no, body FROM {table} JOIN bodies USING (no) WHERE id = ?", (id,)).fetchone()
        if row is not None:
            return row[0], codec.loads(row[1])
    return None


def _rewrite(connection: Connection, no: int, before: AnyRecord, after: AnyRecord) -> None:
    connection.execute("UPDATE bodies SET body = ? WHERE no = ?", (codec.dumps(after), no))
    old, new = sqlite_words.told(before), sqlite_words.told(after)
    if old != new:
        sqlite_words.forget(connection, [(no, old)])
        sqlite_words.put(connection, [(no, new)])
