"""The contract of records, over every keeping."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import BadQuery
from monitor.model import AnyRecord, ExactCount, Kind, Polarity, Reply
from monitor.store import Added, Order, RecordQuery, Store
from monitor.store.rules import micros
from tests.store import made
from tests.store.conftest import NewStore


def walk(store: Store, query: RecordQuery) -> list[AnyRecord]:
    found: list[AnyRecord] = []
    while True:
        page = store.find(query)
        found += page.records
        if not page.cursor:
            return found
        assert len(page.records) == query.limit
        query = replace(query, cursor=page.cursor)


def plain(n: int | ExactCount) -> int:
    return n.for_rules() if isinstance(n, ExactCount) else n


def test_a_record_comes_back_as_it_went_in(store: Store) -> None:
    reply = Reply("已抢修", made.NOON + timedelta(hours=3), "水务局")
    records = [
        made.post("p", topics=("供水", "交通"), places=("东街",), terms=("停水",), event="e", reprint_of="o"),
        made.message("m", reply=reply),
        made.article("a", text="“引号”\n\t🚰\u0301", published=made.NOON - timedelta(days=40, microseconds=3)),
        replace(made.article("h", kind=Kind.HOTLIST), rank=3),
    ]
    assert store.add(records).new == ("p", "m", "a", "h")
    assert [store.get_record(r.id) for r in records] == records
    assert store.get_record("absent") is None
    assert walk(store, RecordQuery(limit=1)) == [records[i] for i in (0, 1, 3, 2)]


def test_a_second_copy_is_a_duplicate_and_changes_nothing(store: Store) -> None:
    first = made.post("p", "停水", topics=("供水",))
    assert store.add([first, replace(first, text="别的")]) == Added(("p",), ("p",))
    later = replace(first, text="又一个", published=made.NOON + timedelta(days=2))
    assert store.add([later, made.post("q")]) == Added(("q",), ("p",))
    assert store.get_record("p") == first
    assert store.count(RecordQuery(kinds=(Kind.POST,))) == ExactCount(2)
    assert len(walk(store, RecordQuery())) == 2


def test_adding_is_idempotent(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(made.records(), max_size=25), st.integers(0, 25))
    def check(records: list[AnyRecord], cut: int) -> None:
        store = new_store()
        first, second = store.add(records[:cut]), store.add(records)
        unique = {r.id: r for r in reversed(records)}
        assert Counter(first.new + second.new) == Counter(unique.keys())
        assert len(second.new) + len(second.duplicate) == len(records)
        assert store.add(records).new == ()
        found = walk(store, RecordQuery(limit=7, order=Order.OLDEST))
        assert found == sorted(unique.values(), key=lambda r: (micros(r.published), r.id))

    check()


def test_a_cursor_meets_every_record_once_while_others_are_added(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(made.records(ids=st.uuids().map(str)), min_size=1, max_size=20),
        st.lists(made.records(ids=st.uuids().map(str)), max_size=12),
        st.sampled_from(Order),
        st.integers(1, 4),
    )
    def check(there: list[AnyRecord], late: list[AnyRecord], order: Order, limit: int) -> None:
        store, query = new_store(), RecordQuery(order=order, limit=limit)
        store.add(there)
        page, met, waiting = store.find(query), list[str](), list(late)
        met += [r.id for r in page.records]
        while page.cursor:
            if waiting:
                store.add([waiting.pop()])
            page = store.find(replace(query, cursor=page.cursor))
            met += [r.id for r in page.records]
        assert len(set(met)) == len(met)
        assert {r.id for r in there} <= set(met)

    check()


def test_filters_select_what_they_say(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(made.records(), min_size=5, max_size=30), st.data())
    def check(records: list[AnyRecord], data: st.DataObject) -> None:
        store = new_store()
        store.add(records)
        unique = list({r.id: r for r in reversed(records)}.values())
        for _ in range(4):
            query = data.draw(
                st.builds(
                    RecordQuery,
                    kinds=st.lists(st.sampled_from(Kind), max_size=3).map(tuple),
                    sources=st.lists(st.sampled_from(["one", "two", "三"]), max_size=2).map(tuple),
                    topics=st.lists(st.sampled_from(["供水", "交通", "供"]), max_size=2).map(tuple),
                    polarities=st.lists(st.sampled_from(Polarity), max_size=2).map(tuple),
                    since=st.none() | made.MOMENTS,
                    until=st.none() | made.MOMENTS,
                    answered=st.none() | st.booleans(),
                    events=st.lists(st.sampled_from(["e1", "e9"]), max_size=2).map(tuple),
                    order=st.sampled_from(Order),
                    limit=st.integers(1, 10),
                )
            )
            expected = sorted(
                (r for r in unique if _wanted(r, query)),
                key=lambda r: (micros(r.published), r.id),
                reverse=query.order is not Order.OLDEST,
            )
            assert walk(store, query) == expected
            assert plain(store.count(query)) == len(expected)

    check()


def _wanted(record: AnyRecord, query: RecordQuery) -> bool:
    if query.kinds and record.kind not in query.kinds:
        return False
    if query.sources and record.source not in query.sources:
        return False
    if query.topics and not any(topic in query.topics for topic in record.labels.topics):
        return False
    if query.polarities and record.labels.sentiment.polarity not in query.polarities:
        return False
    if (query.since and record.published < query.since) or (query.until and record.published >= query.until):
        return False
    if query.events and record.labels.event not in query.events:
        return False
    if query.answered is None:
        return True
    return record.kind is Kind.BOARD and (getattr(record, "reply", None) is not None) == query.answered


def test_counts_are_guarded_where_posts_can_be_among_them(store: Store) -> None:
    store.add([made.post("p"), made.article("a")])
    assert store.count(RecordQuery()) == ExactCount(2)
    assert store.count(RecordQuery(kinds=(Kind.NEWS,))) == 1
    assert store.count(RecordQuery(text="抢修")) == 1
    guarded = store.stats().records[Kind.POST]
    assert guarded == ExactCount(1)


def test_a_reply_is_recorded_once_and_may_be_replaced_by_a_later_one(store: Store) -> None:
    store.add([made.message("m"), made.message("n"), made.post("p")])
    first = Reply("正在核实", made.NOON + timedelta(hours=1), "水务局")
    second = Reply("已恢复", made.NOON + timedelta(hours=5), "水务局")
    assert store.record_reply("m", first) is True
    assert store.record_reply("m", first) is False
    assert store.record_reply("m", second) is True
    assert store.record_reply("m", first) is False
    assert store.record_reply("absent", first) is False
    assert store.record_reply("p", first) is False
    stored = store.get_record("m")
    assert stored == made.message("m", reply=second)
    assert [r.id for r in walk(store, RecordQuery(answered=True))] == ["m"]
    assert [r.id for r in walk(store, RecordQuery(answered=False))] == ["n"]


def test_a_cursor_of_another_query_is_refused(store: Store) -> None:
    store.add([made.article(str(i)) for i in range(5)])
    cursor = store.find(RecordQuery(limit=2)).cursor
    assert len(store.find(RecordQuery(limit=3, cursor=cursor)).records) == 3
    for query in (
        RecordQuery(kinds=(Kind.NEWS,), cursor=cursor),
        RecordQuery(order=Order.OLDEST, cursor=cursor),
        RecordQuery(cursor="x"),
        RecordQuery(cursor="水"),
        RecordQuery(cursor=cursor[5:]),
        RecordQuery(limit=0),
        RecordQuery(limit=10**6),
        RecordQuery(since=made.NOON.replace(tzinfo=None)),
    ):
        with pytest.raises(BadQuery):
            store.find(query)


def test_a_record_of_the_wrong_class_is_refused_before_anything_is_written(store: Store) -> None:
    wrong = replace(made.post("w"), kind=Kind.NEWS)
    with pytest.raises(ValueError):
        store.add([made.post("p"), wrong])
    assert store.find(RecordQuery()).records == ()


def test_a_record_is_found_by_the_read_that_follows_its_add(store: Store) -> None:
    for i in range(10):
        store.add([made.article(f"a{i}")])
        assert store.count(RecordQuery(kinds=(Kind.NEWS,))) == i + 1
