"""The store in an Elasticsearch cluster: the distributed keeping, for many hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from monitor.errors import StoreCorrupt
from monitor.model import AnyRecord, Cell, Change, Count, Facet, FacetCell, Kind, Reply, count_of
from monitor.store import (
    elastic_add,
    elastic_cells,
    elastic_docs,
    elastic_find,
    elastic_purge,
    elastic_revise,
    elastic_state,
    shapes,
)
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
from monitor.store.elastic_client import Access, Cluster, Json, Missing
from monitor.store.elastic_mappings import CLAIMS, LATER, SCHEMA, SETTINGS, STATES, Names
from monitor.store.rules import CellKey, FacetKey, day_number, moment_of, wanted_kinds

_GONE: Json = {"exists": {"field": "withdrawn"}}


class ElasticStore:
    """Keeps the contract in the indices of ``prefix``. Opening it asks nothing of the cluster."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "yuqing",
        user: str = "",
        password: str = "",
        api_key: str = "",
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._cluster = Cluster(Access(url, user, password, api_key, ca_file, timeout_s))
        self._names = Names(prefix)
        self._lock = Lock()
        self._ready = False

    def add(self, records: Sequence[AnyRecord]) -> Added:
        unique = {record.id: record for record in reversed(shapes.checked(records))}
        if not unique:
            return Added()
        self._ensure()
        new = elastic_add.add(self._cluster, self._names, list(unique.values()))
        return shapes.added(records, new)

    def get_record(self, id: str) -> AnyRecord | None:
        self._ensure()
        found = elastic_revise.locate(self._cluster, self._names, id)
        return None if found is None else elastic_docs.record_of(found[1].source)

    def find(self, query: RecordQuery) -> Page:
        self._ensure()
        return elastic_find.find(self._cluster, self._names, query)

    def outlines(self, query: RecordQuery) -> Sequence[Outline]:
        self._ensure()
        return elastic_find.outlines(self._cluster, self._names, query)

    def questions(self, query: RecordQuery, reply_chars: int = 0) -> Sequence[Question]:
        self._ensure()
        return elastic_find.questions(self._cluster, self._names, query, reply_chars)

    def count(self, query: RecordQuery) -> Count:
        self._ensure()
        n = elastic_find.count(self._cluster, self._names, query)
        return shapes.guarded(wanted_kinds(query), n)

    def record_reply(self, id: str, reply: Reply) -> bool:
        self._ensure()
        return elastic_revise.reply(self._cluster, self._names, id, reply)

    def revise(self, id: str, change: Change) -> bool:
        self._ensure()
        return elastic_revise.revise(self._cluster, self._names, id, change)

    def withdraw(self, id: str, at: datetime, *, uncount: bool) -> bool:
        self._ensure()
        return elastic_revise.withdraw(self._cluster, self._names, id, at, uncount)

    def purge(self, kind: Kind, before: datetime) -> Purged:
        self._ensure()
        records, small = elastic_purge.purge(self._cluster, self._names, kind, before)
        return Purged(count_of(kind, records), count_of(kind, small))

    def cells(self, query: CellQuery) -> Sequence[Cell]:
        self._ensure()
        rows = elastic_cells.cells(self._cluster, self._names, query)
        return shapes.cells(rows, daily=query.bucket is Bucket.DAY)

    def facets(self, query: FacetQuery) -> Sequence[FacetCell]:
        self._ensure()
        return shapes.facets(elastic_cells.facets(self._cluster, self._names, query))

    def get(self, kind: str, id: str) -> StateDoc | None:
        self._ensure()
        return elastic_state.get(self._cluster, self._names, kind, id)

    def create(self, kind: str, id: str, doc: Doc) -> int:
        self._ensure()
        return elastic_state.create(self._cluster, self._names, kind, id, doc)

    def append(self, kind: str, docs: Sequence[tuple[str, Doc]], head: Head, *, durable: bool = True) -> int:
        self._ensure()
        return elastic_state.append(self._cluster, self._names, kind, docs, head)

    def replace(self, kind: str, id: str, doc: Doc, version: int) -> int:
        self._ensure()
        return elastic_state.replace(self._cluster, self._names, kind, id, doc, version)

    def list_states(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000, backwards: bool = False
    ) -> Sequence[StateDoc]:
        self._ensure()
        return elastic_state.listed(self._cluster, self._names, kind, prefix, after, limit, backwards)

    def prune_states(self, kind: str, before: str) -> int:
        self._ensure()
        return elastic_state.prune(self._cluster, self._names, kind, before)

    def init(self) -> None:
        cluster, names = self._cluster, self._names
        cluster.call("PUT", f"/_index_template/{names.prefix}.records", names.template())
        cluster.call("PUT", f"/_index_template/{names.prefix}.workshop", names.workshop())
        with suppress(Missing):
            cluster.call("PUT", f"/{names.records}/_mapping", LATER)
        for index, mappings in ((names.claims, CLAIMS), (names.states, STATES)):
            self._make(index, mappings)
        with self._lock:
            self._ready = True

    def ping(self) -> None:
        self._ensure()
        # A document that no query meets, written again and again: it fails where a record would.
        self._cluster.call("PUT", f"/{self._names.states}/_doc/ping", {"version": 0})

    def stats(self) -> StoreStats:
        self._ensure()
        cluster, names = self._cluster, self._names
        cluster.refresh(names.records)
        by_kind, taken = self._by_kind({"must_not": _GONE}), self._by_kind({"filter": _GONE})
        sizes = cluster.call("GET", f"/{names.prefix}.*/_stats/store")
        return StoreStats(
            engine="elastic",
            schema=SCHEMA,
            records={kind: count_of(kind, by_kind[kind]) for kind in Kind if kind in by_kind},
            states=elastic_state.kinds(cluster, names),
            size_bytes=sizes["_all"]["total"].get("store", {}).get("size_in_bytes", 0),
            withdrawn={kind: taken[kind] for kind in Kind if kind in taken and kind is not Kind.POST},
        )

    def _by_kind(self, condition: Json) -> dict[str, int]:
        kinds = [{"kind": {"terms": {"field": "kind"}}}]
        return {key["kind"]: n for key, n in self._cluster.buckets(self._names.records, {"bool": condition}, kinds)}

    def close(self) -> None:
        self._cluster.close()

    # What a copy to another engine needs beyond the contract (copying.Copyable).

    def all_cells(self) -> Iterator[tuple[CellKey, int]]:
        self._ensure()
        self._cluster.refresh(self._names.counted)
        return elastic_cells.cells_over(self._cluster, self._names.counted, [])

    def all_facets(self) -> Iterator[tuple[FacetKey, int]]:
        self._ensure()
        self._cluster.refresh(self._names.counted)
        for facet in Facet:
            yield from elastic_cells.facets_over(self._cluster, self._names.counted, [], facet)

    def put_cells(self, cells: Iterable[tuple[CellKey, int]]) -> None:
        rest = elastic_cells.missing_from(cells, self.all_cells())
        self._put({key: (key[1], day_number(moment_of(key[0])), elastic_docs.cell(key, n)) for key, n in rest.items()})

    def put_facets(self, facets: Iterable[tuple[FacetKey, int]]) -> None:
        rest = elastic_cells.missing_from(facets, self.all_facets())
        self._put({key: (key[1], key[0], elastic_docs.facet(key, n)) for key, n in rest.items()})

    def all_gone(self) -> Iterator[tuple[str, int]]:
        self._ensure()
        return elastic_revise.stones(self._cluster, self._names)

    def put_gone(self, gone: Iterable[tuple[str, int]]) -> None:
        self._ensure()
        elastic_revise.put_stones(self._cluster, self._names, gone)

    def put_state(self, kind: str, state: StateDoc) -> None:
        self._ensure()
        elastic_state.put(self._cluster, self._names, kind, state)

    def _put(self, rest: dict[Any, tuple[str, int, Json]]) -> None:
        """Cells without records, as a purge would have left them."""
        months: dict[tuple[str, str], list[Json]] = defaultdict(list)
        for kind, day, document in rest.values():
            months[(kind, f"{datetime.fromordinal(day):%Y.%m}")].append(document)
        for (kind, month), documents in months.items():
            index = self._names.rolled(Kind(kind), month)
            elastic_purge.make(self._cluster, index)
            elastic_purge.write(self._cluster, index, documents)
            actions = [{"add": {"index": index, "alias": self._names.cells}}]
            self._cluster.call("POST", "/_aliases", {"actions": actions})

    def _make(self, index: str, mappings: Json) -> None:
        try:
            found = self._cluster.call("GET", f"/{index}/_mapping")
        except Missing:
            try:
                self._cluster.call("PUT", f"/{index}", {"settings": SETTINGS, "mappings": mappings})
            except StoreCorrupt:
                # Another process made it in between; if not, the look below says so.
                found = self._cluster.call("GET", f"/{index}/_mapping")
            else:
                return
        schema = next(iter(found.values()))["mappings"].get("_meta", {}).get("schema")
        if schema != SCHEMA:
            raise StoreCorrupt(
                f"索引 {index} 的结构版本是 {schema}，本程序需要 {SCHEMA}", "换一个 store.prefix，或用写入它的程序版本"
            )

    def _ensure(self) -> None:
        if not self._ready:
            self.init()
