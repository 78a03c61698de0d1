"""Crawl runs, source states and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Kind
from monitor.ops import runs
from monitor.ops.runs import RunState, SourceRun, SourceState
from monitor.settings.types import Source
from monitor.store.memory import MemoryStore

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SOURCE = Source(id="a", name="甲", kind=Kind.NEWS, adapter="rss", url="http://example.org/f", interval_min=30)


def _run(started: datetime = NOW, state: RunState = RunState.OK, new: int = 1, kind: Kind = Kind.NEWS) -> SourceRun:
    return SourceRun(
        source="a", kind=kind, started=started, finished=started + timedelta(seconds=5), state=state, new=new
    )


def test_a_run_updates_the_state_of_its_source_once() -> None:
    store = MemoryStore()
    runs.record(store, _run())
    runs.record(store, _run())
    assert runs.states(store, [SOURCE])["a"].last_ok == NOW
    assert runs.recent(store, "a") == [_run()]


def test_failures_in_a_row_are_counted_and_forgotten_after_a_good_run() -> None:
    store = MemoryStore()
    for minute in range(3):
        runs.record(store, _run(NOW + timedelta(minutes=minute), RunState.FAILED, new=0))
    assert runs.states(store, [SOURCE])["a"].failures_in_row == 3
    runs.record(store, _run(NOW + timedelta(minutes=9), RunState.PARTIAL, new=0))
    state = runs.states(store, [SOURCE])["a"]
    assert (state.failures_in_row, state.last_new) == (0, None)


@pytest.mark.parametrize(
    ("minutes", "failures", "due"),
    [(28, 0, False), (32, 0, True), (56, 1, False), (64, 1, True), (456, 9, False), (504, 9, True)],
)
def test_a_source_is_due_after_its_interval_and_backs_off_when_it_fails(minutes: int, failures: int, due: bool) -> None:
    state = SourceState(source="a", last_run=NOW - timedelta(minutes=minutes), failures_in_row=failures)
    assert bool(runs.due([SOURCE], {"a": state}, NOW)) is due


def test_a_source_that_never_ran_or_ran_in_the_future_is_due() -> None:
    future = SourceState(source="a", last_run=NOW + timedelta(days=1))
    assert runs.due([SOURCE], {}, NOW) == [SOURCE]
    assert runs.due([SOURCE], {"a": future}, NOW) == [SOURCE]


def test_disabled_and_import_only_sources_are_never_due() -> None:
    off = SOURCE.model_copy(update={"enabled": False})
    files = SOURCE.model_copy(update={"adapter": "import"})
    assert runs.due([off, files], {}, NOW) == []


def test_a_run_of_a_post_source_is_shown_rounded() -> None:
    run = replace(_run(kind=Kind.POST, new=7), pages=44, dropped={"not_public_service": 12}, newest=NOW)
    shown = runs.shown(run)
    assert shown["new"]["text"] == "<10"
    assert shown["pages"]["value"] == 45
    assert shown["dropped"]["not_public_service"]["value"] == 10
    assert shown["newest"] is None
    assert runs.shown(_run(new=7))["new"] == 7
