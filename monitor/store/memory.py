"""The smallest real store: everything in dictionaries of one process, for tests and trials."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from monitor.errors import StoreConflict
from monitor.model import (
    AnyRecord,
    Article,
    BoardMessage,
    Cell,
    Change,
    Count,
    FacetCell,
    Kind,
    Post,
    Reply,
    count_of,
)
from monitor.store import codec, memory_cells, shapes
from monitor.store.contract import (
    Added,
    Bucket,
    CellQuery,
    Doc,
    FacetQuery,
    Head,
    Order,
    Outline,
    Page,
    Purged,
    Question,
    RecordQuery,
    StateDoc,
    StoreStats,
)
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.revising import revised, stands, taken_back
from monitor.store.rules import (
    SMALL,
    CellKey,
    FacetKey,
    cells_of,
    day_number,
    facets_of,
    matches,
    micros,
    outline,
    outlined_kinds,
    question,
    questioned,
    ranked,
    score,
    supersedes,
    wanted_kinds,
)


class MemoryStore:
    """Keeps the contract within one process."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._records: dict[str, AnyRecord] = {}
        self._gone: dict[str, int] = {}
        self._cells: Counter[CellKey] = Counter()
        self._facets: Counter[FacetKey] = Counter()
        self._states: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, records: Sequence[AnyRecord]) -> Added:
        new, duplicate = [], []
        with self._lock:
            for record in shapes.checked(records):
                if record.id in self._records or record.id in self._gone:
                    duplicate.append(record.id)
                    continue
                # Through the codec, so that what is unfit for a file is refused here too.
                self._records[record.id] = codec.loads(codec.dumps(record))
                self._cells.update(cells_of(record))
                self._facets.update(facets_of(record))
                new.append(record.id)
        return Added(tuple(new), tuple(duplicate))

    def get_record(self, id: str) -> AnyRecord | None:
        return self._records.get(id)

    def find(self, query: RecordQuery) -> Page:
        newest, by_score = query.order is not Order.OLDEST, ranked(query)
        found = [(score(r, query.text) if by_score else 0, *_place(r), r) for r in self._selected(query)]
        found.sort(key=lambda row: row[:3], reverse=newest)
        last = place_of(query)
        if last is not None:
            end = (last.score, last.at, last.id)
            found = [row for row in found if (row[:3] < end if newest else row[:3] > end)]
        page = found[: query.limit]
        cursor = ""
        if len(found) > len(page):
            points, at, id, _ = page[-1]
            cursor = cursor_after(query, Place(at, id, points))
        return Page(tuple(row[3] for row in page), cursor)

    def outlines(self, query: RecordQuery) -> Sequence[Outline]:
        kinds = outlined_kinds(query)
        chosen = [r for r in self._selected(query) if isinstance(r, Article) and r.kind in kinds]
        return [outline(r) for r in sorted(chosen, key=_place)]

    def questions(self, query: RecordQuery, reply_chars: int = 0) -> Sequence[Question]:
        chosen = [r for r in self._selected(questioned(query)) if isinstance(r, BoardMessage)]
        return [question(r, reply_chars) for r in sorted(chosen, key=_place)]

    def count(self, query: RecordQuery) -> Count:
        n = sum(1 for _ in self._selected(query))
        return shapes.guarded(wanted_kinds(query), n)

    def record_reply(self, id: str, reply: Reply) -> bool:
        with self._lock:
            record = self._records.get(id)
            if not isinstance(record, BoardMessage) or not stands(record) or not supersedes(reply, record.reply):
                return False
            self._records[id] = replace(record, reply=reply)
            return True

    def revise(self, id: str, change: Change) -> bool:
        with self._lock:
            record = self._records.get(id)
            after = None if record is None else revised(record, change)
            if after is None:
                return False
            self._records[id] = codec.loads(codec.dumps(after))
            return True

    def withdraw(self, id: str, at: datetime, *, uncount: bool) -> bool:
        with self._lock:
            record = self._records.get(id)
            if record is None or not stands(record):
                return False
            if not isinstance(record, Post):
                self._records[id] = codec.loads(codec.dumps(taken_back(record, at)))
                return True
            del self._records[id]
            self._gone[id] = micros(record.published)
            if uncount:
                # Only what is above nothing stays: a cell that a purge dropped before does not fall below it.
                self._cells -= Counter(cells_of(record))
                self._facets -= Counter(facets_of(record))
            return True

    def purge(self, kind: Kind, before: datetime) -> Purged:
        edge = micros(before)
        with self._lock:
            gone = [r.id for r in self._records.values() if r.kind is kind and micros(r.published) < edge]
            for id in gone:
                del self._records[id]
            small: list[FacetKey] = []
            if kind is Kind.POST:
                self._gone = {id: at for id, at in self._gone.items() if at >= edge}
                day = day_number(before)
                small = [k for k, n in self._facets.items() if k[1] == kind.value and k[0] < day and n < SMALL]
            for key in small:
                del self._facets[key]
        return Purged(count_of(kind, len(gone)), count_of(kind, len(small)))

    def cells(self, query: CellQuery) -> Sequence[Cell]:
        with self._lock:
            chosen = memory_cells.cells(self._cells, query)
        return shapes.cells(chosen, daily=query.bucket is Bucket.DAY)

    def facets(self, query: FacetQuery) -> Sequence[FacetCell]:
        with self._lock:
            chosen = memory_cells.facets(self._facets, query)
        return shapes.facets(chosen)

    def get(self, kind: str, id: str) -> StateDoc | None:
        held = self._states.get((kind, id))
        return None if held is None else StateDoc(id, held[0], codec.loads_object(held[1]))

    def create(self, kind: str, id: str, doc: Doc) -> int:
        text = codec.dumps_object(doc)
        with self._lock:
            if (kind, id) in self._states:
                raise StoreConflict(f"状态“{kind}”已有同名文档", "读取现有文档后再更新")
            self._states[(kind, id)] = (1, text)
        return 1

    def append(self, kind: str, docs: Sequence[tuple[str, Doc]], head: Head, *, durable: bool = True) -> int:
        texts = [(id, codec.dumps_object(doc)) for id, doc in docs]
        with self._lock:
            for made, (id, text) in enumerate(texts):
                if (kind, id) in self._states:
                    return made
                self._states[(kind, id)] = (1, text)
            held = self._states.get((head.kind, head.id), (0, ""))
            if held[0] == head.version:
                self._states[(head.kind, head.id)] = (head.version + 1, codec.dumps_object(head.doc))
        return len(docs)

    def replace(self, kind: str, id: str, doc: Doc, version: int) -> int:
        text = codec.dumps_object(doc)
        with self._lock:
            held = self._states.get((kind, id))
            if held is None or held[0] != version:
                raise StoreConflict(f"状态“{kind}”的文档已被他人更新", "重新读取后再更新")
            self._states[(kind, id)] = (version + 1, text)
        return version + 1

    def list_states(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000, backwards: bool = False
    ) -> Sequence[StateDoc]:
        with self._lock:
            ids = sorted(id for k, id in self._states if k == kind and id.startswith(prefix))
            if after:
                ids = [id for id in ids if id < after] if backwards else ids[bisect_right(ids, after) :]
            if backwards:
                ids.reverse()
            held = [(id, *self._states[(kind, id)]) for id in ids[: max(limit, 0)]]
        return [StateDoc(id, version, codec.loads_object(text)) for id, version, text in held]

    def prune_states(self, kind: str, before: str) -> int:
        with self._lock:
            gone = [key for key in self._states if key[0] == kind and key[1] < before]
            for key in gone:
                del self._states[key]
        return len(gone)

    def init(self) -> None:
        """Nothing to create."""

    def ping(self) -> None:
        """Always there."""

    def stats(self) -> StoreStats:
        with self._lock:
            by_kind = Counter(record.kind for record in self._records.values() if stands(record))
            withdrawn = Counter(record.kind for record in self._records.values() if not stands(record))
            states = Counter(kind for kind, _ in self._states)
        records = {kind: count_of(kind, by_kind[kind]) for kind in Kind if by_kind[kind]}
        return StoreStats(
            engine="memory", schema=1, records=records, states=dict(sorted(states.items())),
            withdrawn={kind: withdrawn[kind] for kind in Kind if withdrawn[kind]},
        )  # fmt: skip

    def close(self) -> None:
        """Nothing to release; what it kept stays readable until the object goes."""

    # What a copy to another engine needs beyond the contract (copying.Copyable).

    def all_cells(self) -> Iterator[tuple[CellKey, int]]:
        return iter(sorted(self._cells.items()))

    def all_facets(self) -> Iterator[tuple[FacetKey, int]]:
        return iter(sorted(self._facets.items()))

    def put_cells(self, cells: Iterable[tuple[CellKey, int]]) -> None:
        with self._lock:
            self._cells = Counter(dict(cells))

    def put_facets(self, facets: Iterable[tuple[FacetKey, int]]) -> None:
        with self._lock:
            self._facets = Counter(dict(facets))

    def all_gone(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self._gone.items()))

    def put_gone(self, gone: Iterable[tuple[str, int]]) -> None:
        with self._lock:
            self._gone = {**dict(gone), **self._gone}

    def put_state(self, kind: str, state: StateDoc) -> None:
        with self._lock:
            self._states[(kind, state.id)] = (state.version, codec.dumps_object(state.doc))

    def _selected(self, query: RecordQuery) -> Iterator[AnyRecord]:
        kinds = wanted_kinds(query)
        with self._lock:
            records = list(self._records.values())
        return (record for record in records if record.kind in kinds and matches(record, query))


def _place(record: AnyRecord) -> tuple[int, str]:
    return micros(record.published), record.id
