"""A tick over a real store and a real SMTP server: from posts to the mail, and back to quiet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.follow import SILENCED
from monitor.alerts.planning import NO_ROUTE
from monitor.alerts.tick import tick
from monitor.alerts.types import AlertState, Event, NotificationState
from monitor.model import Kind, Polarity
from monitor.ops import audit, tally
from monitor.ops.runs import RunState, SourceRun, record
from monitor.signals.spikes import HOUR, Measure
from tests.alerts.desk import NEUTRAL, NOON, ONE_CLOCK, TO, burst, fill, settings_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path, sink):
    return settings_of(tmp_path, port=sink.port)


def test_a_burst_becomes_one_alert_and_one_mail(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON, n=45, terms=("停水",), places=("南湖街道",)))
    report = tick(settings, store, NOON)
    [alert] = AlertBook(store).list()
    assert report.opened == [alert.id] and len(report.sent) == 1
    assert alert.topic == "供水" and alert.state is AlertState.OPEN
    assert alert.terms == ("停水",) and alert.places == ("南湖街道",)
    assert sink.recipients == [TO]
    assert sink.mails[0]["Subject"] == f"【橙色预警】供水：3小时内群众反映约45条，平时不超过{alert.expected_high}条"


def test_more_ticks_and_more_posts_send_no_second_mail(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON))
    for minute in range(5):
        tick(settings, store, NOON + minute * MINUTE)
        fill(store, writer.many(Kind.POST, 2, NOON + minute * MINUTE))
    assert len(sink.raw) == 1
    assert len(AlertBook(store).list()) == 1


def test_a_spike_is_told_while_its_hour_still_runs(settings, store, writer, sink):
    fill(store, writer.history(NOON), writer.many(Kind.POST, 30, NOON + 2 * MINUTE))
    tick(settings, store, NOON + 10 * MINUTE)
    assert len(sink.raw) == 1
    assert AlertBook(store).list()[0].onset == NOON


def test_a_quiet_topic_gets_no_mail(settings, store, writer, sink):
    fill(store, writer.history(NOON))
    report = tick(settings, store, NOON)
    assert sink.raw == [] and AlertBook(store).list() == []
    assert report.reasons["below_minimum"] == 36


def test_recovery_is_told_once_in_the_same_thread(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON))
    for hour in range(8):
        tick(settings, store, NOON + hour * HOUR)
    [alert] = AlertBook(store).list()
    assert alert.state is AlertState.RECOVERED
    assert len(sink.raw) == 2
    first, second = sink.mails
    assert "已恢复" in second["Subject"]
    assert second["References"] == first["Message-ID"] and second["Message-ID"] != first["Message-ID"]


def test_a_growing_spike_is_told_again_when_its_level_rises(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON, n=21))
    tick(settings, store, NOON)
    fill(store, writer.many(Kind.POST, 200, NOON + 2 * MINUTE))
    tick(settings, store, NOON + 5 * MINUTE)
    assert [n.event for n in AlertBook(store).notifications(AlertBook(store).list()[0].id)] == [
        Event.OPENED,
        Event.RAISED,
    ]
    assert "红色预警·升级" in sink.mails[1]["Subject"]


def test_polite_complaints_on_the_board_are_found_too(settings, store, writer, sink):
    fill(store, writer.history(NOON), writer.many(Kind.BOARD, 12, NOON - HOUR, mood=NEUTRAL, title="请问何时来水"))
    tick(settings, store, NOON)
    [alert] = AlertBook(store).list()
    assert alert.measure is Measure.BOARD
    assert alert.observed == {Kind.BOARD: 12}
    assert "收到留言12条" in sink.mails[0]["Subject"]
    assert alert.related[0][1] == "请问何时来水"


def test_the_parent_topic_is_not_told_once_more(settings, store, writer, sink):
    both = ("供水", "城乡建设")
    fill(store, writer.history(NOON), burst(writer, NOON, topics=both))
    report = tick(settings, store, NOON)
    assert [a.topic for a in AlertBook(store).list()] == ["供水"]
    assert report.reasons["explained_by_subtopic"] > 0


def test_reprints_do_not_make_a_spike(settings, store, writer, sink):
    from dataclasses import replace

    copies = [replace(r, labels=replace(r.labels, reprint_of="r1")) for r in writer.many(Kind.NEWS, 40, NOON - HOUR)]
    fill(store, writer.history(NOON), copies)
    tick(settings, store, NOON)
    assert AlertBook(store).list() == []


def test_texts_that_arrive_hours_late_are_still_found(settings, store, writer, sink):
    fill(store, writer.history(NOON))
    tick(settings, store, NOON)
    fill(store, burst(writer, NOON - 2 * HOUR))
    tick(settings, store, NOON + 30 * MINUTE)
    assert len(AlertBook(store).list()) == 1
    assert len(sink.raw) == 1


def test_a_service_that_was_down_for_two_days_sends_no_storm(settings, store, writer, sink):
    down = NOON - 40 * HOUR
    fill(store, writer.history(NOON))
    tick(settings, store, down)
    for hours in (36, 24, 8):
        fill(store, burst(writer, NOON - hours * HOUR))
    report = tick(settings, store, NOON)
    alerts = AlertBook(store).list()
    assert len(alerts) == 3 and all(a.state is AlertState.RECOVERED for a in alerts)
    assert len(report.sent) == 1, "only the one that ended within twelve hours is told"
    assert "事后发现" in sink.mails[0]["Subject"]
    tick(settings, store, NOON + MINUTE)
    assert len(sink.raw) == 1


def test_a_failing_source_keeps_an_alert_from_recovering(tmp_path, sink, store, writer):
    source = {
        "id": "post",
        "name": "论坛",
        "kind": "post",
        "adapter": "rss",
        "url": "http://127.0.0.1/f",
        "local": True,
    }
    settings = settings_of(tmp_path, port=sink.port, sources={"source": [source]})
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    for minute in range(3):
        at = NOON + minute * MINUTE
        record(store, SourceRun(source="post", kind=Kind.POST, started=at, finished=at, state=RunState.FAILED))
    for hour in range(1, 10):
        tick(settings, store, NOON + hour * HOUR)
    assert AlertBook(store).list()[0].state is AlertState.OPEN
    at = NOON + 9 * HOUR
    record(store, SourceRun(source="post", kind=Kind.POST, started=at, finished=at, state=RunState.OK))
    for hour in range(10, 13):
        tick(settings, store, NOON + hour * HOUR)
    assert AlertBook(store).list()[0].state is AlertState.RECOVERED


def test_a_silence_mutes_the_mail_and_not_the_alert(settings, store, writer, sink):
    book = AlertBook(store)
    book.silence("供水", NOON + HOUR, "李", "计划停水，已公告", NOON - HOUR)
    fill(store, writer.history(NOON), burst(writer, NOON))
    report = tick(settings, store, NOON)
    assert sink.raw == [] and report.muted == report.opened
    tick(settings, store, NOON + HOUR + MINUTE)
    assert len(sink.raw) == 1, "when the silence ends and the alert has not, the desk is told"


def test_an_alert_that_ends_under_a_silence_is_never_told(settings, store, writer, sink):
    AlertBook(store).silence("*", NOON + 12 * HOUR, "李", "演练", NOON - HOUR)
    fill(store, writer.history(NOON), burst(writer, NOON))
    for hour in range(14):
        tick(settings, store, NOON + hour * HOUR)
    [alert] = AlertBook(store).list()
    assert sink.raw == [] and alert.state is AlertState.RECOVERED
    assert {o.muted for o in alert.owed} == {SILENCED}


def test_routes_choose_by_level_and_topic(tmp_path, sink, store, writer):
    channels = [{"id": "mail", "type": "email", "to": [TO]}, {"id": "chief", "type": "email", "to": ["c@example.org"]}]
    route = [{"channels": ["mail"], "topics": ["供水"]}, {"channels": ["chief"], "levels": [1]}]
    settings = settings_of(tmp_path, port=sink.port, alerts={"channel": channels, "route": route, "spike": ONE_CLOCK})
    fill(store, writer.history(NOON), burst(writer, NOON))
    fill(store, writer.history(NOON, topic="公交"), burst(writer, NOON, topics=("公交",)))
    tick(settings, store, NOON)
    assert sink.recipients == [TO]
    muted = {a.topic: [o.muted for o in a.owed] for a in AlertBook(store).list()}
    assert muted == {"供水": [""], "公交": [NO_ROUTE]}


def test_acknowledging_is_kept_by_later_ticks_and_written_to_the_audit_log(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    book = AlertBook(store)
    [alert] = book.list()
    taken = book.acknowledge(alert.id, "王", NOON + MINUTE, "已派单")
    assert taken.state is AlertState.ACKNOWLEDGED
    again = book.acknowledge(alert.id, "赵", NOON + 2 * MINUTE)
    assert (again.acknowledged_by, again.note) == ("王", "已派单")
    fill(store, writer.many(Kind.POST, 30, NOON))
    tick(settings, store, NOON + 3 * MINUTE)
    after = book.get(alert.id)
    assert (after.state, after.acknowledged_by) == (AlertState.ACKNOWLEDGED, "王")
    assert after.shown_total > alert.shown_total
    assert [e.who for e in audit.read(store)] == ["赵", "王"]


def test_the_book_pages_newest_first_and_filters(settings, store, writer, sink):
    fill(store, writer.history(NOON), writer.history(NOON, topic="公交"))
    fill(store, burst(writer, NOON - 9 * HOUR), burst(writer, NOON, topics=("公交",)))
    tick(settings, store, NOON)
    book = AlertBook(store)
    first, second = book.list()
    assert (first.topic, second.topic) == ("公交", "供水")
    assert book.list(limit=1) == [first]
    assert book.list(limit=5, before=first.id) == [second]
    assert book.list(states=(AlertState.OPEN,)) == [first]
    assert book.list(topics=("供水",)) == [second]
    assert book.list(since=NOON - 4 * HOUR) == [first]
    assert book.list(until=NOON - 4 * HOUR) == [second]
    assert book.get("nothing") is None


def test_an_alert_of_a_topic_that_left_the_configuration_ends(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    fewer = settings.model_copy(
        update={"topics": settings.topics.model_copy(update={"topic": settings.topics.topic[2:]})}
    )
    tick(fewer, store, NOON + MINUTE)
    assert AlertBook(store).list()[0].state is AlertState.RECOVERED
    assert len(sink.raw) == 1


def test_a_clock_that_jumped_a_year_ahead_and_back_does_not_stop_the_watch(settings, store, writer, sink):
    fill(store, writer.history(NOON))
    tick(settings, store, NOON + timedelta(days=365))
    fill(store, burst(writer, NOON))
    tick(settings, store, NOON)
    assert len(sink.raw) == 1


def test_decisions_and_mails_are_counted_for_metrics(settings, store, writer, sink):
    fill(store, writer.history(NOON), burst(writer, NOON))
    tick(settings, store, NOON)
    samples = {(s.name, *s.labels.values()): s.value for s in tally.read(store)}
    assert samples["notifications", "mail", "sent"] == 1
    assert samples["spike_decisions", "above_band"] >= 1


def test_positive_praise_is_not_a_spike(settings, store, writer, sink):
    from tests.alerts.desk import Sentiment

    glad = Sentiment(0.02, 0.08, 0.9, "test", "1")
    assert glad.polarity is Polarity.POSITIVE
    fill(store, writer.history(NOON), burst(writer, NOON, mood=glad))
    tick(settings, store, NOON)
    assert AlertBook(store).list() == []


def test_without_any_topic_or_text_a_tick_does_nothing(tmp_path, store):
    report = tick(settings_of(tmp_path, topics={"topic": []}), store, NOON)
    assert report.opened == [] and report.sent == []
    assert tick(settings_of(tmp_path), store, NOON).reasons == {"no_history": 36}


def test_a_mail_that_fails_for_good_is_recorded_and_shown(settings, store, writer, sink):
    sink.answers = ["550 no such user"]
    fill(store, writer.history(NOON), burst(writer, NOON))
    report = tick(settings, store, NOON)
    [told] = AlertBook(store).notifications(report.opened[0])
    assert told.state is NotificationState.FAILED_PERMANENTLY
    assert "550" in told.error
    tick(settings, store, NOON + HOUR)
    assert sink.raw == [] and sink.tried == 1
