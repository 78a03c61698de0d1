"""Where records wait while the store is away: one bounded SQLite file, replayed in order when it is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from monitor.model import AnyRecord, ExactCount, Kind, Reply
from monitor.store import codec
from monitor.store.contract import Store
from monitor.store.replay import Replayed, Row, What, Withdrawal, body_of, give
from monitor.store.rules import micros

_VERSION = 2
# doubt: 0 waits for the store, 1 was refused by it and waits for an operator. reply_to: the record that a row is about,
# where it is not one of its own. what: NULL in files of version 1, which had records and replies only.
_TABLES = """
CREATE TABLE waiting (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT UNIQUE,
    kind TEXT,
    at INTEGER,
    reply_to TEXT,
    body TEXT NOT NULL,
    doubt INTEGER NOT NULL DEFAULT 0,
    what TEXT
) STRICT;
CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO tallies VALUES ('refused', 0);
"""
_WHAT = "coalesce(what, CASE WHEN reply_to IS NULL THEN 'record' ELSE 'reply' END)"
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in the spool: texts of public kinds and answers, and apart from them posts, which are guarded (S3).

    ``oldest``: when the longest waiting text of a public kind was fetched.
    """

    public: int
    posts: ExactCount
    doubtful_public: int
    doubtful_posts: ExactCount
    oldest: datetime | None = None


