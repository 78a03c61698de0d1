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
    source = {"id": "bbs", "name": "示例论坛", "kind": "post", "adapter": "rss", "url": "http://127.0.0.1:1/f",
              "local": True}  # fmt: skip
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


def outage(settings, store, minute):
    """Three failures and a good run, an hour apart; the minute after them."""
    for state in (RunState.FAILED, RunState.FAILED, RunState.FAILED, RunState.OK):
        run(store, minute, state)
        tick(settings, store, NOON + minute * MINUTE)
        minute += 60
    return minute


def test_a_second_outage_is_told_again(settings, store, sink):
    outage(settings, store, outage(settings, store, 0) + 26 * 60)
    assert len(sink.raw) == 4
    assert len(set(sink.ids)) == 4


def test_a_source_that_comes_and_goes_is_told_so_and_believed_well_only_after_a_day(settings, store, sink):
    minute = 0
    for _ in range(4):
        minute = outage(settings, store, minute)
    assert ["恢复" in mail["Subject"] for mail in sink.mails] == [False, True, False]
    assert "时好时坏" in sink.mails[2].get_body(("plain",)).get_content()
    for _ in range(26):
        run(store, minute, RunState.OK)
        tick(settings, store, NOON + minute * MINUTE)
        minute += 60
    assert ["恢复" in mail["Subject"] for mail in sink.mails] == [False, True, False, True]
    assert sink.mails[3]["References"].endswith(sink.mails[2]["Message-ID"])
