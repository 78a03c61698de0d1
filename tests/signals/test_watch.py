"""From the cells of a store to judged series."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Kind
from monitor.ops.runs import RunState, SourceRun, record
from monitor.signals.spikes import HOUR, Measure
from monitor.signals.watch import broken_sources, read
from monitor.store import open_store
from tests.alerts.desk import NEUTRAL, NOON, Writer, fill, settings_of


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    opened = open_store(settings_of(tmp_path, engine=request.param))
    opened.init()
    yield opened
    opened.close()


def source(id, kind="post"):
    return {"id": id, "name": id, "kind": kind, "adapter": "import"}


def fail(store, id, times):
    for minute in range(times):
        at = NOON + timedelta(minutes=minute)
        record(store, SourceRun(source=id, kind=Kind.POST, started=at, finished=at, state=RunState.FAILED))


def test_each_measure_counts_what_it_says(tmp_path, store):
    writer = Writer()
    fill(store, writer.many(Kind.POST, 3, NOON), writer.many(Kind.BOARD, 2, NOON), writer.many(Kind.NEWS, 1, NOON))
    fill(store, writer.many(Kind.BOARD, 4, NOON, mood=NEUTRAL), writer.many(Kind.POST, 5, NOON, mood=NEUTRAL))
    fill(store, writer.many(Kind.OFFICIAL, 6, NOON), writer.many(Kind.POST, 7, NOON, topics=("公交",)))
    series = read(settings_of(tmp_path), store, NOON, NOON + HOUR).series
    negative, board = series["供水", Measure.NEGATIVE], series["供水", Measure.BOARD]
    assert {kind: part[-1] for kind, part in negative.parts.items()} == {Kind.POST: 3, Kind.BOARD: 2, Kind.NEWS: 1}
    assert {kind: part[-1] for kind, part in board.parts.items()} == {Kind.BOARD: 6}
    assert sum(series["公交", Measure.NEGATIVE].parts[Kind.POST]) == 7


def test_a_series_ends_with_the_hour_that_runs_and_has_no_gaps(tmp_path, store):
    fill(store, Writer().many(Kind.POST, 1, NOON - timedelta(days=20)))
    one = read(settings_of(tmp_path), store, NOON, NOON + timedelta(minutes=5)).series["供水", Measure.NEGATIVE]
    assert one.start + one.hours * HOUR == NOON + HOUR
    assert one.known_from == NOON - timedelta(days=20)
    assert sum(one.parts[Kind.POST]) == 1


def test_a_source_is_broken_after_three_failures_in_a_row(tmp_path, store):
    settings = settings_of(tmp_path, sources={"source": [source("post"), source("other")]})
    fail(store, "post", 3)
    fail(store, "other", 2)
    assert broken_sources(settings, store) == ["post"]


def test_only_topics_that_live_on_a_broken_source_hang_on_it(tmp_path, store):
    settings = settings_of(tmp_path, sources={"source": [source("post"), source("board", "board")]})
    writer = Writer()
    fill(store, writer.many(Kind.POST, 9, NOON - HOUR), writer.many(Kind.BOARD, 2, NOON - HOUR))
    fill(store, writer.many(Kind.BOARD, 9, NOON - HOUR, topics=("公交",)))
    fail(store, "post", 3)
    series = read(settings, store, NOON, NOON).series
    assert series["供水", Measure.NEGATIVE].broken
    assert not series["公交", Measure.NEGATIVE].broken
    assert not series["供水", Measure.BOARD].broken


def test_a_source_known_to_be_silent_is_broken_too_and_one_of_odd_volume_is_not(tmp_path, store):
    from monitor.signals.health import STATE_HEALTH, Known, health_doc
    from monitor.signals.illness import Ailment, Illness

    settings = settings_of(tmp_path, sources={"source": [source("post"), source("other"), source("mended")]})
    silent = Known(Illness(Ailment.SILENT, "很久没有新内容", "看看"), NOON)
    store.create(STATE_HEALTH, "post", health_doc({Ailment.SILENT: silent}))
    store.create(STATE_HEALTH, "other", health_doc({Ailment.VOLUME: Known(Illness(Ailment.VOLUME, "多", "看"), NOON)}))
    store.create(STATE_HEALTH, "mended", health_doc({Ailment.SILENT: Known(silent.illness, NOON, fixed=NOON)}))
    assert broken_sources(settings, store) == ["post"]
