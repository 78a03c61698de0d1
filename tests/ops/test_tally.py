"""Counters survive processes, lose nothing when the store is away, and show posts only rounded."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.ops.tally import Sample, Tally, read
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore


def test_counts_of_several_processes_add_up() -> None:
    store = MemoryStore()
    for _ in range(2):
        tally = Tally()
        tally.add("intake_decisions", kind="news", reason="kept")
        tally.add("intake_decisions", 2, kind="news", reason="empty")
        tally.flush(store)
        tally.flush(store)
    assert read(store) == [
        Sample("intake_decisions", {"kind": "news", "reason": "empty"}, 4, rounded=False),
        Sample("intake_decisions", {"kind": "news", "reason": "kept"}, 2, rounded=False),
    ]


def test_counts_of_posts_are_rounded_and_small_ones_left_out() -> None:
    store, tally = MemoryStore(), Tally()
    tally.add("intake_decisions", 37, kind="post", reason="kept")
    tally.add("intake_decisions", 9, kind="post", reason="empty")
    tally.flush(store)
    assert read(store) == [Sample("intake_decisions", {"kind": "post", "reason": "kept"}, 35, rounded=True)]


def test_nothing_is_lost_when_the_store_is_away(tmp_path: Path) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file where the folder should be")
    tally = Tally()
    tally.add("pages", 3, source="a")
    away = SqliteStore(blocked / "x.db")
    with pytest.raises(StoreUnavailable):
        tally.flush(away)
    tally.add("pages", 1, source="a")
    store = MemoryStore()
    tally.flush(store)
    assert [s.value for s in read(store)] == [4]


def test_many_threads_flushing_at_once_lose_no_count(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    store.init()

    def work() -> None:
        tally = Tally()
        for _ in range(10):
            tally.add("pages", source="a")
            tally.flush(store)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [s.value for s in read(store)] == [40]
    store.close()
