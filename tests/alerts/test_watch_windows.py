"""Watch windows: thresholds, refresh, messages at begin and end, snapshots beside the normal level."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.snapshots import compared, rows
from monitor.alerts.tick import tick
from monitor.alerts.windows import latest_snapshot
from monitor.model import CHINA, Kind
from monitor.settings.watch import Watch, active, hastened, interval_for, spike_rule
from monitor.signals.spikes import HOUR
from tests.alerts.desk import NEUTRAL, NOON, ONE_CLOCK, TO, burst, fill, settings_of
from tests.alerts.test_following import text_of

MINUTE = timedelta(minutes=1)
WATCH = {"id": "flood", "name": "汛期", "begin": NOON, "end": NOON + timedelta(hours=20), "topics": ["供水"]}
SOURCES = {
    "source": [
        {"id": i, "name": i, "kind": "news", "adapter": "rss", "url": "http://127.0.0.1/f", "local": True,
         "interval_min": 30}
        for i in ("a", "b")
    ]
}  # fmt: skip


def made(tmp_path, sink=None, usually=1e-4, **more):
    alerts = {
        "channel": [
            {"id": "mail", "type": "email", "to": [TO]},
            {"id": "flood", "type": "email", "to": ["f@example.org"]},
        ],
        "route": [{"channels": ["mail"]}],
        "reminder": {"before_min": 0},
        "spike": {**ONE_CLOCK, "p_value": usually},
    }
    return settings_of(
        tmp_path, port=sink.port if sink else 1, alerts=alerts, watch={"watch": [WATCH | more]}, sources=SOURCES
    )


def subjects(sink):
    return [(to, str(m["Subject"])) for to, m in zip(sink.recipients, sink.mails, strict=True)]


def test_a_window_of_days_includes_its_last_day(tmp_path):
    watch = Watch.model_validate({**WATCH, "begin": date(2026, 6, 1), "end": date(2026, 6, 3)})
    assert watch.begin == datetime(2026, 6, 1, tzinfo=CHINA)
    assert watch.open_at(datetime(2026, 6, 3, 23, 59, tzinfo=CHINA))
    assert not watch.open_at(datetime(2026, 6, 4, tzinfo=CHINA))
    assert Watch.model_validate({**WATCH, "begin": "2026-06-01T08:00"}).begin.tzinfo is CHINA


def test_a_window_is_open_from_its_begin_up_to_its_end(tmp_path):
    settings = made(tmp_path)
    moments = (NOON - MINUTE, NOON, NOON + timedelta(hours=20) - MINUTE, NOON + timedelta(hours=20))
    assert [bool(active(settings, m)) for m in moments] == [False, True, True, False]


def test_its_sources_are_crawled_more_often_and_never_less(tmp_path):
    settings = made(tmp_path, refresh_min=1, sources=["a"])
    first, second = settings.sources.source
    assert (interval_for(settings, first, NOON), interval_for(settings, second, NOON)) == (1, 30)
    assert [s.interval_min for s in hastened(settings, NOON)] == [1, 30]
    assert hastened(settings, NOON - MINUTE) is settings.sources.source
    assert interval_for(made(tmp_path, refresh_min=600), first, NOON) == 30


def test_a_source_is_due_by_the_interval_of_the_window(tmp_path):
    from monitor.ops import runs

    settings = made(tmp_path, refresh_min=1)
    state = {s.id: runs.SourceState(source=s.id, last_run=NOON - 2 * MINUTE) for s in settings.sources.source}
    assert runs.due(hastened(settings, NOON - MINUTE), state, NOON - MINUTE) == []
    assert len(runs.due(hastened(settings, NOON), state, NOON)) == 2


def test_thresholds_change_for_its_topics_only_and_never_fall_under_ten(tmp_path):
    settings = made(tmp_path, p_value=0.01, minimum=15)
    assert spike_rule(settings, "供水", NOON).p_value == 0.01
    assert spike_rule(settings, "公交", NOON) == settings.alerts.spike
    assert spike_rule(settings, "供水", NOON - MINUTE) == settings.alerts.spike
    with pytest.raises(ValueError, match="greater than or equal to 10"):
        made(tmp_path, minimum=9)


def test_what_is_usual_elsewhere_can_be_an_alarm_in_the_window(tmp_path, sink, store, writer):
    """The same posts: no alarm by the usual threshold, one by that of the window."""
    fill(store, writer.history(NOON, a_day=40))
    fill(store, burst(writer, NOON, n=15))
    strict, loose = made(tmp_path, sink, usually=1e-12), made(tmp_path, sink, usually=1e-12, p_value=1e-3)
    assert tick(strict, store, NOON).opened == []
    report = tick(loose, store, NOON)
    assert [AlertBook(store).get(i).watch for i in report.opened] == ["汛期"]


def test_its_begin_and_end_are_told_once_in_one_thread(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, channels=["flood"], refresh_min=1, snapshot_h=0)
    fill(store, writer.history(NOON))
    for minute in (-1, 0, 1, 2):
        tick(settings, store, NOON + minute * MINUTE)
    assert subjects(sink) == [("f@example.org", "【重点时段】汛期：开始")]
    assert "供水" in text_of(sink.mails[0]) and "不超过1分钟" in text_of(sink.mails[0])
    for hours in (20, 21):
        tick(settings, store, NOON + hours * HOUR)
    assert subjects(sink)[1:] == [("f@example.org", "【重点时段】汛期：结束")]
    assert "期间没有预警" in text_of(sink.mails[1])
    assert sink.mails[1]["References"] == sink.mails[0]["Message-ID"]


def test_a_window_that_was_over_before_anybody_looked_is_not_told(tmp_path, sink, store):
    tick(made(tmp_path, sink), store, NOON + timedelta(days=3))
    assert sink.raw == []


def test_the_end_counts_the_alerts_of_the_window(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink)
    fill(store, writer.history(NOON), burst(writer, NOON + 4 * HOUR, n=60))
    for hour in (0, 4, 9, 20, 21):
        tick(settings, store, NOON + hour * HOUR)
    end = text_of(next(m for m in sink.mails if "结束" in m["Subject"]))
    assert "期间预警1起（橙色1起）" in end


def test_snapshots_come_every_few_hours_with_what_is_usual_then(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, snapshot_h=6, channels=["flood"])
    fill(store, writer.history(NOON + timedelta(hours=12), a_day=24))
    fill(store, writer.many(Kind.BOARD, 30, NOON + HOUR, mood=NEUTRAL))
    for hour in (0, 5, 6, 7, 12, 18, 19):
        tick(settings, store, NOON + hour * HOUR + MINUTE)
    told = [m for m in sink.mails if "快报" in m["Subject"]]
    assert len(told) == 3
    first = text_of(told[0])
    assert first.splitlines()[0] == "汛期快报：11月22日 12:00 至 11月22日 18:00，供水高于平时。"
    assert "留言30条" in first and "明显高于平时" in first
    assert "与平时相当" in told[1]["Subject"]
    watch = settings.watch.watch[0]
    assert latest_snapshot(store, watch, NOON + 7 * HOUR)["rows"][0]["topic"] == "供水"
    assert latest_snapshot(store, watch, NOON + 5 * HOUR) is None


def test_posts_under_ten_are_never_counted_in_a_snapshot(tmp_path, store, writer):
    fill(store, writer.history(NOON, a_day=2), writer.many(Kind.POST, 9, NOON - HOUR))
    [row] = rows(made(tmp_path), store, ["供水"], NOON, 3)
    assert row.total[Kind.POST].value is None and row.sum == 0


def test_a_short_history_is_not_compared_with(tmp_path, store, writer):
    fill(store, writer.history(NOON, days=4), burst(writer, NOON, n=60))
    [row] = rows(made(tmp_path), store, ["供水"], NOON, 3)
    assert row.usual is None
    assert compared({"sum": row.sum, "usual": row.usual}) == "历史资料不足，不作比较"


@pytest.mark.parametrize(
    ("total", "usual", "said"),
    [(60, 20, "明显高于平时"), (30, 22, "略高于平时"), (20, 20, "与平时相当"), (5, 30, "低于平时")],
)
def test_the_comparison_in_words(total, usual, said):
    assert said in compared({"sum": total, "usual": usual})
