"""Counters survive processes, lose nothing when the store is away, and show posts only rounded."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.ops.tally import Sample, Tally, marks, read, steady
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_counts_of_several_processes_add_up() -> None:
    store = MemoryStore()
    for _ in range(2):
        tally = Tally()
        tally.add("intake_decisions", kind="news", reason="kept")
        tally.add("intake_decisions", 2, kind="news", reason="empty")
        tally.flush(store, NOW)
        tally.flush(store, NOW)
    assert read(store) == [
        Sample("intake_decisions", {"kind": "news", "reason": "empty"}, 4, rounded=False),
        Sample("intake_decisions", {"kind": "news", "reason": "kept"}, 2, rounded=False),
    ]


def test_counts_of_posts_are_rounded_and_small_ones_left_out() -> None:
    store, tally = MemoryStore(), Tally()
    tally.add("intake_decisions", 37, kind="post", reason="kept")
    tally.add("intake_decisions", 9, kind="post", reason="empty")
    tally.flush(store, NOW)
    assert read(store) == [Sample("intake_decisions", {"kind": "post", "reason": "kept"}, 35, rounded=True)]


def test_nothing_is_lost_when_the_store_is_away(tmp_path: Path) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file where the folder should be")
    tally = Tally()
    tally.add("pages", 3, source="a")
    away = SqliteStore(blocked / "x.db")
    with pytest.raises(StoreUnavailable):
        tally.flush(away, NOW)
    tally.add("pages", 1, source="a")
    store = MemoryStore()
    tally.flush(store, NOW)
    assert [s.value for s in read(store)] == [4]


def test_many_threads_flushing_at_once_lose_no_count(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    store.init()

    def work() -> None:
        tally = Tally()
        for _ in range(10):
            tally.add("pages", source="a")
            tally.flush(store, NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [s.value for s in read(store)] == [40]
    store.close()


def test_what_is_read_again_and_again_shows_posts_only_after_their_day() -> None:
    store, tally = MemoryStore(), Tally()
    tally.add("intake_decisions", 37, kind="post", reason="kept")
    tally.add("intake_decisions", 3, kind="news", reason="kept")
    tally.flush(store, NOW)
    assert [s.labels["kind"] for s in steady(store)] == ["news"]
    tally.add("intake_decisions", kind="news", reason="kept")
    tally.flush(store, NOW + DAY)
    assert {s.labels["kind"]: s.value for s in steady(store)} == {"news": 4, "post": 35}


def test_a_released_total_moves_by_no_less_than_ten_and_loses_nothing_in_the_long_run() -> None:
    store, tally, exact = MemoryStore(), Tally(), 0
    before = 0
    for day in range(60):
        shown = [s.value for s in steady(store)]
        value = shown[0] if shown else 0
        assert value == before or value - before >= 10
        before = value
        tally.add("intake_decisions", day % 7, kind="post", reason="kept")
        exact += day % 7
        tally.flush(store, NOW + day * DAY)
    assert abs(exact - before) < 20


def test_a_clock_that_was_set_back_shows_nothing_early() -> None:
    store, tally = MemoryStore(), Tally()
    for moment in (NOW, NOW + 2 * DAY, NOW):
        tally.add("intake_decisions", 20, kind="post", reason="kept")
        tally.flush(store, moment)
    assert [s.value for s in steady(store)] == [20]


def test_of_several_processes_the_latest_moment_of_a_job_stays() -> None:
    store = MemoryStore()
    for moment in (NOW + DAY, NOW):
        tally = Tally()
        tally.mark("job_last", moment, job="tick")
        tally.mark("verified", moment)
        tally.flush(store, moment)
    late = int((NOW + DAY).timestamp())
    assert marks(store) == [
        Sample("job_last", {"job": "tick"}, late, rounded=False),
        Sample("verified", {}, late, rounded=False),
    ]
    assert read(store) == [] == steady(store)