class Spool:
    """A queue in the file ``path``, which is made at the first ``put`` and holds at most ``max_bytes``.

    Any number of processes may put and replay. Every method raises ``StoreUnavailable`` if the file cannot be used.
    Order is that of ``put``; when the file is full the oldest stay and new ones are refused and counted.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        # Imported here so that a process that only asks for types loads no database.
        from monitor.store.sqlite_files import SqliteFile

        self._path = path
        self._max_bytes = max_bytes
        # A rollback journal: no second file stays behind with texts in it.
        self._file = SqliteFile(
            path, schema=_TABLES, version=_VERSION, wal=False,
            upgrades={1: _tell_what},
        )  # fmt: skip

    def put(self, records: Sequence[AnyRecord]) -> int:
        """Keeps records and returns how many it kept; a record that waits already counts as kept."""
        if not records:
            return 0
        rows = [(r.id, r.kind.value, micros(r.published), None, codec.dumps(r), What.RECORD) for r in records]
        return self._put(rows)

    def put_reply(self, id: str, reply: Reply) -> bool:
        """Keeps the answer to a board message until the store can record it."""
        row = (None, Kind.BOARD.value, None, id, codec.dumps_object(codec.encode_reply(reply)), What.REPLY)
        return self._put([row]) == 1

    def put_reread(self, records: Sequence[AnyRecord]) -> int:
        """Keeps records that were read again, until the store tells what changed; returns how many it kept."""
        rows = [(None, r.kind.value, micros(r.published), r.id, codec.dumps(r), What.REREAD) for r in records]
        return self._put(rows) if rows else 0

    def put_withdrawals(self, kind: Kind, ids: Sequence[str], withdrawal: Withdrawal) -> int:
        """Keeps that records are gone, until the store can take them out; returns how many it kept."""
        at, body = micros(withdrawal.at), body_of(withdrawal)
        rows = [(None, kind.value, at, id, body, What.WITHDRAWAL) for id in ids]
        return self._put(rows) if rows else 0

    def replay(self, store: Store, batch: int = _BATCH, *, unreleased: datetime | None = None) -> Replayed:
        """Gives everything to the store, in order. Raises ``StoreUnavailable`` when the store goes away again.

        A batch is removed only after the store took it. If the process dies in between, the next replay gives it
        again, and the store reports duplicates and changes that change nothing. ``unreleased``: posts before it are in
        figures that were released by now, so a withdrawal does not take them out of the cells.
        """
        done = Replayed()
        last = 0
        while self._path.exists():
            with self._file.reading() as connection:
                sql = f"SELECT no, {_WHAT}, reply_to, body FROM waiting WHERE doubt = 0 AND no > ? ORDER BY no LIMIT ?"
                found = connection.execute(sql, (last, batch)).fetchall()
            if not found:
                break
            rows = [Row(no, What(what), about or "", body) for no, what, about, body in found]
            last = rows[-1].no
            given, doubtful = give(store, rows, unreleased)
            self._remove([row.no for row in rows if row.no not in doubtful], doubtful)
            done += given
        return done

    def purge(self, kind: Kind, before: datetime) -> int:
        """Removes waiting records of a kind published before a moment (S6), texts and all; returns how many."""
        if not self._path.exists():
            return 0
        with self._file.writing() as connection:
            sql = "DELETE FROM waiting WHERE kind = ? AND at < ?"
            return connection.execute(sql, (kind.value, micros(before))).rowcount

    @property
    def depth(self) -> int:
        """How many items wait. A plain number: it mixes kinds, records and replies, and tells nothing about posts."""
        return self._number("SELECT count(*) FROM waiting WHERE doubt = 0")

    @property
    def doubtful(self) -> int:
        """How many items the store refused for their content."""
        return self._number("SELECT count(*) FROM waiting WHERE doubt = 1")

    def standing(self) -> Standing:
        """What waits and what the store refused, public kinds and posts apart."""
        if not self._path.exists():
            return Standing(0, ExactCount(0), 0, ExactCount(0))
        post = Kind.POST.value
        with self._file.reading() as connection:
            sql = "SELECT doubt, kind IS ?, count(*) FROM waiting GROUP BY 1, 2"
            counts = {(doubt, posts): int(n) for doubt, posts, n in connection.execute(sql, (post,))}
            sql = """SELECT json_extract(body, '$.seen') FROM waiting
                     WHERE doubt = 0 AND kind IS NOT ? AND reply_to IS NULL ORDER BY no LIMIT 1"""
            first = connection.execute(sql, (post,)).fetchone()
        oldest = datetime.fromisoformat(first[0]) if first else None
        waiting, refused = counts.get((0, 1), 0), counts.get((1, 1), 0)
        return Standing(counts.get((0, 0), 0), ExactCount(waiting), counts.get((1, 0), 0), ExactCount(refused), oldest)

    @property
    def refused(self) -> int:
        """How many records were ever turned away because the file was full."""
        return self._number("SELECT n FROM tallies WHERE name = 'refused'")

    @property
    def size_bytes(self) -> int:
        return self._file.size()

    def close(self) -> None:
        self._file.close()

    def _put(self, rows: Sequence[tuple[Any, ...]]) -> int:
        kept = 0
        with self._file.writing() as connection:
            room = self._max_bytes - _used(connection)
            columns = "record, kind, at, reply_to, body, what"
            sql = f"INSERT INTO waiting ({columns}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            for row in rows:
                # Pages and index entries take about a third more than the text.
                room -= len(row[4].encode()) * 4 // 3 + 200
                if room < 0:
                    break
                connection.execute(sql, row)
                kept += 1
            if kept < len(rows):
                connection.execute("UPDATE tallies SET n = n + ? WHERE name = 'refused'", (len(rows) - kept,))
        return kept

    def _remove(self, taken: Sequence[int], doubtful: Sequence[int]) -> None:
        with self._file.writing() as connection:
            connection.executemany("DELETE FROM waiting WHERE no = ?", ((no,) for no in taken))
            connection.executemany("UPDATE waiting SET doubt = 1 WHERE no = ?", ((no,) for no in doubtful))

    def _number(self, sql: str) -> int:
        if not self._path.exists():
            return 0
        with self._file.reading() as connection:
            return int(connection.execute(sql).fetchone()[0])


def _tell_what(connection: Connection) -> None:
    """Version 2 also keeps what was read again and what is gone."""
    connection.execute("ALTER TABLE waiting ADD COLUMN what TEXT")


def _used(connection: Connection) -> int:
    pages, free, size = (connection.execute(f"PRAGMA {p}").fetchone()[0] for p in
                         ("page_count", "freelist_count", "page_size"))  # fmt: skip
    return int((pages - free) * size)
