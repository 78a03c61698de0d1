"""Purging: the texts are gone from every file, the cells stay; over every keeping."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import ALL_TOPICS, CHINA, AnyRecord, ExactCount, Facet, Kind, Reply, day_of
from monitor.store import Bucket, CellQuery, FacetQuery, Purged, RecordQuery
from monitor.store.copying import Copyable
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import Node
from tests.store import made
from tests.store.conftest import NewStore

NOON = made.NOON
CELLS = CellQuery(since=datetime(2026, 8, 1, tzinfo=CHINA), until=datetime(2027, 1, 1, tzinfo=CHINA), by_source=True,
                  topics=(ALL_TOPICS, "供水"))  # fmt: skip
MARK = "龘靐齉爩麤"


def facets(store: Copyable, facet: Facet = Facet.TERM) -> dict[tuple[str, str], int]:
    query = FacetQuery(facet=facet, since=CELLS.since.date(), until=CELLS.until.date())
    return {(str(f.day), f.value): f.n.for_rules() if isinstance(f.n, ExactCount) else f.n for f in store.facets(query)}


def test_a_purge_removes_the_records_and_keeps_their_cells(store: Copyable) -> None:
    old = [made.post(f"o{i}", published=NOON - timedelta(days=40, hours=i), topics=("供水",)) for i in range(30)]
    new = [made.post(f"n{i}", published=NOON - timedelta(days=3, hours=i)) for i in range(5)]
    public = [made.article("a", published=NOON - timedelta(days=40))]
    store.add([*old, *new, *public])
    cells = list(store.cells(CELLS))
    assert store.purge(Kind.POST, NOON - timedelta(days=30)) == Purged(ExactCount(30), ExactCount(0))
    assert list(store.cells(CELLS)) == cells
    assert store.count(RecordQuery(kinds=(Kind.POST,))) == ExactCount(5)
    assert store.get_record("o1") is None and store.get_record("n1") == new[1] and store.get_record("a") == public[0]
    assert store.purge(Kind.POST, NOON - timedelta(days=30)) == Purged(ExactCount(0), ExactCount(0))
    assert store.purge(Kind.POST, NOON) == Purged(ExactCount(5), ExactCount(0))
    assert list(store.cells(CELLS)) == cells


def test_a_purge_may_cut_a_day_or_a_month_in_two(store: Copyable) -> None:
    posts = [made.post(f"p{h}", published=NOON.replace(hour=h), terms=("停水",)) for h in range(24)]
    messages = [made.message(f"m{d}", published=NOON.replace(day=d), text=f"第{d}天停水") for d in (1, 10, 20)]
    store.add([*posts, *messages])
    cells, terms = list(store.cells(CELLS)), facets(store)
    edge = NOON.replace(hour=12, minute=30)
    assert store.purge(Kind.POST, edge).records == ExactCount(12)
    assert store.purge(Kind.BOARD, NOON.replace(day=10, microsecond=1)).records == 2
    assert (list(store.cells(CELLS)), facets(store)) == (cells, terms)
    assert {r.id for r in store.find(RecordQuery()).records} == {f"p{h}" for h in range(12, 24)} | {"m20"}
    assert [r.id for r in store.find(RecordQuery(text="天停")).records] == ["m20"]
    # What stays can be answered, met again, joined by others and purged in its turn.
    assert store.record_reply("m20", Reply("已办", NOON)) is True
    assert store.add([posts[15], made.post("late", published=edge)]).new == ("late",)
    assert store.purge(Kind.POST, edge + timedelta(hours=3)).records == ExactCount(4)
    assert sum(c.n.for_rules() for c in store.cells(CELLS) if isinstance(c.n, ExactCount)) == 25
    assert store.purge(Kind.POST, NOON + timedelta(days=2)).records == ExactCount(9)
    assert store.find(RecordQuery(kinds=(Kind.POST,))).records == ()
    assert sum(c.n.for_rules() for c in store.cells(CELLS) if isinstance(c.n, ExactCount)) == 25


def test_facets_of_fewer_than_ten_posts_go_once_their_day_is_over(store: Copyable) -> None:
    day = NOON.replace(hour=9)
    many = [made.post(f"m{i}", published=day, terms=("停水",), places=("东街",)) for i in range(10)]
    few = [made.post(f"f{i}", published=day, terms=("爆管",)) for i in range(9)]
    store.add([*many, *few, made.message("b", published=day, terms=("爆管",))])
    edge = datetime(2026, 11, 23, tzinfo=CHINA)
    # The day is not over at 23:59: nothing of it goes but the posts.
    assert store.purge(Kind.POST, edge - timedelta(minutes=1)).facets == ExactCount(0)
    assert facets(store)[("2026-11-22", "爆管")] == 9 or facets(store)
    assert store.purge(Kind.POST, edge).facets == ExactCount(1)
    assert facets(store) == {("2026-11-22", "停水"): 10, ("2026-11-22", "爆管"): 1}
    assert facets(store, Facet.PLACE) == {("2026-11-22", "东街"): 10}


def test_a_record_of_a_purged_day_can_be_added_and_counts(store: Copyable) -> None:
    store.add([made.post("a"), made.post("b")])
    store.purge(Kind.POST, NOON + timedelta(days=2))
    assert store.add([made.post("c")]).new == ("c",)
    (cell,) = store.cells(CELLS)
    assert cell.n == ExactCount(3)
    store.purge(Kind.POST, NOON + timedelta(days=2))
    (cell,) = store.cells(CELLS)
    assert cell.n == ExactCount(3)


def test_cells_never_change_by_purging(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(made.records(ids=st.uuids().map(str)), min_size=4, max_size=30),
        st.lists(st.tuples(st.sampled_from(Kind), made.MOMENTS), min_size=1, max_size=4),
    )
    def check(records: list[AnyRecord], purges: list[tuple[Kind, datetime]]) -> None:
        store, left = new_store(), list(records)
        store.add(records)
        cells = list(store.cells(CELLS))
        for kind, before in purges:
            gone = [r for r in left if r.kind is kind and r.published < before]
            left = [r for r in left if r not in gone]
            purged = store.purge(kind, before).records
            assert (purged.for_rules() if isinstance(purged, ExactCount) else purged) == len(gone)
            assert list(store.cells(CELLS)) == cells
            days = store.cells(CellQuery(since=CELLS.since, until=CELLS.until, bucket=Bucket.DAY))
            assert {c.start.date() for c in days} == {day_of(r.published) for r in records}
        assert {r.id for r in store.find(RecordQuery(limit=100)).records} == {r.id for r in left}

    check()


def holding(folder: Path, text: str) -> list[str]:
    """The files that hold the bytes of a text, in UTF-8 or as JSON escapes."""
    needles = (text.encode(), text.encode("utf-16-le"), text.encode("unicode_escape"))
    found = []
    # A running node replaces files and folders of its own at any time; what is gone holds nothing.
    for file in [Path(where, name) for where, _, names in os.walk(folder) for name in names]:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        if any(needle in content for needle in needles):
            found.append(file.name)
    return found


@pytest.mark.parametrize("kind", [Kind.POST, Kind.BOARD, Kind.NEWS])
def test_no_byte_of_a_purged_text_is_left_in_a_sqlite_file(tmp_path: Path, kind: Kind) -> None:
    make = {Kind.POST: made.post, Kind.BOARD: made.message, Kind.NEWS: made.article}[kind]
    store, reader = SqliteStore(tmp_path / "s.db"), SqliteStore(tmp_path / "s.db")
    for i in range(20):
        store.add([make(f"{i}-{j}", f"{MARK}第{i}条" * 40, published=NOON - timedelta(days=i)) for j in range(10)])
        reader.find(RecordQuery(limit=5))
    assert holding(tmp_path, MARK), "the texts were there before"
    store.purge(kind, NOON + timedelta(days=1))
    assert holding(tmp_path, MARK) == []
    with sqlite3.connect(tmp_path / "s.db") as connection:
        (left,) = connection.execute("SELECT count(*) FROM words_data WHERE id > 10").fetchone()
    connection.close()
    assert left == 0, "the search index keeps no page of their bigrams (1 and 10 are its own book-keeping)"
    assert holding(tmp_path, f"{3}-{4}") == []
    store.close()
    reader.close()


@pytest.mark.elastic
def test_no_byte_of_a_purged_text_is_left_in_the_files_of_elasticsearch(
    elastic_node: Node, new_elastic: NewStore
) -> None:
    if elastic_node.data is None:
        pytest.skip("the files of a given node (YUQING_TEST_ELASTICSEARCH) cannot be read")
    store = new_elastic()
    # Long and without repeats, so that the index's compression leaves some of it as it is.
    text = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(400))
    store.add([made.post("gone", text, published=NOON.replace(hour=8)), made.post("kept", "留下", published=NOON)])
    piece = text[:12]
    assert holding(elastic_node.data, piece), "the text was there before"
    store.purge(Kind.POST, NOON)
    assert holding(elastic_node.data, piece) == []
    assert store.get_record("kept") is not None
