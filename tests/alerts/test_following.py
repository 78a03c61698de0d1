"""After the opening: escalation, growth updates, reminders, closing; over real stores and a real mail server."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.tick import tick
from monitor.alerts.types import AlertState, Event
from monitor.errors import BadQuery
from monitor.model import CHINA, Kind
from monitor.ops import audit
from monitor.signals.spikes import HOUR
from tests.alerts.desk import NOON, ONE_CLOCK, TO, burst, fill, settings_of

MINUTE = timedelta(minutes=1)
CHIEF, LEADER = "chief@example.org", "leader@example.org"


def mails(name: str, to: str) -> dict[str, object]:
    return {"id": name, "type": "email", "to": [to]}


def made(tmp_path, sink, **more):
    alerts = {
        "channel": [mails("mail", TO), mails("chief", CHIEF), mails("leader", LEADER)],
        "route": [{"channels": ["mail"]}],
        "reminder": {"before_min": 0},
        "spike": ONE_CLOCK,
    }
    return settings_of(tmp_path, port=sink.port, alerts=alerts | more)


STEPS = [
    {"after_min": 30, "channels": ["leader"], "levels": [1, 2]},
    {"after_min": 15, "channels": ["chief"], "levels": [1, 2]},
]


def subjects(sink) -> list[tuple[str, str]]:
    return [(to, str(m["Subject"])) for to, m in zip(sink.recipients, sink.mails, strict=True)]


def only(store):
    [alert] = AlertBook(store).list()
    return alert


def events(store) -> list[str]:
    return [o.name for o in only(store).owed]


def test_an_alert_that_nobody_acknowledges_goes_to_the_next_desk_and_then_to_the_one_after(
    tmp_path, sink, store, writer
):
    settings = made(tmp_path, sink, escalation=STEPS)
    fill(store, writer.history(NOON), burst(writer, NOON))
    for minute in (0, 14, 15, 16, 29, 30, 31, 50):
        tick(settings, store, NOON + minute * MINUTE)
    assert sink.recipients == [TO, CHIEF, LEADER]
    assert only(store).state is AlertState.ESCALATED
    assert "橙色预警·催办" in sink.mails[1]["Subject"]
    assert "已有15分钟无人签收（第1次催办）" in text_of(sink.mails[1])


def test_an_acknowledgement_ends_the_escalation(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    tick(settings, store, NOON + 15 * MINUTE)
    AlertBook(store).acknowledge(only(store).id, "王", NOON + 20 * MINUTE)
    tick(settings, store, NOON + 50 * MINUTE)
    assert sink.recipients == [TO, CHIEF]
    assert only(store).state is AlertState.ACKNOWLEDGED


def test_the_minutes_count_again_from_a_graver_level(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS)
    fill(store, writer.history(NOON), burst(writer, NOON, n=21))
    tick(settings, store, NOON)
    tick(settings, store, NOON + 20 * MINUTE)
    assert sink.recipients == [TO], "level Ⅲ is not escalated here"
    fill(store, writer.many(Kind.POST, 40, NOON + 20 * MINUTE))
    tick(settings, store, NOON + 21 * MINUTE)
    tick(settings, store, NOON + 35 * MINUTE)
    assert sink.recipients == [TO, TO]
    tick(settings, store, NOON + 36 * MINUTE)
    assert sink.recipients == [TO, TO, CHIEF]


def test_an_alert_that_recovered_is_not_escalated_any_more(tmp_path, sink, store, writer):
    late = [{"after_min": 600, "channels": ["chief"]}]
    settings = made(tmp_path, sink, escalation=late)
    fill(store, writer.history(NOON), burst(writer, NOON))
    for hour in range(12):
        tick(settings, store, NOON + hour * HOUR)
    assert only(store).state is AlertState.RECOVERED
    assert CHIEF not in sink.recipients


def test_nothing_is_escalated_under_a_silence(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS)
    AlertBook(store).silence("供水", NOON + HOUR, "李", "计划停水", NOON - HOUR)
    fill(store, writer.history(NOON), burst(writer, NOON))
    for minute in (0, 20, 40):
        tick(settings, store, NOON + minute * MINUTE)
    assert sink.raw == []
    tick(settings, store, NOON + HOUR)
    tick(settings, store, NOON + HOUR + 14 * MINUTE)
    assert sink.recipients == [TO], "the minutes count from when the desk was told"
    tick(settings, store, NOON + HOUR + 15 * MINUTE)
    assert sink.recipients == [TO, CHIEF]


def test_a_clock_that_ran_ahead_does_not_put_escalation_off_for_a_year(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    from dataclasses import replace

    ahead = NOON + timedelta(days=365)
    AlertBook(store).change(only(store).id, lambda a: replace(a, owed=tuple(replace(o, paid_at=ahead) for o in a.owed)))
    tick(settings, store, NOON + 20 * MINUTE)
    assert CHIEF in sink.recipients


def test_a_service_that_was_down_escalates_once_and_to_everybody_due(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    tick(settings, store, NOON + 45 * MINUTE)
    tick(settings, store, NOON + 46 * MINUTE)
    assert sorted(sink.recipients) == sorted([TO, CHIEF, LEADER])


GROWTH = {"every_h": 2, "grown": 0.5, "news": 3, "places": 1}


def test_a_growing_matter_is_told_again_after_two_hours_and_not_before(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, growth=GROWTH)
    fill(store, writer.history(NOON), burst(writer, NOON, n=42))
    tick(settings, store, NOON)
    fill(store, writer.many(Kind.POST, 55, NOON + 5 * MINUTE))
    for minute in (10, 60, 119):
        tick(settings, store, NOON + minute * MINUTE)
    assert len(sink.raw) == 1
    tick(settings, store, NOON + 120 * MINUTE)
    tick(settings, store, NOON + 125 * MINUTE)
    assert len(sink.raw) == 2
    assert "橙色预警·续报" in sink.mails[1]["Subject"] and re.search(r"由约\d+条增至约\d+条", text_of(sink.mails[1]))
    assert sink.mails[1]["References"] == sink.mails[0]["Message-ID"]


def test_nothing_new_is_nothing_to_tell(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, growth=GROWTH)
    fill(store, writer.history(NOON), burst(writer, NOON, n=42))
    tick(settings, store, NOON)
    fill(store, writer.many(Kind.POST, 12, NOON + 5 * MINUTE))
    for hour in range(3):
        fill(store, writer.many(Kind.POST, 14, NOON + hour * HOUR + 7 * MINUTE))
        tick(settings, store, NOON + hour * HOUR + 10 * MINUTE)
    assert len(sink.raw) == 1


def test_a_new_place_and_new_reports_are_worth_a_word(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, growth=GROWTH)
    fill(store, writer.history(NOON), burst(writer, NOON, n=42, places=("南湖街道",)))
    tick(settings, store, NOON)
    fill(store, writer.many(Kind.POST, 12, NOON + HOUR, places=("青石街道",)))
    fill(store, writer.many(Kind.NEWS, 3, NOON + HOUR, title="示例区停水"))
    tick(settings, store, NOON + 2 * HOUR + MINUTE)
    assert "新涉及青石街道，新闻报道由0篇增至3篇" in text_of(sink.mails[1])
    tick(settings, store, NOON + 2 * HOUR + 2 * MINUTE)
    tick(settings, store, NOON + 4 * HOUR + 2 * MINUTE)
    assert [e for e in events(store) if e.startswith("grew")] == ["grew1"], "told once"
    assert only(store).places == ("南湖街道", "青石街道")


PLAN = {
    "department": [{"name": "区水务局"}],
    "rule": [
        {"id": "water", "topic": "供水", "level": 4, "department": "区水务局", "first_h": 5, "deadline_h": 24,
         "steps": ["核实停水范围"]},
    ],
}  # fmt: skip


def planned(tmp_path, sink, before=60):
    settings = made(tmp_path, sink, reminder={"before_min": before}, growth={"every_h": 48})
    from monitor.settings.types import ResponsePlanSettings

    return settings.model_copy(update={"response_plan": ResponsePlanSettings.model_validate(PLAN)})


def busy(writer, store, hours):
    """Goes on, so that the alert does not recover."""
    for hour in range(hours):
        fill(store, writer.many(Kind.POST, 15, NOON + hour * HOUR + MINUTE))


def test_each_clock_of_the_plan_is_reminded_of_before_it_runs_out_and_once(tmp_path, sink, store, writer):
    settings = planned(tmp_path, sink)
    fill(store, writer.history(NOON), burst(writer, NOON))
    busy(writer, store, 24)
    tick(settings, store, NOON)
    onset = only(store).onset
    around = [onset + h * HOUR + m * MINUTE for h in (4, 23) for m in (-10, 0, 10)]
    for moment in sorted([*around, *(NOON + h * HOUR for h in (5, 10, 15))]):
        tick(settings, store, moment)
    told = [m for m in sink.mails if "时限提醒" in m["Subject"]]
    assert [m["Date"].datetime.astimezone(CHINA) for m in told] == [onset + 4 * HOUR, onset + 23 * HOUR]
    assert "距发布权威信息的时限" in text_of(told[0]) and "还有60分钟" in text_of(told[0])
    assert "距答复群众的时限" in text_of(told[1])


def test_a_clock_that_was_stopped_is_not_reminded_of_and_who_did_it_is_written_down(tmp_path, sink, store, writer):
    settings = planned(tmp_path, sink)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    book = AlertBook(store)
    done = book.done(only(store).id, "first", "王", NOON + MINUTE, "已在官网发布")
    assert (done.first_done_by, done.note) == ("王", "已在官网发布")
    book.done(only(store).id, "first", "赵", NOON + 2 * MINUTE)
    assert only(store).first_done_by == "王", "the first word stands"
    busy(writer, store, 6)
    for hour in range(6):
        tick(settings, store, NOON + hour * HOUR)
    assert not [s for _, s in subjects(sink) if "时限提醒" in s]
    assert audit.Action.ALERT_ANSWERED in {e.action for e in audit.read(store)}
    with pytest.raises(BadQuery):
        book.done(only(store).id, "other", "王", NOON)


def test_an_alert_told_shortly_before_its_deadline_is_not_reminded_of_at_once(tmp_path, sink, store, writer):
    settings = planned(tmp_path, sink, before=240)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)  # the onset lies hours back, and the opening names the deadline
    tick(settings, store, NOON + 5 * MINUTE)
    assert [e for e in events(store) if e.startswith("reminded")] == []


def test_a_closed_alert_is_quiet_until_it_becomes_graver(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS, reminder={"before_min": 60})
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    book = AlertBook(store)
    with pytest.raises(BadQuery):
        book.close(only(store).id, "王", NOON + MINUTE, " ")
    closed = book.close(only(store).id, "王", NOON + MINUTE, "计划检修，已公告")
    assert (closed.state, closed.closed_by, closed.note) == (AlertState.CLOSED, "王", "计划检修，已公告")
    for minute in (20, 60, 130):
        tick(settings, store, NOON + minute * MINUTE)
    assert len(sink.raw) == 1 and only(store).state is AlertState.CLOSED
    fill(store, writer.many(Kind.POST, 200, NOON + 2 * HOUR))
    tick(settings, store, NOON + 2 * HOUR + 15 * MINUTE)
    assert only(store).state is AlertState.OPEN and only(store).closed_at is None
    assert "红色预警·升级" in sink.mails[1]["Subject"]


def test_a_closed_alert_that_calms_down_stays_closed_and_says_nothing(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink)
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    AlertBook(store).close(only(store).id, "王", NOON + MINUTE, "已办结")
    for hour in range(1, 8):
        tick(settings, store, NOON + hour * HOUR)
    alert = only(store)
    assert alert.state is AlertState.CLOSED and alert.recovered_at is not None
    assert len(sink.raw) == 1
    assert all(o.planned for o in alert.owed)
    fill(store, burst(writer, NOON + 12 * HOUR))
    tick(settings, store, NOON + 12 * HOUR)
    assert len(AlertBook(store).list()) == 2, "another burst is another alert"


def test_the_same_minute_again_says_nothing_again(tmp_path, sink, store, writer):
    settings = made(tmp_path, sink, escalation=STEPS, growth=GROWTH, reminder={"before_min": 60})
    fill(store, writer.history(NOON), burst(writer, NOON))
    for minute in (0, 20, 150):
        tick(settings, store, NOON + minute * MINUTE)
    before = list(sink.ids)
    for minute in (0, 20, 150, 20):
        tick(settings, store, NOON + minute * MINUTE)
    assert sink.ids == before
    assert len(set(before)) == len(before) > 1
    assert Event.ESCALATED in {o.event for o in only(store).owed}


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()
