"""The contract of state documents, over every keeping."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import StoreConflict
from monitor.store import Store
from tests.store.conftest import NewStore


def test_a_document_is_created_once_and_replaced_by_who_saw_it(store: Store) -> None:
    assert store.get("alert", "a") is None
    assert store.create("alert", "a", {"级别": 1, "list": [1, 2.5, None, True], "deep": {"": {"x.y": "水"}}}) == 1
    with pytest.raises(StoreConflict):
        store.create("alert", "a", {})
    assert store.create("brief", "a", {}) == 1
    assert store.replace("alert", "a", {"n": 2}, 1) == 2
    for version in (0, 1, 3):
        with pytest.raises(StoreConflict):
            store.replace("alert", "a", {}, version)
    with pytest.raises(StoreConflict):
        store.replace("alert", "absent", {}, 1)
    held = store.get("alert", "a")
    assert held is not None and (held.id, held.version, dict(held.doc)) == ("a", 2, {"n": 2})


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    doc = {"a": {"b.c": [1, "二", None, 2**53, -1.5e-7, {}]}, "": [], "长": "水" * 40_000}
    store.create("k" * 200, "i/?#%" * 100, doc)
    held = store.get("k" * 200, "i/?#%" * 100)
    assert held is not None and held.doc == doc


def _race(store: Store, attempt: Callable[[int], int]) -> list[int]:
    barrier = Barrier(6)

    def one(n: int) -> int:
        barrier.wait(10)
        try:
            attempt(n)
        except StoreConflict:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, range(6)))


def test_of_many_who_create_or_replace_at_once_exactly_one_wins(store: Store) -> None:
    store.init()
    for turn in range(5):
        assert sum(_race(store, lambda n, t=turn: store.create("lease", f"job{t}", {"by": n}))) == 1
        for version in (1, 2):
            assert sum(_race(store, lambda n, t=turn, v=version: store.replace("lease", f"job{t}", {"by": n}, v))) == 1
        held = store.get("lease", f"job{turn}")
        assert held is not None and held.version == 3


def test_documents_are_listed_in_the_order_of_their_ids(new_store: NewStore, examples: int) -> None:
    ids = st.text(alphabet="ab.1水𠀀\ue000\uffff", min_size=1, max_size=4)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sets(ids, max_size=10),
        st.sampled_from(["", "a", "水", "ab"]),
        st.sampled_from(["", "a1", "水"]),
        st.booleans(),
    )
    def check(names: set[str], prefix: str, after: str, backwards: bool) -> None:
        store = new_store()
        for name in names:
            store.create("k", name, {"name": name})
        store.create("other", "a", {})
        expected = sorted((n for n in names if n.startswith(prefix)), reverse=backwards)
        if after:
            expected = [n for n in expected if (n < after if backwards else n > after)]
        found = store.list_states("k", prefix=prefix, after=after, backwards=backwards)
        assert [state.id for state in found] == expected
        few = store.list_states("k", prefix=prefix, after=after, backwards=backwards, limit=2)
        assert [state.id for state in few] == expected[:2]

    check()


def test_pruning_removes_documents_of_a_kind_before_an_id(store: Store) -> None:
    for id in ("2026-01", "2026-02", "2026-03"):
        store.create("run", id, {})
        store.create("alert", id, {})
    assert store.prune_states("run", "2026-03") == 2
    assert store.prune_states("run", "2026-03") == 0
    assert [s.id for s in store.list_states("run")] == ["2026-03"]
    assert store.stats().states == {"alert": 3, "run": 1}
    assert store.create("run", "2026-01", {}) == 1


def test_a_store_answers_and_counts_its_own(store: Store) -> None:
    store.init()
    store.init()
    store.ping()
    store.ping()
    stats = store.stats()
    assert (stats.records, stats.states) == ({}, {}) and stats.schema >= 1
