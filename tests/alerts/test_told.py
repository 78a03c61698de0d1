"""From publication to alert is measured once an alert, by source, and tells of no single post."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts import told
from monitor.alerts.tick import tick
from monitor.model import Kind
from monitor.ops import tally
from monitor.ops.latency import POSTS_TOGETHER
from monitor.ops.runs import RunState, SourceRun, record
from monitor.store.memory import MemoryStore
from tests.alerts.desk import NOON, burst, fill, settings_of

MINUTE = timedelta(minutes=1)
NAME = "publish_to_alert_seconds"


SOURCES = {
    "source": [
        {
            "id": kind.value,
            "name": kind.value,
            "kind": kind.value,
            "adapter": "rss",
            "url": "http://127.0.0.1/",
            "local": True,
        }
        for kind in (Kind.POST, Kind.BOARD, Kind.NEWS)
    ]
}


@pytest.fixture
def settings(tmp_path, sink):
    return settings_of(tmp_path, port=sink.port, sources=SOURCES)


def _watched(store, *kinds, since=NOON - 60 * MINUTE):
    """The sources of these kinds have been read since then."""
    for kind in kinds or (Kind.POST, Kind.BOARD, Kind.NEWS):
        run = SourceRun(source=kind.value, kind=kind, started=since, finished=since, state=RunState.OK)
        record(store, run)


def _told(store):
    return [state.doc for state in store.list_states(told.STATE)]


def _counted(store):
    return {s.labels["source"]: (s.labels["le"], s.value) for s in tally.steady(store) if s.name == NAME}


def test_public_sources_are_timed_from_their_first_text_and_posts_from_the_hour(settings, store, writer, sink):
    _watched(store)
    fill(store, writer.history(NOON), writer.many(Kind.POST, 30, NOON + 2 * MINUTE))
    fill(store, writer.many(Kind.BOARD, 4, NOON + 4 * MINUTE), writer.many(Kind.NEWS, 1, NOON + 9 * MINUTE))
    tick(settings, store, NOON + 10 * MINUTE)
    assert len(sink.raw) == 1
    [doc] = _told(store)
    assert doc["channel"] == "mail"
    assert {s: d // 60 for s, d in doc["delays"].items()} == {"board": 6, "news": 1, POSTS_TOGETHER: 10}
    assert _counted(store) == {"board": ("600", 1), "news": ("120", 1), POSTS_TOGETHER: ("900", 1)}


def test_an_alert_is_measured_once_however_often_it_is_told(settings, store, writer, sink):
    _watched(store)
    fill(store, writer.history(NOON), writer.many(Kind.POST, 30, NOON + 2 * MINUTE))
    for minute in (10, 11, 20):
        tick(settings, store, NOON + minute * MINUTE)
        fill(store, writer.many(Kind.POST, 40, NOON + minute * MINUTE))
    assert len(_told(store)) == 1
    assert _counted(store) == {POSTS_TOGETHER: ("900", 1)}


def test_one_more_post_changes_nothing_of_what_is_measured(settings, writer):
    measured = []
    for n in (30, 31):
        store = MemoryStore()
        _watched(store)
        fill(store, writer.history(NOON), writer.many(Kind.POST, n, NOON + 2 * MINUTE))
        tick(settings, store, NOON + 10 * MINUTE)
        measured.append((_counted(store), [{**d, "at": ""} for d in _told(store)]))
    assert measured[0] == measured[1] and measured[0][0]


def test_what_was_held_for_a_digest_is_not_measured(tmp_path, store, writer, sink):
    base = settings_of(tmp_path, port=sink.port)
    alerts = base.alerts.model_dump(exclude_unset=True) | {"digest": {"every": "hour"}}
    settings = settings_of(tmp_path, port=sink.port, alerts=alerts, sources=SOURCES)
    _watched(store)
    fill(store, writer.history(NOON), burst(writer, NOON, n=15))
    tick(settings, store, NOON + MINUTE)
    assert sink.raw == [], "a low level waits"
    tick(settings, store, NOON + 61 * MINUTE)
    assert len(sink.raw) == 1 and _told(store) == []


def test_what_a_first_reading_found_is_not_measured(settings, store, writer, sink):
    _watched(store, Kind.POST, Kind.NEWS, since=NOON + 8 * MINUTE)
    _watched(store, Kind.BOARD)
    fill(store, writer.history(NOON), writer.many(Kind.POST, 30, NOON + 2 * MINUTE))
    fill(store, writer.many(Kind.BOARD, 4, NOON + 4 * MINUTE), writer.many(Kind.NEWS, 1, NOON + 5 * MINUTE))
    tick(settings, store, NOON + 10 * MINUTE)
    assert len(sink.raw) == 1
    assert set(_counted(store)) == {"board"}
