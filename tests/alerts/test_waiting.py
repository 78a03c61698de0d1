"""What may wait does: quiet hours, the morning's one message, digests of low levels. Real store, real mail server."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.holding import digest_period, held, quiet_until
from monitor.alerts.tick import tick
from monitor.alerts.types import AlertState
from monitor.model import CHINA, Kind
from monitor.signals.spikes import HOUR
from tests.alerts.desk import ONE_CLOCK, TO, burst, fill, settings_of
from tests.alerts.test_following import text_of
from tests.alerts.test_mail import alert

MINUTE = timedelta(minutes=1)
QUIET = {"begin": "22:00:00", "end": "07:00:00", "levels": [3, 4]}
EVENING = datetime(2026, 11, 22, 23, tzinfo=CHINA)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=CHINA)
TOPICS = [{"name": f"专题{i}", "official": "城乡建设", "department": "区住建局", "terms": ["某词"]} for i in range(6)]


def made(tmp_path, sink=None, **more):
    alerts = {
        "channel": [{"id": "mail", "type": "email", "to": [TO]}],
        "reminder": {"before_min": 0},
        "spike": ONE_CLOCK,
    }
    return settings_of(tmp_path, port=sink.port if sink else 1, topics={"topic": TOPICS}, alerts=alerts | more)


def ticks(settings, store, begin, end, step=HOUR):
    moment = begin
    while moment <= end:
        tick(settings, store, moment)
        moment += step


def quiet_past(writer, store, names, until=EVENING):
    for name in names:
        fill(store, writer.history(until, topic=name))


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [(21, 59, None), (22, 0, 1), (23, 59, 1), (0, 0, 0), (6, 59, 0), (7, 0, None), (12, 0, None)],
)
def test_quiet_hours_run_over_midnight(tmp_path, hour, minute, waits_until):
    settings = made(tmp_path, quiet=QUIET)
    now = datetime(2026, 11, 22, hour, minute, tzinfo=CHINA)
    expected = None if waits_until is None else datetime(2026, 11, 22 + waits_until, 7, tzinfo=CHINA)
    assert quiet_until(settings, 3, now) == expected
    assert quiet_until(settings, 2, now) is None, "the grave levels never wait"


def test_quiet_hours_may_lie_within_one_day(tmp_path):
    settings = made(tmp_path, quiet={"begin": "12:00:00", "end": "14:00:00", "levels": [4]})
    noon = datetime(2026, 11, 22, 13, tzinfo=CHINA)
    assert quiet_until(settings, 4, noon) == noon + HOUR
    assert quiet_until(settings, 4, noon + HOUR) is None and quiet_until(settings, 3, noon) is None


def test_a_low_level_waits_for_the_morning_and_a_grave_one_does_not(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET)
    quiet_past(writer, store, ("专题0", "专题1"))
    fill(store, burst(writer, EVENING, n=21, topics=("专题0",)), burst(writer, EVENING, n=60, topics=("专题1",)))
    tick(settings, store, EVENING)
    assert ["专题1" in s for s in subjects(sink)] == [True]
    low = AlertBook(store).list(topics=("专题0",))[0]
    assert [(o.muted, o.planned) for o in low.owed] == [("quiet", False)]
    assert held(settings, low, EVENING) == "quiet"


def test_a_waiting_alert_that_becomes_grave_is_told_at_once(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET)
    quiet_past(writer, store, ("专题0",))
    fill(store, burst(writer, EVENING, n=21, topics=("专题0",)))
    tick(settings, store, EVENING)
    assert sink.raw == []
    fill(store, writer.many(Kind.POST, 60, EVENING + MINUTE, ("专题0",)))
    tick(settings, store, EVENING + 5 * MINUTE)
    assert len(sink.raw) == 1 and "升级" not in subjects(sink)[0], "one mail says the present level"
    tick(settings, store, SEVEN + MINUTE)
    assert not [s for s in subjects(sink) if "夜间" in s]


def test_what_recovered_over_night_comes_as_one_message_and_what_goes_on_by_itself(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET)
    names = ("专题0", "专题1", "专题2")
    quiet_past(writer, store, names)
    for name in names[:2]:
        fill(store, burst(writer, EVENING, n=21, topics=(name,)))
    for hour in range(-2, 10):
        fill(store, writer.many(Kind.POST, 7, EVENING + hour * HOUR + 2 * MINUTE, ("专题2",)))
    ticks(settings, store, EVENING, SEVEN - 2 * HOUR, 3 * HOUR)
    assert sink.raw == []
    tick(settings, store, SEVEN + MINUTE)
    tick(settings, store, SEVEN + 2 * MINUTE)
    night, single = sorted(subjects(sink), key=lambda s: "夜间" not in s)
    assert night == "【夜间预警小结】2起已恢复" and "专题2" in single
    text = text_of(next(m for m in sink.mails if "夜间" in m["Subject"]))
    assert "专题0" in text and "专题1" in text and "专题2" not in text
    assert all(o.told for a in AlertBook(store).list() for o in a.owed), "nobody is told of them once more"


def test_many_that_go_on_are_no_storm_at_seven(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET | {"singles": 2})
    names = [t["name"] for t in TOPICS]
    quiet_past(writer, store, names)
    for name in names:
        for hour in range(-2, 10):
            fill(store, writer.many(Kind.POST, 7, EVENING + hour * HOUR + 2 * MINUTE, (name,)))
    ticks(settings, store, EVENING, SEVEN + 2 * HOUR, 5 * HOUR)
    assert len(AlertBook(store).list(states=(AlertState.OPEN,))) == 6
    assert len(sink.raw) == 3, "two singly, four in one message"
    assert "4起尚未恢复" in next(s for s in subjects(sink) if "夜间" in s)


def test_a_single_alert_of_the_night_comes_as_its_own_late_word(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET)
    quiet_past(writer, store, ("专题0",))
    fill(store, burst(writer, EVENING, n=21, topics=("专题0",)))
    ticks(settings, store, EVENING, SEVEN + 2 * HOUR, 5 * HOUR)
    assert len(sink.raw) == 1 and "事后发现" in subjects(sink)[0]


def test_an_all_clear_of_the_evening_waits_too_and_stays_in_its_thread(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, quiet=QUIET)
    before = EVENING - 3 * HOUR
    quiet_past(writer, store, ("专题0",), before)
    fill(store, burst(writer, before, n=21, topics=("专题0",)))
    ticks(settings, store, before, SEVEN - HOUR, 2 * HOUR)
    assert len(sink.raw) == 1
    tick(settings, store, SEVEN)
    assert "已恢复" in subjects(sink)[1]
    assert sink.mails[1]["References"] == sink.mails[0]["Message-ID"]


def test_a_digest_lists_the_low_levels_once_a_day_and_the_others_come_singly(tmp_path, sink, store, writer):
    digest = {"levels": [4], "every": "day", "at": "08:30:00"}
    settings = made(tmp_path, sink, digest=digest)
    noon = datetime(2026, 11, 22, 12, tzinfo=CHINA)
    quiet_past(writer, store, ("专题0", "专题1", "专题2"), noon)
    fill(store, burst(writer, noon, n=15, topics=("专题0",)), burst(writer, noon, n=15, topics=("专题1",)))
    fill(store, burst(writer, noon, n=60, topics=("专题2",)))
    ticks(settings, store, noon, noon + 20 * HOUR, 4 * HOUR)
    assert [("专题2" in s) for s in subjects(sink)] == [True, True], "opening and all-clear of the grave one"
    tick(settings, store, datetime(2026, 11, 23, 8, 30, tzinfo=CHINA))
    tick(settings, store, datetime(2026, 11, 23, 8, 31, tzinfo=CHINA))
    assert subjects(sink)[2:] == ["【低级别预警汇总】2起已恢复"]
    tick(settings, store, datetime(2026, 11, 24, 8, 31, tzinfo=CHINA))
    assert len(sink.raw) == 3, "nothing new, no digest"


def test_an_alert_that_comes_after_the_digest_waits_for_the_next(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, digest={"every": "hour"})
    noon = datetime(2026, 11, 22, 12, tzinfo=CHINA)
    quiet_past(writer, store, ("专题0", "专题1"), noon)
    fill(store, burst(writer, noon, n=15, topics=("专题0",)))
    tick(settings, store, noon + MINUTE)
    assert sink.raw == []
    fill(store, writer.many(Kind.POST, 14, noon + HOUR, ("专题1",)))
    tick(settings, store, noon + HOUR + 2 * MINUTE)
    assert len(sink.raw) == 1 and "专题1" not in text_of(sink.mails[0])
    tick(settings, store, noon + 2 * HOUR + MINUTE)
    assert len(sink.raw) == 2 and "专题1" in text_of(sink.mails[1])


def test_a_digest_waits_for_the_end_of_the_quiet_hours(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, digest={"every": "hour"}, quiet=QUIET)
    quiet_past(writer, store, ("专题0",))
    fill(store, burst(writer, EVENING, n=15, topics=("专题0",)))
    ticks(settings, store, EVENING, SEVEN - MINUTE, 2 * HOUR)
    assert sink.raw == []
    tick(settings, store, SEVEN)
    assert subjects(sink) == ["【低级别预警汇总】1起已恢复"]


def test_a_digest_killed_between_its_steps_is_completed_and_an_alert_in_between_is_not_lost(
    tmp_path, sink, store, writer
):
    """The message is written down, the process dies; meanwhile another low alert comes."""
    from monitor.alerts import together

    settings = made(tmp_path, sink, digest={"every": "hour"})
    noon = datetime(2026, 11, 22, 12, tzinfo=CHINA)
    quiet_past(writer, store, ("专题0", "专题1"), noon)
    fill(store, burst(writer, noon, n=15, topics=("专题0",)))
    tick(settings, store, noon + MINUTE)
    at_one = noon + HOUR + MINUTE
    bundle = together.digest_due(settings, AlertBook(store).list(), at_one)
    store.create(together.STATE, bundle.key, together.written(settings, store, bundle, at_one))
    fill(store, writer.many(Kind.POST, 14, noon + HOUR, ("专题1",)))
    tick(settings, store, at_one + MINUTE)
    assert len(sink.raw) == 1 and "专题0" in text_of(sink.mails[0]) and "专题1" not in text_of(sink.mails[0])
    tick(settings, store, noon + 2 * HOUR + MINUTE)
    assert "专题1" in text_of(sink.mails[1])


def test_the_period_of_a_digest(tmp_path):
    settings = made(tmp_path, digest={"every": "day", "at": "08:30:00"})
    day = datetime(2026, 11, 22, 8, 30, tzinfo=CHINA)
    assert digest_period(settings, day) == day
    assert digest_period(settings, day - MINUTE) == day - timedelta(days=1)
    assert held(settings, alert(level=4), day) == "digest" and held(settings, alert(level=3), day) == ""


def subjects(sink) -> list[str]:
    return [str(m["Subject"]) for m in sink.mails]


def test_a_clock_that_runs_out_in_the_night_does_not_wait_for_the_morning(tmp_path):
    settings = made(tmp_path, quiet=QUIET)
    low = alert(level=3, deadline=None)
    assert held(settings, low, EVENING) == "quiet"
    pressing = replace(low, first_deadline=EVENING + 5 * HOUR)
    assert held(settings, pressing, EVENING) == ""
    assert held(settings, replace(pressing, first_done_at=EVENING), EVENING) == "quiet"
    assert held(settings, replace(low, deadline=EVENING + 20 * HOUR), EVENING) == "quiet", "that one can wait"
    assert held(settings, replace(pressing, state=AlertState.RECOVERED), EVENING) == "quiet", "nothing presses any more"
