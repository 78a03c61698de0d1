"""The spool: what waits there is neither lost nor doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import AnyRecord, Article, Change, ExactCount, Kind, Reply
from monitor.store import Added, RecordQuery, Replayed, Spool, codec
from monitor.store.memory import MemoryStore
from monitor.store.replay import Withdrawal
from monitor.store.rules import micros
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import free_port
from tests.store import made
from tests.store.conftest import NewStore
from tests.store.test_purge import MARK, holding

LATER = made.NOON + timedelta(hours=1)
GONE = Withdrawal(made.NOON + timedelta(hours=9), made.NOON.replace(hour=0))
STORY = "因管网抢修，今晚十时起青石街道停水三小时。请居民提前储水，恢复供水后先放掉少量浊水再使用。"


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


def test_changes_and_withdrawals_are_done_after_what_came_before_them(spool: Spool) -> None:
    store = MemoryStore()
    store.add([made.article("a", title="公告", text=STORY), made.post("p")])
    edited = made.article("a", title="公告（更新）", text=STORY.replace("三小时", "八小时"))
    assert spool.put([made.post("new"), made.article("b", title="通知", text=STORY)]) == 2
    assert spool.put_reread([replace(edited, seen=LATER), made.post("unknown", "也停水")]) == 2
    assert spool.put_withdrawals(Kind.POST, ["p", "new", "never"], GONE) == 3
    assert spool.put_withdrawals(Kind.NEWS, ["b"], GONE) == 1
    assert spool.put([made.post("p")]) == 1
    assert spool.depth == 9
    done = spool.replay(store, batch=2)
    assert done == Replayed(taken=9, new=3, duplicate=1, edited=1, withdrawn=3)
    assert [r.id for r in store.find(RecordQuery()).records] == ["unknown", "a"]
    record = store.get_record("a")
    assert isinstance(record, Article) and [r.title for r in record.revisions] == ["公告"] and "八小时" in record.text
    (left,) = store.find(RecordQuery(withdrawn=True)).records
    assert isinstance(left, Article) and (left.id, left.text, left.withdrawn) == ("b", "", GONE.at)


def test_a_page_that_was_read_again_while_the_store_was_away_is_compared_at_the_replay(spool: Spool) -> None:
    store, reply = MemoryStore(), Reply("已办", made.NOON, "水务局")
    store.add([made.article("same", title="公告", text=STORY), made.article("cut", text=STORY), made.message("m")])
    spool.put_reread([
        made.article("same", title="公告", text=f"阅读 17\n{STORY}"), replace(made.article("cut", text=STORY[:9]), rank=4),
        made.message("m", reply=reply),
    ])  # fmt: skip
    assert spool.replay(store) == Replayed(taken=3, replies=1)
    cut = store.get_record("cut")
    assert isinstance(cut, Article) and (cut.text, cut.rank, cut.revisions) == (STORY, 4, ())


@pytest.mark.parametrize("done", range(7))
def test_killed_between_doing_and_forgetting_the_same_again_changes_nothing(spool: Spool, done: int) -> None:
    store, whole = MemoryStore(), MemoryStore()
    first = made.article("a", title="一", text=STORY, terms=("停水",))
    versions = [
        replace(first, title=t, text=STORY + t, seen=LATER + timedelta(hours=n)) for n, t in enumerate("二三四")
    ]
    posts = [made.post(f"p{n}", topics=("供水",)) for n in range(3)]
    spool.put([first, *posts])
    spool.put_reread(versions)
    spool.put_withdrawals(Kind.POST, ["p1"], GONE)
    spool.put_withdrawals(Kind.NEWS, ["a"], GONE)
    # What a process had done before it was killed and had not yet taken out of the spool: the first ``done`` steps.
    store.add([first, *posts][: done + 1])
    for version in versions[: max(done - 2, 0)]:
        store.revise("a", Change(at=version.seen, title=version.title, text=version.text))
    if done > 5:
        store.withdraw("p1", GONE.at, uncount=True)
    copy = Spool(spool._path.with_name("copy.db"), 10**7)
    copy.put([first, *posts])
    copy.put_reread(versions)
    copy.put_withdrawals(Kind.POST, ["p1"], GONE)
    copy.put_withdrawals(Kind.NEWS, ["a"], GONE)
    copy.replay(whole)
    spool.replay(store, batch=3)
    for one in (store, whole):
        record = one.get_record("a")
        assert isinstance(record, Article) and [r.title for r in record.revisions] == ["一", "二", "三"]
    assert store.get_record("a") == whole.get_record("a")
    assert list(store.all_cells()) == list(whole.all_cells()) and list(store.all_gone()) == list(whole.all_gone())
    assert store.find(RecordQuery()) == whole.find(RecordQuery())


def test_what_a_brief_has_counted_by_now_stays_counted(spool: Spool) -> None:
    store, yesterday = MemoryStore(), made.NOON - timedelta(days=1)
    store.add([made.post("old", published=yesterday), made.post("new")])
    spool.put_withdrawals(Kind.POST, ["old", "new"], Withdrawal(made.NOON, yesterday - timedelta(hours=13)))
    assert spool.replay(store, unreleased=made.NOON.replace(hour=0)).withdrawn == 2
    assert [hour for (hour, *_), _ in store.all_cells()] == [micros(yesterday.replace(minute=0))]


def test_retention_covers_what_was_read_again_and_what_is_gone(tmp_path: Path, spool: Spool) -> None:
    old = made.NOON - timedelta(days=31)
    spool.put_reread([made.post("a", MARK * 90, published=old), made.post("b", "新")])
    spool.put_withdrawals(Kind.POST, ["c"], Withdrawal(old, old))
    spool.put_withdrawals(Kind.POST, ["d"], GONE)
    assert holding(tmp_path, MARK)
    assert spool.purge(Kind.POST, made.NOON - timedelta(days=30)) == 2
    assert holding(tmp_path, MARK) == [] and spool.depth == 2


def test_a_spool_of_the_first_version_is_replayed(tmp_path: Path) -> None:
    path, reply = tmp_path / "old.db", Reply("已办", made.NOON, "水务局")
    with sqlite3.connect(path) as connection:
        connection.executescript(V1)
        rows = [("m", "board", 1, None, codec.dumps(made.message("m"))),
                (None, "board", None, "m", codec.dumps_object(codec.encode_reply(reply)))]  # fmt: skip
        connection.executemany("INSERT INTO waiting (record, kind, at, reply_to, body) VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    store, spool = MemoryStore(), Spool(path, 10**7)
    spool.put_withdrawals(Kind.BOARD, ["m"], GONE)
    assert spool.replay(store) == Replayed(taken=3, new=1, replies=1, withdrawn=1)
    assert store.get_record("m") == replace(
        made.message("m", "", reply=Reply("", made.NOON, "水务局")), withdrawn=GONE.at
    )


V1 = """
CREATE TABLE waiting (no INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT UNIQUE, kind TEXT, at INTEGER, reply_to TEXT,
    body TEXT NOT NULL, doubt INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO tallies VALUES ('refused', 0);
PRAGMA user_version=1;
"""


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
