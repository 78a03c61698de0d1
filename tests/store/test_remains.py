"""What was revised or withdrawn leaves no byte in any file once the next purge, of whatever kind, has run."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from monitor.model import AnyRecord, Change, Kind, Reply
from monitor.store import RecordQuery
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import Node
from tests.store import made
from tests.store.conftest import NewStore
from tests.store.test_purge import MARK, holding

NOON = made.NOON
LONG_AGO = NOON - timedelta(days=400)
KINDS: dict[Kind, Callable[..., AnyRecord]] = {
    Kind.POST: made.post, Kind.BOARD: made.message, Kind.NEWS: made.article,
}  # fmt: skip


def indexed(path: Path) -> bool:
    """Whether the search index has anything of the mark. A term may lack what it shares with the one before it, which
    is never the whole of its first character; so its second one is looked for."""
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        blocks = b"".join(block for (block,) in connection.execute("SELECT block FROM words_data"))
    connection.close()
    return MARK[1].encode() in blocks


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["revised", "withdrawn"])
def test_in_sqlite(tmp_path: Path, kind: Kind, how: str) -> None:
    path = tmp_path / "s.db"
    store, reader = SqliteStore(path), SqliteStore(path)
    store.add([KINDS[kind](f"k{n}", f"留下第{n}条") for n in range(300)])
    store.add([KINDS[kind](f"g{n}", f"{MARK}第{n}条" * 40) for n in range(12)])
    for n in range(12):
        reader.find(RecordQuery(limit=5))
        if how == "revised":
            assert store.revise(f"g{n}", Change(at=NOON + timedelta(hours=1), title="停水", text="改过了"))
        else:
            assert store.withdraw(f"g{n}", NOON, uncount=n % 2 == 0)
    assert holding(tmp_path, MARK) and indexed(path) == (kind is not Kind.POST), "remains were there"
    store.purge(Kind.HOTLIST, LONG_AGO)
    assert holding(tmp_path, MARK) == []
    assert not indexed(path)
    if kind is not Kind.POST:
        assert store.count(RecordQuery(text="留下")) == 300 and store.count(RecordQuery(text="改过")) == 12 * (
            how == "revised"
        )
    store.close()
    reader.close()


def test_a_purge_that_was_killed_before_the_index_was_merged_is_made_up_for(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = SqliteStore(path)
    store.add([made.message(f"k{n}", f"留下第{n}条") for n in range(50)])
    store.add([made.message("g", MARK * 9)])
    store.withdraw("g", NOON, uncount=False)
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM forgotten").fetchone() == (1,)
        # As a merge leaves it that was begun and not ended.
        connection.execute("INSERT INTO words (words, rank) VALUES ('merge', -1)")
    connection.close()
    again = SqliteStore(path)
    again.purge(Kind.POST, LONG_AGO)
    assert not indexed(path) and holding(tmp_path, MARK) == []
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM forgotten").fetchone() == (0,)
    connection.close()
    again.close()


@pytest.mark.elastic
def test_in_elasticsearch(elastic_node: Node, new_elastic: NewStore) -> None:
    if elastic_node.data is None:
        pytest.skip("the files of a given node (YUQING_TEST_ELASTICSEARCH) cannot be read")
    store = new_elastic()
    # Long and without repeats, so that the index's compression leaves some of it as it is.
    texts = ["".join(chr(0x4E00 + (n * 7919 + 1500 * i) % 20000) for n in range(400)) for i in range(4)]
    store.add([
        made.post("p", texts[0]), made.message("m", texts[1], reply=Reply(texts[2], NOON)), made.article("a", texts[3]),
        made.post("kept", "留下"), made.message("too", "留下"),
    ])  # fmt: skip
    assert all(holding(elastic_node.data, text[:12]) for text in texts), "the texts were there before"
    store.withdraw("p", NOON, uncount=False)
    store.withdraw("m", NOON, uncount=False)
    store.revise("a", Change(at=NOON, title="改过", text="改过了"))
    # Another write over the revised one must not hide that there was a former text.
    store.revise("a", Change(at=NOON + timedelta(hours=1), title="改过", text="又改过了"))
    store.purge(Kind.HOTLIST, LONG_AGO)
    # A node whose shard is busy removes the files of a dropped index when it is free, moments after the answer.
    ends = monotonic() + 60
    while (left := [text[:12] for text in texts if holding(elastic_node.data, text[:12])]) and monotonic() < ends:
        sleep(0.2)
    assert left == []
    assert [r.id for r in store.find(RecordQuery(text="又改")).records] == ["a"]
    kept = {r.id for r in store.find(RecordQuery()).records}
    assert kept == {"a", "kept", "too"} and store.get_record("p") is None
    # What was copied lives on: known, revised and purged like any other.
    assert store.add([made.post("p"), made.message("m"), made.post("new")]).new == ("new",)
    assert store.revise("too", Change(at=NOON, title="留下", text="再改"))
    message = store.get_record("m")
    assert message == replace(made.message("m", "", reply=Reply("", NOON)), withdrawn=NOON)
    assert store.purge(Kind.BOARD, NOON + timedelta(days=1)).records == 2
