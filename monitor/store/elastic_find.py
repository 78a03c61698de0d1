"""Record queries in Elasticsearch.

Pages are followed with ``search_after`` on (score, published, id), which never changes for a record, so a cursor needs
no point in time on the server: it costs nothing to keep and does not run out while a reader thinks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.store import elastic_docs, grams
from monitor.store.contract import Order, Outline, Page, Question, RecordQuery
from monitor.store.elastic_client import Cluster, Json
from monitor.store.elastic_mappings import Names
from monitor.store.paging import Place, cursor_after, place_of
from monitor.store.rules import MAX_LIMIT, TITLE_SCORE, micros, outlined_kinds, questioned, ranked, wanted_kinds


def find(cluster: Cluster, names: Names, query: RecordQuery) -> Page:
    place, by_score = place_of(query), ranked(query)
    body: Json = {
        "query": _scored(query) if by_score else selection(query),
        "sort": [*([{"_score": "desc"}] if by_score else []), *_sort("asc" if query.order is Order.OLDEST else "desc")],
        "size": query.limit + 1,
        "track_total_hits": False,
    }
    if place is not None:
        body["search_after"] = [*([place.score] if by_score else []), place.at, place.id]
    cluster.refresh(names.records)
    hits = cluster.search(names.records, body)["hits"]["hits"]
    page = hits[: query.limit]
    cursor = ""
    if len(hits) > query.limit:
        *points, at, id = page[-1]["sort"]
        cursor = cursor_after(query, Place(at, id, int(points[0]) if points else 0))
    return Page(tuple(elastic_docs.record_of(hit["_source"]) for hit in page), cursor)


def outlines(cluster: Cluster, names: Names, query: RecordQuery) -> list[Outline]:
    """Articles without their texts: only the wanted fields leave the server."""
    wanted = selection(replace(query, kinds=outlined_kinds(query)))
    cluster.refresh(names.records)
    found = cluster.hits(names.records, wanted, _sort("asc"), size=MAX_LIMIT, fields=elastic_docs.OUTLINE)
    return [elastic_docs.outline_of(hit["_source"]) for portion in found for hit in portion]


def questions(cluster: Cluster, names: Names, query: RecordQuery, reply_chars: int) -> list[Question]:
    """Board messages without their texts: only the wanted fields leave the server."""
    wanted = selection(questioned(query))
    fields = elastic_docs.QUESTION if reply_chars > 0 else elastic_docs.QUESTION[:-1]
    cluster.refresh(names.records)
    found = cluster.hits(names.records, wanted, _sort("asc"), size=MAX_LIMIT, fields=fields)
    return [elastic_docs.question_of(hit["_source"], reply_chars) for portion in found for hit in portion]


def count(cluster: Cluster, names: Names, query: RecordQuery) -> int:
    cluster.refresh(names.records)
    body = {"size": 0, "track_total_hits": True, "query": selection(query)}
    return int(cluster.search(names.records, body)["hits"]["total"]["value"])


def selection(query: RecordQuery) -> Json:
    """The query as filters. Every record has a kind and a void has none, so voids are never met; neither are the
    stones of posts, which are withdrawn, and no post is asked for among what is withdrawn."""
    filters: list[Json] = [{"terms": {"kind": [kind.value for kind in wanted_kinds(query)]}}]
    gone = {"exists": {"field": "withdrawn"}}
    filters.append(gone if query.withdrawn else {"bool": {"must_not": gone}})
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
        ("original", query.reprints_of),
    )
    filters += [{"terms": {field: list(values)}} for field, values in wanted if values]
    if query.answered is not None:
        filters.append({"term": {"answered": query.answered}})
    if query.text.strip():
        filters.append(_text(query.text.strip()))
    return {"bool": {"filter": filters}}


def _scored(query: RecordQuery) -> Json:
    """The selection with the score of ``rules.score``: sums of small whole numbers, which floats keep exactly."""
    found = selection(query)
    title = _text(query.text.strip(), titled=True)
    found["bool"]["should"] = [
        {"constant_score": {"filter": title, "boost": TITLE_SCORE}},
        {"constant_score": {"filter": {"term": {"reprint": False}}, "boost": 1}},
    ]
    return found


def _text(text: str, *, titled: bool = False) -> Json:
    words = grams.phrase(text)
    if not words:
        (begin,) = grams.in_title([grams.prefix(text)]) if titled else [grams.prefix(text)]
        return {"prefix": {"tokens": {"value": begin}}}
    return {"match_phrase": {"tokens": {"query": " ".join(grams.in_title(words) if titled else words)}}}


def _sort(way: str) -> list[Json]:
    return [{"at": {"order": way, "unmapped_type": "long"}}, {"id": {"order": way, "unmapped_type": "keyword"}}]
