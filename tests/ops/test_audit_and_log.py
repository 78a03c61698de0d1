"""The audit log keeps every entry; the log never prints a text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.ops import audit, log
from monitor.store.memory import MemoryStore

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_entries_are_read_newest_first_page_by_page() -> None:
    store = MemoryStore()
    for i in range(5):
        audit.record(store, "clerk", audit.Action.QUERY, f"/p/{i}", NOW + timedelta(seconds=i))
    first = audit.read(store, limit=3)
    second = audit.read(store, before=first[-1].id, limit=3)
    assert [e.target for e in (*first, *second)] == ["/p/4", "/p/3", "/p/2", "/p/1", "/p/0"]


def test_two_entries_of_one_moment_are_both_kept() -> None:
    store = MemoryStore()
    for _ in range(20):
        audit.record(store, "clerk", audit.Action.SIGN_IN, "", NOW)
    assert len(audit.read(store)) == 20


def test_a_text_given_to_the_log_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    log.get("intake").info("kept", id="abc", text="小区停水三天了", title="停水")
    printed = capsys.readouterr().err
    assert "abc" in printed
    assert "停水" not in printed


def _filled(store: MemoryStore, n: int = 6) -> None:
    for i in range(n):
        audit.record(store, "clerk", audit.Action.QUERY, f"/p/{i}", NOW + timedelta(seconds=i))


def test_a_whole_chain_is_whole_and_its_head_can_be_found_again() -> None:
    store = MemoryStore()
    assert audit.verify(store) == audit.Verified(0, "0" * 64)
    _filled(store)
    first = audit.verify(store)
    assert (first.entries, first.fault) == (6, "")
    _filled(store)
    assert audit.holds(store, first.head) and not audit.holds(store, "f" * 64)


@pytest.mark.parametrize("key", ["who", "target", "time", "action", "prev"])
def test_a_changed_entry_is_found(key: str) -> None:
    store = MemoryStore()
    _filled(store)
    state = store.get(audit.STATE, "c000000000003")
    assert state is not None
    store.replace(audit.STATE, state.id, {**state.doc, key: "someone else"}, state.version)
    assert "第 3 条" in audit.verify(store).fault


def test_removed_entries_are_found_at_the_beginning_in_the_midst_and_at_the_end() -> None:
    for cut in (range(1, 3), range(3, 5), range(5, 7)):
        store = MemoryStore()
        _filled(store)
        kept = {s.id: s.doc for s in store.list_states(audit.STATE, limit=100)}
        head = store.get(audit.STATE_HEAD, "head")
        assert head is not None
        other = MemoryStore()
        other.create(audit.STATE_HEAD, "head", head.doc)
        for id, doc in kept.items():
            if int(id[1:]) not in cut:
                other.create(audit.STATE, id, doc)
        assert audit.verify(other).fault


def test_an_entry_whose_writer_was_killed_before_moving_the_head_on_is_no_gap() -> None:
    store = MemoryStore()
    _filled(store, 2)
    head = store.get(audit.STATE_HEAD, "head")
    assert head is not None
    _filled(store, 1)
    now = store.get(audit.STATE_HEAD, "head")
    assert now is not None
    store.replace(audit.STATE_HEAD, "head", head.doc, now.version)  # as if the third had been killed there
    _filled(store, 2)
    assert audit.verify(store) == audit.Verified(5, audit.verify(store).head)
    assert len(audit.read(store)) == 5


def test_many_writers_at_once_make_one_chain() -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = MemoryStore()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: audit.record(store, f"clerk{i}", audit.Action.QUERY, "/", NOW), range(80)))
    assert (audit.verify(store).entries, audit.verify(store).fault) == (80, "")
