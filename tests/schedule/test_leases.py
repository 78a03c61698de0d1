"""Of many hosts exactly one does a job."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.schedule import leases
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TTL = timedelta(minutes=5)


def test_a_lease_is_held_by_one_until_it_runs_out_or_is_given_back() -> None:
    store = MemoryStore()
    assert leases.acquire(store, "tick", "host1", NOW, TTL)
    assert leases.acquire(store, "tick", "host1", NOW, TTL)
    assert not leases.acquire(store, "tick", "host2", NOW + timedelta(minutes=4), TTL)
    assert leases.acquire(store, "tick", "host2", NOW + timedelta(minutes=5), TTL)
    leases.release(store, "tick", "host1", NOW)
    assert not leases.acquire(store, "tick", "host1", NOW + timedelta(minutes=6), TTL)
    leases.release(store, "tick", "host2", NOW + timedelta(minutes=6))
    assert leases.acquire(store, "tick", "host1", NOW + timedelta(minutes=6), TTL)


def test_of_many_threads_that_try_at_once_exactly_one_gets_the_lease(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    store.init()
    for round_ in range(5):
        got: list[str] = []
        barrier = threading.Barrier(6)

        def work(name: str, job: str, got: list[str], barrier: threading.Barrier) -> None:
            barrier.wait()
            if leases.acquire(store, job, name, NOW, TTL):
                got.append(name)

        threads = [threading.Thread(target=work, args=(f"h{i}", f"job{round_}", got, barrier)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 1
    store.close()
