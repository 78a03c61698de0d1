"""What an earlier version stored is read; what this one stores comes back unchanged."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.codec import alert_doc, alert_of, notification_doc, notification_of
from monitor.alerts.types import AlertState, Event, NotificationState, Owed
from monitor.model import Kind
from monitor.signals.spikes import HOUR, Pattern
from tests.alerts.desk import NOON
from tests.alerts.test_mail import alert

STORED = {
    "id": "2026-11-22T09+0800.4eadc9df1ba1", "topic": "供水", "level": 2, "window_h": 3, "shown_total": 45,
    "expected_low": 0, "expected_high": 10, "thin_history": False, "department": "区水务局", "rule": "water",
    "acknowledged_by": "", "note": "", "onset": "2026-11-22T01:00:00+00:00", "opened_at": "2026-11-22T04:00:00+00:00",
    "updated": "2026-11-22T04:00:00+00:00", "recovered_at": None, "window_begin": "2026-11-22T01:00:00+00:00",
    "window_end": "2026-11-22T04:00:00+00:00", "deadline": "2026-11-22T06:00:00+00:00", "acknowledged_at": None,
    "steps": ["核实停水范围"], "terms": ["停水"], "places": ["南湖街道"], "state": "open", "measure": "negative",
    "observed": {"post": {"value": 40, "text": "40", "rounded_to": 5, "suppressed": False}, "board": 5},
    "related": [["1", "小区停水", "https://board.example.org/1"]],
    "owed": [
        {"event": "opened", "level": 2, "at": "2026-11-22T04:00:00+00:00", "planned": True, "muted": ""},
        {"event": "raised", "level": 1, "at": "2026-11-22T04:05:00+00:00", "planned": False, "muted": "silence"},
    ],
}  # fmt: skip
"""A document as the first version wrote it."""


def test_an_alert_of_the_first_version_is_read_and_goes_on():
    found = alert_of(STORED)
    assert (found.level, found.state, found.pattern, found.reasons, found.news) == (
        2,
        AlertState.OPEN,
        Pattern.BURST,
        (),
        0,
    )
    assert found.observed == {Kind.POST: STORED["observed"]["post"], Kind.BOARD: 5}
    assert [o.name for o in found.owed] == ["opened", "raised1"] and found.first_deadline is None
    assert [name for name, *_ in found.clocks] == ["reply"]
    assert alert_of(alert_doc(found)) == found


def test_a_notification_of_the_first_version_is_read_and_sends_the_same_message():
    from monitor.alerts.render import render

    doc = {
        "alert_id": STORED["id"], "event": "opened", "channel": "mail", "to": "a@example.org", "message_id": "x@y",
        "state": "pending", "created": "2026-11-22T04:00:00+00:00", "next_try": "2026-11-22T04:00:00+00:00", "tries": 0,
        "sent_at": None, "error": "", "thread": "", "alert": STORED, "notice": None,
    }  # fmt: skip
    found = notification_of("n", doc)
    assert (found.name, found.state) == ("", NotificationState.PENDING)
    assert "供水（南湖街道）" in render(found, "https://yuqing.example.org").text
    assert notification_of("n", notification_doc(found)) == found


@given(
    level=st.integers(1, 4), event=st.sampled_from(Event), step=st.integers(0, 3), clock=st.sampled_from(["", "first"]),
    news=st.integers(0, 50), words=st.lists(st.text(max_size=5), max_size=3),
)  # fmt: skip
def test_whatever_an_alert_has_survives_the_store(level, event, step, clock, news, words):
    debt = Owed(event, level, NOON, True, "quiet", step, clock, NOON + HOUR, 45, news, tuple(words))
    full = replace(
        alert(level=level), owed=(debt,), pattern=Pattern.RISE, growth=2.5, reasons=tuple(words), news=news,
        first_deadline=NOON + HOUR, first_done_at=NOON, first_done_by="王", answered_at=NOON, answered_by="李",
        closed_at=NOON, closed_by="王", state=AlertState.CLOSED, watch="汛期",
    )  # fmt: skip
    assert alert_of(alert_doc(full)) == full
