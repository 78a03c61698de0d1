"""Killed or raced while records are revised and withdrawn: what went stays away, and every cell is exact."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from monitor.model import Change, Kind
from monitor.store import RecordQuery, Store
from monitor.store.copying import Copyable
from monitor.store.sqlite import SqliteStore
from tests.store import adder, made
from tests.store.conftest import NewStore
from tests.store.test_faults import ALL, assert_whole, at_rest, killed
from tests.store.test_records import walk


def changed_and_killed(store: Store, engine: str, where: str, turns: int, delay: float) -> None:
    """Children change records and are killed; what they took out stays out, and every cell is that of a record."""
    chance, gone = random.Random(20261123), set[str]()
    for turn in range(turns):
        lines = killed(engine, where, "change", turn * 60, chance.randrange(4), chance.random() * delay)
        gone |= {id for line in lines for id in line.split()}
        records = at_rest(store)
        assert gone.isdisjoint(r.id for r in records)
        assert all(getattr(r, "revisions", ()) == () or r.text == "改过了" for r in records)
    assert gone
    assert set(store.add([adder.record(int(id[1:])) for id in gone]).duplicate) == gone
    # A repeat of everything that the dead may have begun takes out each of the rest once.
    for record in [r for r in at_rest(store) if r.kind is Kind.POST]:
        assert store.withdraw(record.id, made.NOON, uncount=True) is True
        assert store.withdraw(record.id, made.NOON, uncount=True) is False
    records = at_rest(store)
    assert_whole(store, records)
    assert all(r.kind is not Kind.POST for r in records)


def test_a_kill_while_withdrawing_from_sqlite_leaves_every_cell_exact(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db", timeout_s=30)
    changed_and_killed(store, "sqlite", str(tmp_path / "s.db"), 8, 0.03)
    store.close()


@pytest.mark.elastic
def test_a_kill_while_withdrawing_from_elasticsearch_leaves_every_cell_exact(
    elastic_url: str, new_elastic: NewStore
) -> None:
    store = new_elastic()
    changed_and_killed(store, "elastic", f"{elastic_url}/{store._names.prefix}", 4, 0.1)  # type: ignore[attr-defined]


def test_of_many_who_withdraw_a_post_at_once_one_takes_it_from_its_cells(store: Copyable) -> None:
    store.init()
    posts = [made.post(f"p{n}", topics=("供水",), terms=("停水",)) for n in range(20)]
    store.add(posts)
    barrier = Barrier(4)

    def one(who: int) -> int:
        barrier.wait(10)
        # Others add the same ids again meanwhile: a post that was taken out must not slip in between.
        if who == 0:
            return len(store.add(posts).new)
        return sum(store.withdraw(f"p{n}", made.NOON, uncount=True) for n in range(15))

    with ThreadPoolExecutor(4) as pool:
        new, *taken = pool.map(one, range(4))
    assert (new, sum(taken)) == (0, 15)
    records = walk(store, RecordQuery(limit=100))
    assert {r.id for r in records} == {f"p{n}" for n in range(15, 20)}
    assert_whole(store, records)


@pytest.mark.elastic
def test_indices_of_earlier_days_learn_what_was_taken_back(new_elastic: NewStore) -> None:
    from monitor.store.elastic_mappings import LATER, RECORDS

    store = new_elastic()
    names, cluster = store._names, store._cluster  # type: ignore[attr-defined]
    properties = {name: kind for name, kind in RECORDS["properties"].items() if name not in LATER["properties"]}
    for kind in (Kind.POST, Kind.NEWS):
        mappings = {**RECORDS, "properties": properties}
        cluster.call("PUT", f"/{names.bucket(kind, made.NOON)}", {"mappings": mappings, "aliases": {names.records: {}}})
    store.add([made.post("p"), made.article("a"), made.article("b")])
    assert store.withdraw("p", made.NOON, uncount=True) and store.withdraw("a", made.NOON, uncount=False)
    assert store.revise("b", Change(at=made.NOON, title="改过", text="改过了"))
    assert [r.id for r in store.find(RecordQuery()).records] == ["b"]
    assert [r.id for r in store.find(RecordQuery(withdrawn=True)).records] == ["a"]


@pytest.mark.elastic
def test_a_kill_while_indices_are_copied_loses_nothing_and_the_next_purge_opens_them(
    elastic_url: str, new_elastic: NewStore
) -> None:
    chance, store = random.Random(5), new_elastic()
    store.add([adder.record(n) for n in range(60)])
    cells, turn = list(store.cells(ALL)), 0
    for _ in range(4):
        where = f"{elastic_url}/{store._names.prefix}"  # type: ignore[attr-defined]
        turn += len(killed("elastic", where, "renew", turn, 1, chance.random() * 0.4))
        assert list(store.cells(ALL)) == cells
        records = walk(store, RecordQuery(limit=500))
        assert {r.id for r in records} >= {f"r{n}" for n in range(60) if n % 3}
        assert {r.id for r in records}.isdisjoint(f"r{3 * n}" for n in range(turn))
    store.purge(Kind.POST, made.NOON - timedelta(days=400))
    assert store.add([made.post("later"), made.article("too"), made.message("as well")]).duplicate == ()
    assert {r.id for r in store.find(RecordQuery(text="版")).records} == {f"r{n}" for n in range(2, 30, 3)}
    assert {f"r{3 * n}" for n in range(turn)} <= {id for id, _ in store.all_gone()}  # type: ignore[attr-defined]
