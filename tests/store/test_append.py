"""``append``: rows of documents with a head, in one write, over every keeping."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from monitor.model import Kind
from monitor.ops import audit
from monitor.store import Head, Store
from monitor.store.counted import CountedStore
from monitor.store.memory import MemoryStore
from tests.api.district import NOW


def head(store: Store) -> tuple[int, object]:
    found = store.get("row_head", "end")
    return (found.version, found.doc["n"]) if found else (0, None)


def test_documents_are_made_up_to_the_first_that_is_there_and_the_head_with_the_last(store: Store) -> None:
    assert store.append("row", [("a", {"n": 1}), ("b", {"n": 2})], Head("row_head", "end", {"n": 2}, 0)) == 2
    assert head(store) == (1, 2)
    assert store.append("row", [("c", {"n": 3}), ("b", {}), ("d", {})], Head("row_head", "end", {"n": 5}, 1)) == 1
    assert [s.id for s in store.list_states("row")] == ["a", "b", "c"] and head(store) == (1, 2)
    assert store.append("row", [("d", {"n": 4})], Head("row_head", "end", {"n": 4}, 1), durable=False) == 1
    assert head(store) == (2, 4)


def test_a_head_that_somebody_moved_on_is_left(store: Store) -> None:
    store.create("row_head", "end", {"n": 7})
    assert store.append("row", [("a", {})], Head("row_head", "end", {"n": 1}, 0)) == 1
    store.replace("row_head", "end", {"n": 8}, 1)
    assert store.append("row", [("b", {})], Head("row_head", "end", {"n": 2}, 1)) == 1
    assert head(store) == (2, 8)


def test_entries_of_many_threads_and_processes_are_one_whole_chain(store: Store) -> None:
    store.init()
    other = CountedStore(store)  # a second queue on the same store, as another process would have
    writers = [store, other] * 4

    def write(number: int) -> None:
        for turn in range(5):
            action = audit.Action.EXPORT if turn % 2 else audit.Action.QUERY
            audit.record(writers[number], f"w{number}", action, f"/{turn}", NOW)  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    found = audit.verify(store)
    assert (found.entries, found.fault) == (40, "")
    targets = [(e.who, e.target) for e in audit.read(store, limit=100)]
    assert sorted(targets) == sorted((f"w{n}", f"/{t}") for n in range(8) for t in range(5))


def test_only_changes_that_answers_are_made_of_are_counted() -> None:
    store = CountedStore(MemoryStore())
    store.create("audit", "x", {})
    store.create("lease", "x", {})
    assert (store.changes, store.access) == (0, 0)
    store.create("session", "x", {})
    assert (store.changes, store.access) == (0, 1)
    store.create("alert", "x", {})
    store.replace("alert", "x", {}, 1)
    store.purge(Kind.POST, NOW)
    assert (store.changes, store.access) == (3, 1)
