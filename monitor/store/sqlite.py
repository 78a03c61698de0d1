"""The store in one SQLite file: the default, for one host. Safe for many threads and processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from monitor.errors import StoreConflict
from monitor.model import AnyRecord, BoardMessage, Cell, Change, Count, FacetCell, Kind, Reply, count_of
from monitor.store import codec, shapes, sqlite_cells, sqlite_find, sqlite_revise, sqlite_upgrade, sqlite_words
from monitor.store.contract import (
    Added,
    Bucket,
    CellQuery,
    Doc,
    FacetQuery,
    Head,
    Outline,
    Page,
    Purged,
    Question,
    RecordQuery,
    StateDoc,
    StoreStats,
)
from monitor.store.revising import stands
from monitor.store.rules import SMALL, CellKey, FacetKey, day_number, micros, supersedes, wanted_kinds
from monitor.store.sqlite_files import SqliteFile
from monitor.store.sqlite_schema import TABLES, VERSION


class SqliteStore:
    """Keeps the contract in the file ``path``, which is made at first use."""

    def __init__(self, path: Path, *, timeout_s: float = 10.0) -> None:
        self._file = SqliteFile(
            path, schema=TABLES, version=VERSION, upgrades=sqlite_upgrade.UPGRADES, timeout_s=timeout_s
        )

    def add(self, records: Sequence[AnyRecord]) -> Added:
        unique = {record.id: record for record in reversed(shapes.checked(records))}
        if not unique:
            return Added()
        rows = {id: _row(record) for id, record in unique.items()}
        bodies = {id: codec.dumps(record) for id, record in unique.items()}
        words = {id: sqlite_words.told(record) for id, record in unique.items()}
        with self._file.writing() as connection:
            there = sqlite_revise.known(connection, list(unique))
            fresh = [id for id in dict.fromkeys(r.id for r in records) if id not in there]
            first = (connection.execute("SELECT max(no) FROM bodies").fetchone()[0] or 0) + 1
            numbered = list(enumerate(fresh, first))
            connection.executemany(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((no, *rows[id]) for no, id in numbered),
            )
            connection.executemany("INSERT INTO bodies VALUES (?, ?)", ((no, bodies[id]) for no, id in numbered))
            sqlite_words.put(connection, ((no, words[id]) for no, id in numbered))
            sqlite_cells.grow(connection, (unique[id] for id in fresh))
            sqlite_revise.set_apart(connection, [no for no, id in numbered if not stands(unique[id])])
        return shapes.added(records, fresh)

    def get_record(self, id: str) -> AnyRecord | None:
        with self._file.reading() as connection:
            return sqlite_revise.get(connection, id)

    def find(self, query: RecordQuery) -> Page:
        with self._file.reading() as connection:
            return sqlite_find.find(connection, query)

    def count(self, query: RecordQuery) -> Count:
        with self._file.reading() as connection:
            return shapes.guarded(wanted_kinds(query), sqlite_find.count(connection, query))

    def outlines(self, query: RecordQuery) -> Sequence[Outline]:
        with self._file.reading() as connection:
            return sqlite_find.outlines(connection, query)

    def questions(self, query: RecordQuery, reply_chars: int = 0) -> Sequence[Question]:
        with self._file.reading() as connection:
            return sqlite_find.questions(connection, query, reply_chars)

    def record_reply(self, id: str, reply: Reply) -> bool:
        with self._file.writing() as connection:
            record = sqlite_revise.get(connection, id)
            if not isinstance(record, BoardMessage) or not stands(record) or not supersedes(reply, record.reply):
                return False
            body = codec.dumps(replace(record, reply=reply))
            no = connection.execute("UPDATE records SET answered = 1 WHERE id = ? RETURNING no", (id,)).fetchone()[0]
            connection.execute("UPDATE bodies SET body = ? WHERE no = ?", (body, no))
            return True

    def revise(self, id: str, change: Change) -> bool:
        with self._file.writing() as connection:
            return sqlite_revise.revise(connection, id, change)

    def withdraw(self, id: str, at: datetime, *, uncount: bool) -> bool:
        with self._file.writing() as connection:
            return sqlite_revise.withdraw(connection, id, at, uncount)

    def purge(self, kind: Kind, before: datetime) -> Purged:
        small = 0
        with self._file.writing() as connection:
            records = sqlite_revise.purge(connection, kind, micros(before))
            if kind is Kind.POST:
                sql = "DELETE FROM facets WHERE kind = ? AND day < ? AND n < ?"
                small = connection.execute(sql, (kind.value, day_number(before), SMALL)).rowcount
        sqlite_words.merge(self._file)
        self._file.wipe()
        return Purged(count_of(kind, records), count_of(kind, small))

    def cells(self, query: CellQuery) -> Sequence[Cell]:
        with self._file.reading() as connection:
            rows = sqlite_cells.cells(connection, query)
        return shapes.cells(rows, daily=query.bucket is Bucket.DAY)

    def facets(self, query: FacetQuery) -> Sequence[FacetCell]:
        with self._file.reading() as connection:
            return shapes.facets(sqlite_cells.facets(connection, query))

    def get(self, kind: str, id: str) -> StateDoc | None:
        with self._file.reading() as connection:
            sql = "SELECT version, doc FROM states WHERE kind = ? AND id = ?"
            row = connection.execute(sql, (kind, id)).fetchone()
        return None if row is None else StateDoc(id, row[0], codec.loads_object(row[1]))

    def create(self, kind: str, id: str, doc: Doc) -> int:
        with self._file.writing() as connection:
            sql = "INSERT INTO states VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING"
            if not connection.execute(sql, (kind, id, codec.dumps_object(doc))).rowcount:
                raise StoreConflict(f"状态“{kind}”已有同名文档", "读取现有文档后再更新")
        return 1

    def append(self, kind: str, docs: Sequence[tuple[str, Doc]], head: Head, *, durable: bool = True) -> int:
        new = "INSERT INTO states VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING"
        moved = "UPDATE states SET doc = ?, version = version + 1 WHERE kind = ? AND id = ? AND version = ?"
        with self._file.writing(durable=durable) as connection:
            for made, (id, doc) in enumerate(docs):
                if not connection.execute(new, (kind, id, codec.dumps_object(doc))).rowcount:
                    return made
            text = codec.dumps_object(head.doc)
            if head.version:
                connection.execute(moved, (text, head.kind, head.id, head.version))
            else:
                connection.execute(new, (head.kind, head.id, text))
        return len(docs)

    def replace(self, kind: str, id: str, doc: Doc, version: int) -> int:
        with self._file.writing() as connection:
            sql = "UPDATE states SET doc = ?, version = version + 1 WHERE kind = ? AND id = ? AND version = ?"
            if not connection.execute(sql, (codec.dumps_object(doc), kind, id, version)).rowcount:
                raise StoreConflict(f"状态“{kind}”的文档已被他人更新", "重新读取后再更新")
        return version + 1

    def list_states(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000, backwards: bool = False
    ) -> Sequence[StateDoc]:
        where, values = "kind = ?", [kind]
        if prefix:
            # The first two bound the index range, the third decides.
            where += " AND id >= ? AND id <= ? AND substr(id, 1, ?) = ?"
            values += [prefix, prefix + "\U0010ffff" * 8, len(prefix), prefix]  # type: ignore[list-item]
        if after:
            where += f" AND id {'<' if backwards else '>'} ?"
            values.append(after)
        way = "DESC" if backwards else "ASC"
        sql = f"SELECT id, version, doc FROM states WHERE {where} ORDER BY id {way} LIMIT {max(limit, 0)}"
        with self._file.reading() as connection:
            rows = connection.execute(sql, values).fetchall()
        return [StateDoc(id, version, codec.loads_object(doc)) for id, version, doc in rows]

    def prune_states(self, kind: str, before: str) -> int:
        with self._file.writing() as connection:
            return connection.execute("DELETE FROM states WHERE kind = ? AND id < ?", (kind, before)).rowcount

    def init(self) -> None:
        with self._file.reading():
            pass

    def ping(self) -> None:
        # Written again as it is: the cheapest write there is, and it fails where a record would.
        with self._file.writing() as connection:
            connection.execute(f"PRAGMA user_version={VERSION}")

    def stats(self) -> StoreStats:
        with self._file.reading() as connection:
            by_kind = dict(connection.execute("SELECT kind, count(*) FROM records GROUP BY kind").fetchall())
            taken = dict(connection.execute("SELECT kind, count(*) FROM withdrawn GROUP BY kind").fetchall())
            states = connection.execute("SELECT kind, count(*) FROM states GROUP BY kind ORDER BY kind").fetchall()
        records = {kind: count_of(kind, by_kind[kind.value]) for kind in Kind if kind.value in by_kind}
        return StoreStats(
            engine="sqlite", schema=VERSION, records=records, states=dict(states), size_bytes=self._file.size(),
            withdrawn={kind: taken[kind.value] for kind in Kind if kind.value in taken},
        )  # fmt: skip

    def close(self) -> None:
        self._file.close()

    # What a copy to another engine needs beyond the contract (copying.Copyable).

    def all_cells(self) -> Iterator[tuple[CellKey, int]]:
        with self._file.reading() as connection:
            return iter(list(sqlite_cells.all_cells(connection)))

    def all_facets(self) -> Iterator[tuple[FacetKey, int]]:
        with self._file.reading() as connection:
            return iter(list(sqlite_cells.all_facets(connection)))

    def put_cells(self, cells: Iterable[tuple[CellKey, int]]) -> None:
        with self._file.writing() as connection:
            sqlite_cells.put_cells(connection, cells)

    def put_facets(self, facets: Iterable[tuple[FacetKey, int]]) -> None:
        with self._file.writing() as connection:
            sqlite_cells.put_facets(connection, facets)

    def all_gone(self) -> Iterator[tuple[str, int]]:
        with self._file.reading() as connection:
            return iter(connection.execute("SELECT id, at FROM gone ORDER BY id").fetchall())

    def put_gone(self, gone: Iterable[tuple[str, int]]) -> None:
        with self._file.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", gone)

    def put_state(self, kind: str, state: StateDoc) -> None:
        with self._file.writing() as connection:
            sql = "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)"
            connection.execute(sql, (kind, state.id, state.version, codec.dumps_object(state.doc)))


def _row(record: AnyRecord) -> tuple[str | int | None, ...]:
    labels = record.labels
    return (
        record.id,
        record.kind.value,
        micros(record.published),
        record.source,
        int(labels.sentiment.polarity),
        int(record.reply is not None) if isinstance(record, BoardMessage) else None,
        labels.event,
        sqlite_find.joined(labels.topics),
        labels.reprint_of,
    )
