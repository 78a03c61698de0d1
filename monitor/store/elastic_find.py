"""Record queries in Elasticsearch.

Pages are followed with ``search_after`` on (published, id), which never changes for a record, so a cursor needs no
point in time on the server: it costs nothing to keep and does not run out while a reader thinks.
"""

from __future__ import annotations

from typing import Any

from monitor.store import elastic_docs, grams
from monitor.store.contract import Order, Page, RecordQuery
from monitor.store.elastic_client import Cluster, Json
from monitor.store.elastic_mappings import Names
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.rules import micros, wanted_kinds


def find(cluster: Cluster, names: Names, query: RecordQuery) -> Page:
    place, way = place_of(query), "desc" if query.order is Order.NEWEST else "asc"
    body: Json = {
        "query": selection(query),
        "sort": [{"at": {"order": way, "unmapped_type": "long"}}, {"id": {"order": way, "unmapped_type": "keyword"}}],
        "size": query.limit + 1,
        "track_total_hits": False,
    }
    if place is not None:
        body["search_after"] = [place.at, place.id]
    cluster.refresh(names.records)
    hits = cluster.search(names.records, body)["hits"]["hits"]
    page = hits[: query.limit]
    cursor = cursor_after(query, Place(*page[-1]["sort"])) if len(hits) > query.limit else ""
    return Page(tuple(elastic_docs.record_of(hit["_source"]) for hit in page), cursor)


def count(cluster: Cluster, names: Names, query: RecordQuery) -> int:
    cluster.refresh(names.records)
    body = {"size": 0, "track_total_hits": True, "query": selection(query)}
    return int(cluster.search(names.records, body)["hits"]["total"]["value"])


def selection(query: RecordQuery) -> Json:
    """The query as filters. Every record has a kind and a void has none, so voids are never met."""
    filters: list[Json] = [{"terms": {"kind": [kind.value for kind in wanted_kinds(query)]}}]
    span = {}
    if query.since is not None:
        span["gte"] = micros(query.since)
    if query.until is not None:
        span["lt"] = micros(query.until)
    if span:
        filters.append({"range": {"at": span}})
    wanted: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("source", query.sources),
        ("labels.topics", query.topics),
        ("polarity", tuple(map(int, query.polarities))),
        ("labels.event", query.events),
    )
    filters += [{"terms": {field: list(values)}} for field, values in wanted if values]
    if query.answered is not None:
        filters.append({"term": {"answered": query.answered}})
    if query.text.strip():
        filters.append(_text(query.text.strip()))
    return {"bool": {"filter": filters}}


def _text(text: str) -> Json:
    words = grams.phrase(text)
    if not words:
        return {"prefix": {"tokens": {"value": grams.prefix(text)}}}
    return {"match_phrase": {"tokens": {"query": " ".join(words)}}}
