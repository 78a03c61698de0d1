"""The service's own documents in Elasticsearch: compare-and-set by sequence number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress

from monitor.errors import StoreConflict
from monitor.store import codec
from monitor.store.contract import Doc, Head, StateDoc
from monitor.store.elastic_client import Clash, Cluster, Json, rejected
from monitor.store.elastic_mappings import Names

_PORTION = 1000
_GONE = (200, 404)


def get(cluster: Cluster, names: Names, kind: str, id: str) -> StateDoc | None:
    found = cluster.get(names.states, key(kind, id))
    return None if found is None else _state(found.source)


def create(cluster: Cluster, names: Names, kind: str, id: str, doc: Doc) -> int:
    try:
        cluster.call("PUT", f"/{names.states}/_create/{key(kind, id)}", _document(kind, StateDoc(id, 1, doc)))
    except Clash:
        raise StoreConflict(f"状态“{kind}”已有同名文档", "读取现有文档后再更新") from None
    return 1


def append(cluster: Cluster, names: Names, kind: str, docs: Sequence[tuple[str, Doc]], head: Head) -> int:
    # One after the other: in one bulk request a later document could be made although an earlier one is present.
    for made, (id, doc) in enumerate(docs):
        try:
            create(cluster, names, kind, id, doc)
        except StoreConflict:
            return made
    with suppress(StoreConflict):  # somebody has moved it on
        if head.version:
            replace(cluster, names, head.kind, head.id, head.doc, head.version)
        else:
            create(cluster, names, head.kind, head.id, head.doc)
    return len(docs)


def replace(cluster: Cluster, names: Names, kind: str, id: str, doc: Doc, version: int) -> int:
    document = _document(kind, StateDoc(id, version + 1, doc))
    found = cluster.get(names.states, key(kind, id))
    try:
        if found is None or found.source["version"] != version:
            raise Clash("")
        cluster.call(
            "PUT",
            f"/{names.states}/_doc/{key(kind, id)}",
            document,
            if_seq_no=found.seq_no,
            if_primary_term=found.primary_term,
        )
    except Clash:
        raise StoreConflict(f"状态“{kind}”的文档已被他人更新", "重新读取后再更新") from None
    return version + 1


def put(cluster: Cluster, names: Names, kind: str, state: StateDoc) -> None:
    """Writes a document with its version, whatever was there."""
    cluster.call("PUT", f"/{names.states}/_doc/{key(kind, state.id)}", _document(kind, state))


def listed(
    cluster: Cluster, names: Names, kind: str, prefix: str, after: str, limit: int, backwards: bool
) -> list[StateDoc]:
    filters: list[Json] = [{"term": {"kind": kind}}]
    if prefix:
        filters.append({"prefix": {"id": {"value": prefix}}})
    if after:
        filters.append({"range": {"id": {"lt" if backwards else "gt": after}}})
    if limit <= 0:
        return []
    states: list[StateDoc] = []
    for hits in _hits(cluster, names, filters, backwards, min(limit, _PORTION)):
        states += [_state(hit["_source"]) for hit in hits]
        if len(states) >= limit:
            break
    return states[:limit]


def prune(cluster: Cluster, names: Names, kind: str, before: str) -> int:
    gone = 0
    for hits in _hits(cluster, names, [{"term": {"kind": kind}}, {"range": {"id": {"lt": before}}}], False, _PORTION):
        items = cluster.bulk(({"delete": {"_index": names.states, "_id": hit["_id"]}}, None) for hit in hits)
        for item in items:
            if item.status not in _GONE:
                raise rejected(item)
        gone += sum(item.status == 200 for item in items)
    return gone


def kinds(cluster: Cluster, names: Names) -> dict[str, int]:
    cluster.refresh(names.states)
    return {
        key["kind"]: n
        for key, n in cluster.buckets(names.states, {"match_all": {}}, [{"kind": {"terms": {"field": "kind"}}}])
    }


def key(kind: str, id: str) -> str:
    """Any kind and id, of any length, as the id of a document."""
    return hashlib.sha256(f"{kind}\0{id}".encode()).hexdigest()


def _hits(cluster: Cluster, names: Names, filters: list[Json], backwards: bool, size: int) -> Iterator[list[Json]]:
    cluster.refresh(names.states)
    sort = [{"id": {"order": "desc" if backwards else "asc"}}]
    return cluster.hits(names.states, {"bool": {"filter": filters}}, sort, size)


def _document(kind: str, state: StateDoc) -> Json:
    return {"kind": kind, "id": state.id, "version": state.version, "doc": codec.dumps_object(state.doc)}


def _state(source: Json) -> StateDoc:
    return StateDoc(source["id"], source["version"], codec.loads_object(source["doc"]))
