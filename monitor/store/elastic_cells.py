"""Cells in Elasticsearch: counted over the records that are there and the cells of those that a purge removed.

A rolled-up cell is a document with ``_doc_count`` n, so one aggregation adds both up, over one state of the indices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.model import ALL_TOPICS, Facet
from monitor.store.contract import Bucket, CellQuery, FacetQuery
from monitor.store.elastic_client import Cluster, Json
from monitor.store.elastic_docs import FACET_FIELDS
from monitor.store.elastic_mappings import Names
from monitor.store.rules import CellKey, FacetKey, span_of
from monitor.store.shapes import CellRow, FacetRow


def cells(cluster: Cluster, names: Names, query: CellQuery) -> list[CellRow]:
    span, topics = span_of(query), set(query.topics) or {ALL_TOPICS}
    start = "day" if query.bucket is Bucket.DAY else "hour"
    if span.end <= span.first:
        return []
    filters: list[Json] = [
        {"range": {start: {"gte": span.first, "lt": span.end}}},
        {"terms": {"counted_under": sorted(topics)}},
        *_either("kind", [kind.value for kind in query.kinds]),
        *_either("source", query.sources),
        *_either("polarity", [int(polarity) for polarity in query.polarities]),
    ]
    names_of = [start, "kind", *(["source"] if query.by_source else []), "counted_under", "polarity", "reprint"]
    cluster.refresh(names.counted)
    rows = []
    for key, n in cluster.buckets(names.counted, {"bool": {"filter": filters}}, _sources(names_of)):
        # A record of a wanted topic is also counted under its others.
        if key["counted_under"] in topics:
            source, topic = key.get("source", ""), key["counted_under"]
            rows.append((key[start], key["kind"], source, topic, key["polarity"], int(key["reprint"]), n))
    return sorted(rows)


def facets(cluster: Cluster, names: Names, query: FacetQuery) -> list[FacetRow]:
    topics = set(query.topics) or {ALL_TOPICS}
    filters: list[Json] = [
        {"range": {"day": {"gte": query.since.toordinal(), "lte": query.until.toordinal()}}},
        {"terms": {"counted_under": sorted(topics)}},
        *_either("kind", [kind.value for kind in query.kinds]),
    ]
    cluster.refresh(names.counted)
    found = facets_over(cluster, names.counted, filters, query.facet)
    rows = [(*key, n) for key, n in found if key[2] in topics]
    return sorted(rows, key=lambda row: (row[0], row[1], row[2], row[4]))


def cells_over(cluster: Cluster, index: str, filters: Sequence[Json]) -> Iterator[tuple[CellKey, int]]:
    """Every cell of some indices, by source."""
    names_of = ["hour", "kind", "source", "counted_under", "polarity", "reprint"]
    for key, n in cluster.buckets(index, {"bool": {"filter": list(filters)}}, _sources(names_of)):
        hour, kind, source, topic, polarity, reprint = (key[name] for name in names_of)
        yield (hour, kind, source, topic, polarity, int(reprint)), n


def facets_over(cluster: Cluster, index: str, filters: Sequence[Json], facet: Facet) -> Iterator[tuple[FacetKey, int]]:
    """Every cell of one facet of some indices."""
    field = f"labels.{FACET_FIELDS[facet]}"
    sources = [*_sources(["day", "kind", "counted_under"]), {"value": {"terms": {"field": field}}}]
    for key, n in cluster.buckets(index, {"bool": {"filter": list(filters)}}, sources):
        yield (key["day"], key["kind"], key["counted_under"], facet.value, key["value"]), n


def missing_from(wanted: Iterable[tuple[Any, int]], present: Iterable[tuple[Any, int]]) -> Counter[Any]:
    """What must be added to ``present`` to have ``wanted``."""
    rest: Counter[Any] = Counter(dict(wanted))
    rest.subtract(dict(present))
    return +rest


def _either(field: str, values: Sequence[Any]) -> list[Json]:
    return [{"terms": {field: list(values)}}] if values else []


def _sources(fields: Iterable[str]) -> list[Json]:
    return [{field: {"terms": {"field": field}}} for field in fields]
