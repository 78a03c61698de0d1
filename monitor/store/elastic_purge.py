"""Purging from Elasticsearch: whole indices go, their cells stay, and no moment shows half of it.

For every month of a kind that has something to purge, the cells of what goes and the cells rolled up before are
added up into a fresh index outside every alias; of an index that must be cut in two, the part that stays is copied
into another. Then one ``_aliases`` request puts the fresh ones in and removes the old ones: the server does all of it
or nothing. Killed before it, the fresh indices are litter that no read sees and the next purge sweeps up; killed after
it, all is done but the claims, which the next purge finds by their time.

Indices under purge are closed to writing first (a block that waits for writes under way), so nothing can be added
between the count and the switch; an ``add`` that meets the block waits and tries again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.errors import StoreUnavailable
from monitor.model import Facet, Kind
from monitor.store import elastic_cells, elastic_docs
from monitor.store.elastic_client import Cluster, Json, rejected
from monitor.store.elastic_mappings import RECORDS, SETTINGS, Names
from monitor.store.rules import SMALL, day_number, micros

_LITTER_MS = 600_000
_PORTION = 2000


def purge(cluster: Cluster, names: Names, kind: Kind, before: datetime) -> tuple[int, int]:
    """Removes the records of a kind before a moment: how many, and how many small facet cells (posts only)."""
    edge, day = micros(before), day_number(before)
    _sweep(cluster, names)
    records = small = 0
    for month, indices in sorted(_due(cluster, names, kind, edge, day).items()):
        gone, few = _purge_month(cluster, names, kind, month, indices, edge, day)
        records += gone
        small += few
    _forget_claims(cluster, names, kind, edge)
    _renew(cluster, names)
    return records, small


def _purge_month(
    cluster: Cluster, names: Names, kind: Kind, month: str, indices: dict[str, str], edge: int, day: int
) -> tuple[int, int]:
    _close(cluster, indices)
    old = _rolled(cluster, names, kind, month)
    fresh = names.rolled(kind, month)
    make(cluster, fresh)
    gone, small = _roll(cluster, [*indices, *old], fresh, kind, edge, day)
    actions: list[Json] = [{"add": {"index": fresh, "alias": names.cells}}]
    for index, bucket in indices.items():
        actions += _put_in(names, _keep_rest(cluster, names, index, bucket, edge), bucket)
    actions += [{"remove_index": {"index": index}} for index in [*indices, *old]]
    cluster.call("POST", "/_aliases", {"actions": actions})
    return gone, small


def _renew(cluster: Cluster, names: Names) -> None:
    """Copies every index that may hold a text which was revised or withdrawn, and removes it: a document that was
    written over lies in its old segments until the server merges them, which it may never do."""
    rewritten: Json = {"bool": {"filter": [{"term": {"rewritten": True}}]}}
    cluster.refresh(names.records)
    for index in list(_terms(cluster.search(names.records, _by_index(rewritten)))):
        bucket = _bucket_of(names, index)
        _close(cluster, [index])
        actions = _put_in(names, _keep_rest(cluster, names, index, bucket, None), bucket)
        actions.append({"remove_index": {"index": index}})
        cluster.call("POST", "/_aliases", {"actions": actions})


def _close(cluster: Cluster, indices: Iterable[str]) -> None:
    for index in indices:
        cluster.call("PUT", f"/{index}/_block/write")
        cluster.refresh(index)


def _put_in(names: Names, rest: str, bucket: str) -> list[Json]:
    """What puts the rest of an index in its place; nothing if there is none."""
    return [{"add": {"index": rest, "alias": alias}} for alias in (names.records, bucket) if rest]


def _due(cluster: Cluster, names: Names, kind: Kind, edge: int, day: int) -> dict[str, dict[str, str]]:
    """Indices with records before the edge (index -> bucket) by month; a month may only have small facets to drop."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    cluster.refresh(names.counted)
    expired: Json = {"bool": {"filter": [{"term": {"kind": kind.value}}, {"range": {"at": {"lt": edge}}}]}}
    for bucket in _terms(cluster.search(names.records, _by_index(expired))):
        name = _bucket_of(names, bucket)
        found[name.rsplit("-", 1)[1][:7]][bucket] = name
    if kind is Kind.POST:
        filters = [{"exists": {"field": "facet"}}, {"range": {"day": {"lt": day}}}, {"range": {"n": {"lt": SMALL}}}]
        small: Json = {"bool": {"filter": [{"term": {"kind": kind.value}}, *filters]}}
        for index in _terms(cluster.search(names.cells, _by_index(small))):
            found.setdefault(_month_of(names, index), {})
    return found


