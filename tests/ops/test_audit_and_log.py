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
