"""A source that keeps failing is told once, and once more when it works again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts.tick import tick
from monitor.model import Kind
from monitor.ops.runs import RunState, SourceRun, record
from tests.alerts.desk import NOON, TO, settings_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path, sink):
    source = {"id": "bbs", "name": "示例论坛", "kind": "post", "adapter": "import"}
    return settings_of(tmp_path, port=sink.port, sources={"source": [source]})


def run(store, minute, state, message=""):
    at = NOON + minute * MINUTE
    record(store, SourceRun(source="bbs", kind=Kind.POST, started=at, finished=at, state=state, message=message))


def test_two_failures_are_not_yet_told(settings, store, sink):
    for minute in (0, 1):
        run(store, minute, RunState.FAILED)
        tick(settings, store, NOON + minute * MINUTE)
    assert sink.raw == []


def test_the_third_failure_is_told_once_and_the_repair_in_its_thread(settings, store, sink):
    for minute in range(6):
        run(store, minute, RunState.FAILED, "连接超时")
        tick(settings, store, NOON + minute * MINUTE)
    assert sink.recipients == [TO]
    assert sink.mails[0]["Subject"] == "【系统提示】信源“示例论坛”连续采集失败"
    assert "连接超时" in sink.mails[0].get_body(("plain",)).get_content()
    for minute in (6, 7, 8):
        run(store, minute, RunState.OK)
        tick(settings, store, NOON + minute * MINUTE)
    assert len(sink.raw) == 2
    assert "已恢复采集" in sink.mails[1]["Subject"]
    assert sink.mails[1]["References"] == sink.mails[0]["Message-ID"]


def test_a_second_outage_is_told_again(settings, store, sink):
    minute = 0
    for _ in range(2):
        for state in (RunState.FAILED, RunState.FAILED, RunState.FAILED, RunState.OK):
            run(store, minute, state)
            tick(settings, store, NOON + minute * MINUTE)
            minute += 60
    assert len(sink.raw) == 4
    assert len(set(sink.ids)) == 4