def _roll(cluster: Cluster, indices: list[str], fresh: str, kind: Kind, edge: int, day: int) -> tuple[int, int]:
    """Adds up the cells of the records before the edge and of cells rolled up before, into ``fresh``."""
    if not indices:
        return 0, 0
    # Cells have no time of their own; records after the edge stay where they are.
    filters: list[Json] = [
        {"term": {"kind": kind.value}},
        {"bool": {"should": [{"range": {"at": {"lt": edge}}}, {"bool": {"must_not": {"exists": {"field": "at"}}}}]}},
    ]
    over, small = ",".join(indices), 0
    records = cluster.search(over, {"size": 0, "track_total_hits": True, "query": _expired(edge)})["hits"]["total"][
        "value"
    ]
    write(cluster, fresh, (elastic_docs.cell(key, n) for key, n in elastic_cells.cells_over(cluster, over, filters)))
    for facet in Facet:
        stay = []
        for key, n in elastic_cells.facets_over(cluster, over, filters, facet):
            if kind is Kind.POST and key[0] < day and n < SMALL:
                small += 1
            else:
                stay.append(elastic_docs.facet(key, n))
        write(cluster, fresh, stay)
    cluster.refresh(fresh)
    return int(records), small


def _expired(edge: int) -> Json:
    """Records before the edge; the stones of withdrawn posts are none."""
    stone: Json = {"bool": {"filter": [{"term": {"withdrawn": elastic_docs.GONE}}]}}
    return {"bool": {"filter": [{"range": {"at": {"lt": edge}}}], "must_not": [stone]}}


def _keep_rest(cluster: Cluster, names: Names, index: str, bucket: str, edge: int | None) -> str:
    """Copies what an index holds from the edge on (None: all) into a fresh one; its name, or "" if there is nothing."""
    span = [] if edge is None else [{"range": {"at": {"gte": edge}}}]
    query = {"bool": {"filter": [{"exists": {"field": "kind"}}, *span]}}
    fresh = ""
    for hits in cluster.hits(index, query, [{"at": "asc"}, {"id": "asc"}], _PORTION):
        if not fresh:
            fresh = names.kept(bucket)
            make(cluster, fresh)
        documents = [elastic_docs.again(hit["_source"]) for hit in hits]
        items = cluster.bulk(({"index": {"_index": fresh, "_id": d["id"]}}, d) for d in documents)
        for item in items:
            if item.status >= 300:
                raise rejected(item)
    if fresh:
        cluster.refresh(fresh)
    return fresh


def make(cluster: Cluster, index: str) -> None:
    """An index outside every alias, for a purge or a copy to fill."""
    cluster.call("PUT", f"/{index}", {"settings": SETTINGS, "mappings": RECORDS})


def write(cluster: Cluster, index: str, documents: Iterable[Json]) -> None:
    for item in cluster.bulk(({"index": {"_index": index}}, document) for document in documents):
        if item.status >= 300:
            raise rejected(item)


def _rolled(cluster: Cluster, names: Names, kind: Kind, month: str) -> list[str]:
    """The indices that hold the rolled-up cells of a month of a kind now."""
    found = cluster.call("GET", f"/{names.prefix}.cells.{kind.value}-{month}-*/_alias")
    return sorted(index for index, state in found.items() if names.cells in state["aliases"])


def _sweep(cluster: Cluster, names: Names) -> None:
    """Removes what purges that were killed left behind: indices in no alias, older than any purge may take."""
    found = cluster.call("GET", f"/{names.prefix}.kept.*,{names.prefix}.cells.*", features="aliases,settings")
    now = time.time() * 1000
    for index, state in found.items():
        if not state["aliases"] and now - int(state["settings"]["index"]["creation_date"]) > _LITTER_MS:
            cluster.call("DELETE", f"/{index}", ignore_unavailable="true")


def _forget_claims(cluster: Cluster, names: Names, kind: Kind, edge: int) -> None:
    """The places of records that are gone are forgotten too."""
    cluster.refresh(names.claims)
    query = {"bool": {"filter": [{"term": {"kind": kind.value}}, {"range": {"at": {"lt": edge}}}]}}
    while True:
        body = {"size": _PORTION, "_source": False, "track_total_hits": False, "query": query}
        hits = cluster.search(names.claims, body)["hits"]["hits"]
        items = cluster.bulk(({"delete": {"_index": names.claims, "_id": hit["_id"]}}, None) for hit in hits)
        if any(item.status not in (200, 404) for item in items):
            raise StoreUnavailable("清理未完成", "再运行一次 yuqing prune")
        if len(hits) < _PORTION:
            return
        cluster.refresh(names.claims)


def _by_index(query: Json) -> Json:
    return {"size": 0, "query": query, "aggs": {"indices": {"terms": {"field": "_index", "size": 10_000}}}}


def _terms(answer: Json) -> Iterator[str]:
    for bucket in answer.get("aggregations", {}).get("indices", {}).get("buckets", []):
        yield bucket["key"]


def _bucket_of(names: Names, index: str) -> str:
    """The bucket that an index serves: its name, or for the rest of a cut index the one it is named after."""
    if index.startswith(f"{names.prefix}.kept."):
        return f"{names.prefix}." + index.removeprefix(f"{names.prefix}.kept.").rsplit("-", 1)[0]
    return index


def _month_of(names: Names, index: str) -> str:
    return index.rsplit("-", 2)[1]
