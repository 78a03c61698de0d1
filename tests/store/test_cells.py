"""Cells and facet cells equal a recount of the records, over every keeping."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import (
    ALL_TOPICS,
    CHINA,
    AnyRecord,
    Cell,
    ExactCount,
    Facet,
    FacetCell,
    Kind,
    Polarity,
    count_of,
    day_of,
    hour_of,
    start_of,
)
from monitor.store import Bucket, CellQuery, FacetQuery, Store
from tests.store import made
from tests.store.conftest import NewStore

SINCE, UNTIL = datetime(2026, 11, 19, tzinfo=CHINA), datetime(2026, 11, 24, tzinfo=CHINA)


def recount(records: list[AnyRecord], query: CellQuery) -> list[Cell]:
    totals: Counter[tuple[datetime, Kind, str, str, Polarity, bool]] = Counter()
    for r in {r.id: r for r in reversed(records)}.values():
        start = hour_of(r.published) if query.bucket is Bucket.HOUR else start_of(day_of(r.published))
        polarity = r.labels.sentiment.polarity
        if not query.since <= start < query.until or (query.kinds and r.kind not in query.kinds):
            continue
        if (query.sources and r.source not in query.sources) or (query.polarities and polarity not in query.polarities):
            continue
        for topic in {ALL_TOPICS, *r.labels.topics} & (set(query.topics) or {ALL_TOPICS}):
            source = r.source if query.by_source else ""
            totals[(start, r.kind, source, topic, polarity, r.labels.reprint_of is not None)] += 1
    return [
        Cell(start=k[0], kind=k[1], source=k[2], topic=k[3], polarity=k[4], reprint=k[5], n=count_of(k[1], n))
        for k, n in sorted(totals.items(), key=lambda item: (item[0][0], item[0][1].value, *item[0][2:]))
    ]


def carried(record: AnyRecord, facet: Facet) -> set[str]:
    labels = record.labels
    values = {Facet.PLACE: labels.places, Facet.TERM: labels.terms, Facet.EVENT: (labels.event,)}[facet]
    return {value for value in values if value is not None}


def recount_facets(records: list[AnyRecord], query: FacetQuery) -> list[FacetCell]:
    totals: Counter[tuple[date, Kind, str, str]] = Counter()
    for r in {r.id: r for r in reversed(records)}.values():
        day = day_of(r.published)
        if not query.since <= day <= query.until or (query.kinds and r.kind not in query.kinds):
            continue
        for topic in {ALL_TOPICS, *r.labels.topics} & (set(query.topics) or {ALL_TOPICS}):
            for value in carried(r, query.facet):
                totals[(day, r.kind, topic, value)] += 1
    return [
        FacetCell(day=k[0], kind=k[1], topic=k[2], facet=query.facet, value=k[3], n=count_of(k[1], n))
        for k, n in sorted(totals.items(), key=lambda item: (item[0][0], item[0][1].value, *item[0][2:]))
    ]


def test_cells_and_facets_equal_a_recount(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(made.records(), max_size=40), st.integers(0, 40), st.data())
    def check(records: list[AnyRecord], cut: int, data: st.DataObject) -> None:
        store = new_store()
        for part in (records[:cut], records):
            store.add(part)
        topics = st.lists(st.sampled_from(["供水", "交通", ALL_TOPICS, "无"]), max_size=3, unique=True).map(tuple)
        kinds = st.lists(st.sampled_from(Kind), max_size=3, unique=True).map(tuple)
        for _ in range(5):
            query = data.draw(
                st.builds(
                    CellQuery,
                    since=st.just(SINCE) | made.MOMENTS,
                    until=st.just(UNTIL) | made.MOMENTS,
                    bucket=st.sampled_from(Bucket),
                    kinds=kinds,
                    sources=st.lists(st.sampled_from(["one", "three"]), max_size=2).map(tuple),
                    topics=topics,
                    polarities=st.lists(st.sampled_from(Polarity), max_size=2, unique=True).map(tuple),
                    by_source=st.booleans(),
                )
            )
            assert list(store.cells(query)) == recount(records, query)
            days = st.sampled_from([day_of(SINCE), date(2026, 11, 21), date(2026, 11, 22), day_of(UNTIL)])
            facet = data.draw(
                st.builds(FacetQuery, facet=st.sampled_from(Facet), since=days, until=days, kinds=kinds, topics=topics)
            )
            assert list(store.facets(facet)) == recount_facets(records, facet)

    check()


def test_a_day_begins_at_local_midnight(store: Store) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=CHINA)
    store.add(
        [made.article("before", published=midnight - timedelta(microseconds=1)), made.article("at", published=midnight)]
    )
    days = store.cells(CellQuery(since=SINCE, until=UNTIL, bucket=Bucket.DAY))
    assert [(cell.start, cell.n) for cell in days] == [(midnight - timedelta(days=1), 1), (midnight, 1)]
    # A day whose beginning lies before the span is not in it.
    noon = midnight - timedelta(hours=12)
    assert [c.start for c in store.cells(CellQuery(since=noon, until=UNTIL, bucket=Bucket.DAY))] == [midnight]


def test_counts_of_posts_are_guarded_and_others_plain(store: Store) -> None:
    store.add([made.post("p", terms=("停水",)), made.message("m", terms=("停水",))])
    cells = {cell.kind: cell.n for cell in store.cells(CellQuery(since=SINCE, until=UNTIL))}
    assert cells == {Kind.POST: ExactCount(1), Kind.BOARD: 1}
    query = FacetQuery(facet=Facet.TERM, since=day_of(SINCE), until=day_of(UNTIL))
    assert {f.kind: f.n for f in store.facets(query)} == {Kind.POST: ExactCount(1), Kind.BOARD: 1}
