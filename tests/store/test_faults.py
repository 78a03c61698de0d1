"""Killed at any instruction, away, full, locked, damaged: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import random
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Timer

import pytest

from monitor.errors import StoreCorrupt, StoreUnavailable, YuqingError
from monitor.model import ALL_TOPICS, AnyRecord, Change, ExactCount, Facet, Kind, Reply
from monitor.store import CellQuery, FacetQuery, RecordQuery, Store
from monitor.store.copying import Copyable
from monitor.store.elastic import ElasticStore
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import free_port
from tests.store import adder, made
from tests.store.conftest import NewStore
from tests.store.test_cells import SINCE, UNTIL, recount, recount_facets
from tests.store.test_records import walk

ROOT = Path(__file__).resolve().parents[2]
ALL = CellQuery(since=SINCE, until=UNTIL, topics=(ALL_TOPICS, *adder.TOPICS), by_source=True)
TERMS = FacetQuery(facet=Facet.TERM, since=SINCE.date(), until=UNTIL.date(), topics=ALL.topics)


def assert_whole(store: Store, records: list[AnyRecord]) -> None:
    """Cells and facet cells are those of the records, each of which is there once."""
    assert len({r.id for r in records}) == len(records)
    assert list(store.cells(ALL)) == recount(records, ALL)
    assert list(store.facets(TERMS)) == recount_facets(records, TERMS)


def at_rest(store: Store) -> list[AnyRecord]:
    """The records, once the server has done what the dead still had under way; asserts that they are whole.

    Records only ever come, so if the same were there before and after the look at the cells, none came in between.
    """
    for _ in range(50):
        before = walk(store, RecordQuery(limit=500))
        cells = list(store.cells(ALL))
        if before == walk(store, RecordQuery(limit=500)):
            assert len({r.id for r in before}) == len(before)
            assert cells == recount(before, ALL)
            return before
    raise AssertionError("the server still writes")


def killed(engine: str, where: str, what: str, begin: int, lines: int, delay: float) -> list[str]:
    """Runs the child, kills it (SIGKILL) ``delay`` seconds after some lines, and returns what it had said."""
    command = [sys.executable, "-m", "tests.store.adder", engine, where, what, str(begin)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(lines + 1)]
    Timer(delay, child.send_signal, (signal.SIGKILL,)).start()
    said += child.stdout.readlines()
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    # The last line may have been cut short.
    return [line.strip() for line in said[1:] if line.endswith("\n")]


def test_a_kill_while_adding_to_sqlite_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance, path = random.Random(20261122), tmp_path / "s.db"
    acknowledged: set[str] = set()
    for turn in range(12):
        lines = killed("sqlite", str(path), "add", turn * 40, chance.randrange(4), chance.random() * 0.03)
        acknowledged |= {id for line in lines for id in line.split()}
        store = SqliteStore(path)
        records = walk(store, RecordQuery(limit=500))
        assert acknowledged <= {r.id for r in records}
        assert_whole(store, records)
        store.close()
    assert acknowledged
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.elastic
def test_a_kill_while_adding_to_elasticsearch_loses_and_doubles_nothing(
    elastic_url: str, new_elastic: NewStore
) -> None:
    chance, store = random.Random(20261122), new_elastic()
    where = f"{elastic_url}/{store._names.prefix}"  # type: ignore[attr-defined]
    acknowledged: set[str] = set()
    for turn in range(5):
        lines = killed("elastic", where, "add", turn * 40, chance.randrange(4), chance.random() * 0.1)
        acknowledged |= {id for line in lines for id in line.split()}
        assert acknowledged <= {r.id for r in at_rest(store)}
    # Whatever the dead had begun, a repeat completes, even with another time of publication.
    again = [replace(adder.record(n), published=made.NOON - timedelta(days=2)) for n in range(240)]
    before = {r.id for r in at_rest(store)}
    assert set(store.add(again).duplicate) == before & {r.id for r in again}
    assert_whole(store, walk(store, RecordQuery(limit=500)))


@pytest.mark.elastic
def test_a_kill_while_purging_from_elasticsearch_changes_no_cell(elastic_url: str, new_elastic: NewStore) -> None:
    chance, store = random.Random(7), new_elastic()
    store.add([adder.record(n) for n in range(150)])
    cells = list(store.cells(ALL))
    where = f"{elastic_url}/{store._names.prefix}"  # type: ignore[attr-defined]
    turn = 0
    for _ in range(4):
        turn += len(killed("elastic", where, "purge", turn, 1, chance.random() * 0.3))
        assert list(store.cells(ALL)) == cells
        edge = made.NOON - timedelta(hours=6) + timedelta(minutes=20 * (turn - 1))
        assert all(r.kind is not Kind.POST or r.published >= edge for r in walk(store, RecordQuery(limit=500)))
        walk(store, RecordQuery(limit=500))
    store.purge(Kind.POST, made.NOON + timedelta(days=1))
    assert list(store.cells(ALL)) == cells
    assert all(r.kind is not Kind.POST for r in walk(store, RecordQuery(limit=500)))
    assert store.add([made.post("later")]).new == ("later",)


def test_of_many_who_add_the_same_ids_at_once_each_id_is_new_to_one(store: Copyable) -> None:
    store.init()
    for turn in range(4):
        barrier = Barrier(4)

        def one(who: int, turn: int = turn, barrier: Barrier = barrier) -> tuple[str, ...]:
            # Each saw another time of publication, so each would put the record into another index.
            published = made.NOON - timedelta(days=who)
            records = [made.post(f"{turn}-{i}", f"由{who}", published=published) for i in range(12)]
            barrier.wait(10)
            return store.add(records).new

        with ThreadPoolExecutor(4) as pool:
            new = [id for ids in pool.map(one, range(4)) for id in ids]
        assert sorted(new) == sorted({f"{turn}-{i}" for i in range(12)})
    records = walk(store, RecordQuery(limit=100))
    assert len(records) == 48
    assert_whole(store, records)


@pytest.mark.elastic
def test_a_claim_without_its_record_is_taken_over(new_elastic: NewStore) -> None:
    from monitor.store import elastic_docs

    store = new_elastic()
    store.init()
    cluster, names = store._cluster, store._names  # type: ignore[attr-defined]
    dead = [made.post("same"), made.post("moved", published=made.NOON - timedelta(days=3)), made.post("voided")]
    for record in dead:
        claim = elastic_docs.claim(record, names.bucket(record.kind, record.published))
        cluster.call("PUT", f"/{names.claims}/_create/{record.id}", claim)
    cluster.call("PUT", f"/{names.bucket(Kind.POST, made.NOON)}/_create/voided", {"void": True})
    living = [made.post("same"), made.post("moved"), made.post("voided")]
    assert store.get_record("voided") is None and store.get_record("moved") is None
    assert sorted(store.add(living).new) == ["moved", "same", "voided"]
    assert [store.get_record(r.id) for r in living] == living
    assert_whole(store, walk(store, RecordQuery()))
    assert len(store.add(dead).duplicate) == 3


CALLS: list[Callable[[Store], object]] = [
    lambda s: s.add([made.post("x")]),
    lambda s: s.get_record("x"),
    lambda s: s.find(RecordQuery()),
    lambda s: s.count(RecordQuery()),
    lambda s: s.record_reply("x", Reply("已办")),
    lambda s: s.revise("x", Change(at=made.NOON, title="", text="")),
    lambda s: s.withdraw("x", made.NOON, uncount=True),
    lambda s: s.purge(Kind.POST, made.NOON),
    lambda s: s.cells(ALL),
    lambda s: s.facets(TERMS),
    lambda s: s.get("k", "x"),
    lambda s: s.create("k", "x", {}),
    lambda s: s.replace("k", "x", {}, 1),
    lambda s: s.list_states("k"),
    lambda s: s.prune_states("k", "x"),
    lambda s: s.init(),
    lambda s: s.ping(),
    lambda s: s.stats(),
]


def refusals(store: Store) -> Iterator[YuqingError]:
    for call in CALLS:
        with pytest.raises(YuqingError) as caught:
            call(store)
        yield caught.value


def test_every_call_says_that_the_store_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    away = [
        SqliteStore(tmp_path / "file" / "s.db"),
        ElasticStore(f"http://127.0.0.1:{free_port()}", timeout_s=2),
    ]
    for store in away:
        for error in refusals(store):
            assert isinstance(error, StoreUnavailable) and error.message and error.hint
        store.close()


def test_a_damaged_or_foreign_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "damaged.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    (tmp_path / "text.db").write_text("没有表格" * 1000)
    with sqlite3.connect(tmp_path / "foreign.db") as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    newer = SqliteStore(tmp_path / "newer.db")
    newer.init()
    newer.close()
    with sqlite3.connect(tmp_path / "newer.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for name in ("damaged.db", "text.db", "foreign.db", "newer.db"):
        store = SqliteStore(tmp_path / name)
        for error in refusals(store):
            assert isinstance(error, StoreCorrupt) and name in error.message and error.hint
        store.close()


@pytest.mark.elastic
def test_indices_of_another_schema_are_named_as_such(new_elastic: NewStore) -> None:
    store = new_elastic()
    names, cluster = store._names, store._cluster  # type: ignore[attr-defined]
    cluster.call("PUT", f"/{names.states}", {"mappings": {"_meta": {"schema": 99}}})
    for error in refusals(store):
        assert isinstance(error, StoreCorrupt) and error.hint


def test_a_locked_file_is_waited_for_and_then_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db", timeout_s=0.2)
    store.init()
    other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        store.add([made.post("x")])
    assert store.find(RecordQuery()).records == (), "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    assert store.add([made.post("x")]).new == ("x",)
    store.close()


FULL = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
from monitor.errors import StoreUnavailable
from monitor.store.sqlite import SqliteStore
from monitor.store import RecordQuery
from tests.store import made
store = SqliteStore(Path(sys.argv[1]))
n = 0
try:
    while True:
        store.add([made.message(f"m{n}-{i}", "水" * 400) for i in range(5)])
        n += 1
except StoreUnavailable as error:
    assert error.hint
    try:
        store.ping()
    except StoreUnavailable:
        pass
    print(n, len(store.find(RecordQuery(limit=5000)).records))
"""


def test_a_full_disk_stops_writing_with_nothing_half_written_and_reading_goes_on(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE >= 0
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "s.db")], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-800:]
    batches, records = map(int, done.stdout.split())
    assert batches > 3 and records == 5 * batches
    store = SqliteStore(tmp_path / "s.db")
    assert_whole(store, walk(store, RecordQuery(limit=500)))
    assert store.add([made.post("x")]).new == ("x",), "there is room again"
    assert store.count(RecordQuery()) == ExactCount(records + 1)
    store.close()


@pytest.mark.elastic
def test_a_document_with_a_field_too_many_is_refused_by_the_server(new_elastic: NewStore) -> None:
    store = new_elastic()
    store.add([made.post("p")])
    names, cluster = store._names, store._cluster  # type: ignore[attr-defined]
    bucket = names.bucket(Kind.POST, made.NOON)
    for extra in ({"author": "x"}, {"labels": {"author": "x"}}, {"labels": {"sentiment": {"user": "x"}}}):
        with pytest.raises(StoreCorrupt, match="strict_dynamic_mapping_exception"):
            cluster.call("PUT", f"/{bucket}/_doc/q", {"kind": "post", **extra})
