"""The spool: what waits there is neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import AnyRecord, ExactCount, Kind, Reply
from monitor.store import Added, RecordQuery, Replayed, Spool
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import free_port
from tests.store import made
from tests.store.conftest import NewStore
from tests.store.test_purge import MARK, holding


class Ordered(MemoryStore):
    """A memory store that writes down the order of what it is given and goes away after some batches."""

    def __init__(self, batches: int = 10**9) -> None:
        super().__init__()
        self.order: list[str] = []
        self.batches = batches

    def add(self, records: Sequence[AnyRecord]) -> Added:
        if self.batches == 0:
            raise StoreUnavailable("away")
        self.batches -= 1
        self.order += [r.id for r in records]
        return super().add(records)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "waiting" / "spool.db", 50_000_000)


def test_there_is_no_file_before_the_first_record(tmp_path: Path, spool: Spool) -> None:
    assert (spool.depth, spool.refused, spool.size_bytes) == (0, 0, 0)
    assert spool.replay(MemoryStore()) == Replayed()
    assert spool.put([]) == 0
    assert list(tmp_path.rglob("*")) == []


def test_records_are_replayed_in_order_and_removed_once_taken(spool: Spool) -> None:
    records = [made.post(f"{i:03}", published=made.NOON - timedelta(minutes=i)) for i in range(25)]
    assert spool.put(records[:10]) == 10
    assert spool.put(records[5:]) == 20
    assert spool.depth == 25
    away = Ordered(batches=2)
    with pytest.raises(StoreUnavailable):
        spool.replay(away, batch=8)
    assert (spool.depth, away.order) == (9, [r.id for r in records[:16]])
    back = Ordered()
    assert spool.replay(back, batch=8) == Replayed(taken=9, new=9)
    assert (spool.depth, back.order) == (0, [r.id for r in records[16:]])


def test_a_crash_between_taking_and_removing_doubles_nothing(spool: Spool) -> None:
    store, records = MemoryStore(), [made.post(f"{i}") for i in range(5)]
    spool.put(records)
    # The store took the batch, the process died before the spool forgot it.
    store.add(records)
    assert spool.replay(store) == Replayed(taken=5, duplicate=5)
    assert store.count(RecordQuery()) == ExactCount(5)


def test_answers_wait_as_well(spool: Spool) -> None:
    store, reply = MemoryStore(), Reply("已办", made.NOON, "水务局")
    store.add([made.message("old"), made.message("asked")])
    spool.put_reply("old", reply)
    spool.put([made.message("asked", reply=reply), made.message("new", reply=reply)])
    assert spool.replay(store) == Replayed(taken=3, new=1, duplicate=1, replies=2)
    assert [store.get_record(id).reply for id in ("old", "asked", "new")] == [reply] * 3  # type: ignore[union-attr]


def test_a_full_spool_keeps_the_oldest_and_counts_the_refused(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.db", 200_000)
    records = [made.post(f"{i:04}", "水" * 500) for i in range(300)]
    kept = sum(spool.put(records[i : i + 20]) for i in range(0, 300, 20))
    assert 0 < kept < 300
    assert spool.refused == 300 - kept
    assert spool.size_bytes <= 220_000
    store = Ordered()
    assert spool.replay(store).new == kept
    assert store.order == sorted(store.order) and store.order[0] == "0000"
    assert spool.put(records[-5:]) == 5, "there is room again"


def test_nothing_of_what_was_replayed_or_purged_stays_in_the_file(tmp_path: Path, spool: Spool) -> None:
    spool.put([made.post("a", MARK * 400), made.post("b", MARK * 9, published=made.NOON - timedelta(days=31))])
    assert holding(tmp_path, MARK)
    assert spool.purge(Kind.POST, made.NOON - timedelta(days=30)) == 1
    assert spool.replay(MemoryStore()).new == 1
    assert holding(tmp_path, MARK) == []


def test_an_item_that_cannot_be_read_holds_up_no_other(tmp_path: Path, spool: Spool) -> None:
    import sqlite3

    spool.put([made.post(f"{i}") for i in range(5)])
    with sqlite3.connect(tmp_path / "waiting" / "spool.db") as connection:
        connection.execute("UPDATE waiting SET body = '{\"author\":1}' WHERE record = '2'")
    connection.close()
    store = Ordered()
    assert spool.replay(store) == Replayed(taken=4, new=4, doubtful=1)
    assert (store.order, spool.depth, spool.doubtful) == (["0", "1", "3", "4"], 0, 1)


def test_a_spool_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    spool = Spool(tmp_path / "file" / "spool.db", 10**6)
    with pytest.raises(StoreUnavailable):
        spool.put([made.post("a")])
    assert spool.depth == 0


@pytest.mark.elastic
def test_while_elasticsearch_is_away_records_wait_and_none_is_lost_or_doubled(
    new_elastic: NewStore, spool: Spool
) -> None:
    from monitor.store.elastic import ElasticStore

    away = ElasticStore(f"http://127.0.0.1:{free_port()}", prefix="away", timeout_s=2)
    records = [made.post(f"p{i}") for i in range(30)]
    store = new_elastic()
    store.add(records[:5])
    with pytest.raises(StoreUnavailable):
        away.add(records)
    assert spool.put(records) == 30
    with pytest.raises(StoreUnavailable):
        spool.replay(away)
    assert spool.depth == 30
    assert spool.replay(store, batch=7) == Replayed(taken=30, new=25, duplicate=5)
    assert store.count(RecordQuery()) == ExactCount(30)
    away.close()


def test_many_processes_may_use_one_spool(tmp_path: Path) -> None:
    one, two = (Spool(tmp_path / "s.db", 10**7) for _ in range(2))
    store = SqliteStore(tmp_path / "store.db")
    one.put([made.post("a")])
    two.put([made.post("b")])
    assert (one.depth, two.depth) == (2, 2)
    assert two.replay(store).new == 2
    assert (one.depth, one.replay(store)) == (0, Replayed())
