"""Where records wait while the store is away: one bounded SQLite file, replayed in order when it is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from monitor.errors import StoreCorrupt
from monitor.model import AnyRecord, BoardMessage, ExactCount, Kind, Reply
from monitor.store import codec
from monitor.store.contract import Store
from monitor.store.rules import micros

_VERSION = 1
# doubt: 0 waits for the store, 1 was refused by it and waits for an operator.
_TABLES = """
CREATE TABLE waiting (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT UNIQUE,
    kind TEXT,
    at INTEGER,
    reply_to TEXT,
    body TEXT NOT NULL,
    doubt INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO tallies VALUES ('refused', 0);
"""
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did. The numbers mix every kind of source and so are no figures about posts (S3)."""

    taken: int = 0
    """Items that left the spool: records and replies."""
    new: int = 0
    duplicate: int = 0
    replies: int = 0
    """Replies that changed a board message."""
    doubtful: int = 0
    """Items that the store refused for their content; they stay in the file for the operator."""


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
        self._file = SqliteFile(path, schema=_TABLES, version=_VERSION, wal=False)

    def put(self, records: Sequence[AnyRecord]) -> int:
        """Keeps records and returns how many it kept; a record that waits already counts as kept."""
        if not records:
            return 0
        rows = [(r.id, r.kind.value, micros(r.published), None, codec.dumps(r)) for r in records]
        return self._put(rows)

    def put_reply(self, id: str, reply: Reply) -> bool:
        """Keeps the answer to a board message until the store can record it."""
        row = (None, Kind.BOARD.value, None, id, codec.dumps_object(codec.encode_reply(reply)))
        return self._put([row]) == 1

    def replay(self, store: Store, batch: int = _BATCH) -> Replayed:
        """Gives everything to the store, in order. Raises ``StoreUnavailable`` when the store goes away again.

        A batch is removed only after the store took it. If the process dies in between, the next replay gives it
        again, and the store reports duplicates.
        """
        done = Replayed()
        last = 0
        while self._path.exists():
            with self._file.reading() as connection:
                sql = "SELECT no, reply_to, body FROM waiting WHERE doubt = 0 AND no > ? ORDER BY no LIMIT ?"
                rows = connection.execute(sql, (last, batch)).fetchall()
            if not rows:
                break
            last = rows[-1][0]
            given, doubtful = _give(store, rows)
            self._remove([no for no, _, _ in rows if no not in doubtful], doubtful)
            done = _sum(done, given)
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
            sql = "INSERT INTO waiting (record, kind, at, reply_to, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            for row in rows:
                # Pages and index entries take about a third more than the text.
                room -= len(row[-1].encode()) * 4 // 3 + 200
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


def _used(connection: Connection) -> int:
    pages, free, size = (connection.execute(f"PRAGMA {p}").fetchone()[0] for p in
                         ("page_count", "freelist_count", "page_size"))  # fmt: skip
    return int((pages - free) * size)


def _give(store: Store, rows: Sequence[tuple[int, str | None, str]]) -> tuple[Replayed, list[int]]:
    """Gives one batch; where the store refuses the content of one item, the others still get in."""
    try:
        return _give_all(store, rows), []
    except StoreCorrupt:
        if len(rows) == 1:
            return Replayed(doubtful=1), [rows[0][0]]
    done, doubtful = Replayed(), list[int]()
    for row in rows:
        one, refused = _give(store, [row])
        done = _sum(done, one)
        doubtful += refused
    return done, doubtful


def _give_all(store: Store, rows: Sequence[tuple[int, str | None, str]]) -> Replayed:
    records = [codec.loads(body) for _, reply_to, body in rows if reply_to is None]
    replies = [(to, codec.decode_reply(codec.loads_object(body))) for _, to, body in rows if to is not None]
    added = store.add(records)
    known = set(added.duplicate)
    # As at intake: a message that was there already may bring its answer.
    replies = [(r.id, r.reply) for r in records if isinstance(r, BoardMessage) and r.reply and r.id in known] + replies
    changed = sum(store.record_reply(to, reply) for to, reply in replies)
    return Replayed(taken=len(rows), new=len(added.new), duplicate=len(added.duplicate), replies=changed)


def _sum(one: Replayed, other: Replayed) -> Replayed:
    return Replayed(
        one.taken + other.taken,
        one.new + other.new,
        one.duplicate + other.duplicate,
        one.replies + other.replies,
        one.doubtful + other.doubtful,
    )
