"""Cells and facet cells of the memory keeping that a query selects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from monitor.model import ALL_TOPICS, day_of
from monitor.store.contract import Bucket, CellQuery, FacetQuery
from monitor.store.rules import CellKey, FacetKey, moment_of, span_of
from monitor.store.shapes import CellRow, FacetRow


def cells(held: Mapping[CellKey, int], query: CellQuery) -> list[CellRow]:
    """The rows in their order, hours added up to days and sources to one where the query says so."""
    span, daily = span_of(query), query.bucket is Bucket.DAY
    topics = set(query.topics) or {ALL_TOPICS}
    totals: Counter[CellKey] = Counter()
    for key, n in held.items():
        start = day_of(moment_of(key[0])).toordinal() if daily else key[0]
        if (
            span.first <= start < span.end
            and key[3] in topics
            and (not query.kinds or key[1] in query.kinds)
            and (not query.sources or key[2] in query.sources)
            and (not query.polarities or key[4] in query.polarities)
        ):
            totals[(start, key[1], key[2] if query.by_source else "", *key[3:])] += n
    return [(*key, n) for key, n in sorted(totals.items())]


def facets(held: Mapping[FacetKey, int], query: FacetQuery) -> list[FacetRow]:
    """The rows in their order."""
    topics = set(query.topics) or {ALL_TOPICS}
    first, last = query.since.toordinal(), query.until.toordinal()
    return sorted(
        (*key, n)
        for key, n in held.items()
        if first <= key[0] <= last
        and key[3] == query.facet
        and key[2] in topics
        and (not query.kinds or key[1] in query.kinds)
    )
