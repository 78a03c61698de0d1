"""A copy has the same records, cells and states, whatever engine it comes from and goes to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreConflict
from monitor.model import ALL_TOPICS, Change, Facet, Kind, Reply
from monitor.store import CellQuery, FacetQuery, RecordQuery
from monitor.store.copying import Copyable, copy
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from tests.store import made
from tests.store.conftest import NewStore
from tests.store.test_records import walk

NOON = made.NOON
CELLS = CellQuery(since=NOON - timedelta(days=90), until=NOON + timedelta(days=9), by_source=True,
                  topics=(ALL_TOPICS, "供水"))  # fmt: skip


def filled(store: Copyable) -> Copyable:
    """A store with history: purged posts, a month cut in two, answers, states of several versions."""
    store.add(
        [made.post(f"o{i}", published=NOON - timedelta(days=40), topics=("供水",), terms=("停水",)) for i in range(12)]
    )
    store.add([made.post(f"p{i}", published=NOON - timedelta(hours=i), places=("东街",)) for i in range(12)])
    store.add([made.message(f"m{i}", published=NOON - timedelta(days=i), terms=("停水",)) for i in range(5)])
    store.record_reply("m1", Reply("已办", NOON, "水务局"))
    store.add([made.article(f"a{i}", published=NOON - timedelta(days=i), terms=("抢修",)) for i in range(4)])
    store.revise("a1", Change(at=NOON, title="改过", text="改过了", rank=3))
    store.revise("m2", Change(at=NOON, title="停水", text="改过了"))
    for id, uncount in (("a2", False), ("m1", True), ("m3", False), ("p1", True), ("p2", False), ("p9", True)):
        assert store.withdraw(id, NOON + timedelta(hours=1), uncount=uncount)
    store.purge(Kind.POST, NOON - timedelta(hours=5))
    store.create("alert", "a", {"级别": 1})
    store.replace("alert", "a", {"级别": 2}, 1)
    store.create("brief", "b", {})
    return store


def whole(store: Copyable) -> list[object]:
    facets = [
        list(store.facets(FacetQuery(facet=f, since=CELLS.since.date(), until=CELLS.until.date(), topics=CELLS.topics)))
        for f in Facet
    ]
    states = [list(store.list_states(kind)) for kind in ("alert", "brief")]
    withdrawn = walk(store, RecordQuery(limit=2, withdrawn=True))
    return [walk(store, RecordQuery(limit=7)), withdrawn, list(store.cells(CELLS)), facets, states, gone(store)]


def gone(store: Copyable) -> list[str]:
    return sorted(id for id, _ in store.all_gone())


def test_a_copy_from_any_engine_is_the_same(store: Copyable) -> None:
    filled(store)
    target = MemoryStore()
    copy(store, target)
    assert whole(target) == whole(store)
    assert gone(target) == ["p1", "p2"], "p9 is older than what was purged"


def test_a_copy_to_any_engine_is_the_same_and_may_be_repeated(store: Copyable, tmp_path: Path) -> None:
    source = filled(SqliteStore(tmp_path / "source.db"))
    steps: list[tuple[str, int]] = []
    first = copy(source, store, lambda what, n: steps.append((what, n)))
    assert copy(source, store) == first
    assert whole(store) == whole(source)
    assert {what for what, _ in steps} == {"records", "cells", "states"}
    # The copy lives on: it takes records and purges like any other.
    cells = list(store.cells(CELLS))
    assert store.add([made.post("p1"), made.post("p2"), made.article("a2")]).new == ()
    store.purge(Kind.POST, NOON + timedelta(days=1))
    assert list(store.cells(CELLS)) == cells and gone(store) == []
    source.close()


def test_a_copy_into_a_store_with_other_records_is_refused(tmp_path: Path, new_store: NewStore) -> None:
    target = new_store()
    target.add([made.article("other")])
    source = filled(MemoryStore())
    with pytest.raises(StoreConflict):
        copy(source, target)
