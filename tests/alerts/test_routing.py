"""Who is told: by topic, level, watch window and person on duty; asked without an alarm, and seen in real mails."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.alerts.routing import escalated_to, general, recipients
from monitor.alerts.tick import tick
from monitor.model import CHINA
from tests.alerts.desk import NOON, ONE_CLOCK, burst, fill, settings_of

MINUTE = timedelta(minutes=1)
NIGHT = NOON + timedelta(hours=10)
ROSTER = {
    "person": [
        {"name": "甲", "to": {"mail": "jia@example.org"}},
        {"name": "乙", "to": {"mail": "yi@example.org"}},
        {"name": "带班", "to": {"mail": "daiban@example.org"}},
        {"name": "无址", "to": {}},
    ],
    "roster": [
        {
            "desk": "duty",
            "name": "值班室",
            "fallback": ["带班"],
            "shift": [
                {"people": ["甲"], "begin": "08:00:00", "end": "20:00:00"},
                {"people": ["乙"], "begin": "19:00:00", "end": "23:00:00"},
                {"people": ["无址"], "begin": "23:30:00", "end": "00:00:00"},
            ],
        }
    ],
}
CHANNELS = [
    {"id": "mail", "type": "email", "to": ["office@example.org"]},
    {"id": "log", "type": "log"},
    {"id": "chief", "type": "email", "to": ["chief@example.org"]},
]


def made(tmp_path, *, port: int = 1, watch=(), **more):
    alerts = {"channel": CHANNELS, "reminder": {"before_min": 0}, "spike": ONE_CLOCK, **ROSTER}
    return settings_of(tmp_path, port=port, alerts=alerts | more, watch={"watch": watch})


def told(settings, topic="供水", level=2, now=NOON):
    return [r.to or r.channel for r in recipients(settings, topic, level, now)]


def test_a_route_that_names_a_desk_tells_the_person_on_duty_then(tmp_path):
    settings = made(tmp_path, route=[{"channels": ["mail"], "desk": "duty"}])
    assert told(settings) == ["jia@example.org"]
    assert told(settings, now=NIGHT) == ["yi@example.org"]
    assert told(settings, now=NOON.replace(hour=19, minute=30)) == ["jia@example.org", "yi@example.org"]


def test_in_a_gap_and_where_nobody_on_duty_can_be_reached_the_fallback_is_told(tmp_path):
    settings = made(tmp_path, route=[{"channels": ["mail"], "desk": "duty"}])
    assert told(settings, now=NOON.replace(hour=3)) == ["daiban@example.org"]
    assert told(settings, now=NOON.replace(hour=23, minute=45)) == ["daiban@example.org"]


def test_a_channel_without_persons_is_told_once_whoever_is_on_duty(tmp_path):
    settings = made(tmp_path, route=[{"channels": ["log", "mail"], "desk": "duty"}])
    assert told(settings) == ["log", "jia@example.org"]


@pytest.mark.parametrize(
    ("topic", "level", "expected"),
    [("供水", 3, ["office@example.org"]), ("公交", 3, []), ("公交", 1, ["chief@example.org"]),
     ("供水", 1, ["office@example.org", "chief@example.org"])],
)  # fmt: skip
def test_topic_and_level_choose_the_routes(tmp_path, topic, level, expected):
    settings = made(
        tmp_path, route=[{"channels": ["mail"], "topics": ["供水"]}, {"channels": ["chief"], "levels": [1]}]
    )
    assert told(settings, topic, level) == expected


WATCH = {"id": "flood", "name": "汛期", "begin": NOON - timedelta(days=1), "end": NOON + timedelta(days=1),
         "topics": ["供水"]}  # fmt: skip


def test_a_route_may_hold_only_in_a_watch_window_and_only_for_its_topics(tmp_path):
    settings = made(
        tmp_path, watch=[WATCH], route=[{"channels": ["mail"]}, {"channels": ["chief"], "watches": ["flood"]}]
    )
    assert told(settings) == ["office@example.org", "chief@example.org"]
    assert told(settings, "公交") == ["office@example.org"]
    assert told(settings, now=NOON + timedelta(days=1)) == ["office@example.org"], "the end is not in it"


def test_a_watch_window_tells_its_own_recipients_too(tmp_path):
    watch = WATCH | {"channels": ["mail"], "desk": "duty"}
    settings = made(tmp_path, watch=[watch], route=[{"channels": ["chief"]}])
    assert told(settings) == ["chief@example.org", "jia@example.org"]
    assert told(settings, "公交") == ["chief@example.org"]


def test_an_address_named_twice_is_told_once(tmp_path):
    settings = made(tmp_path, route=[{"channels": ["mail"]}, {"channels": ["mail", "mail"]}])
    assert told(settings) == ["office@example.org"]


def test_escalation_steps_go_by_level_and_time_and_may_name_a_desk(tmp_path):
    steps = [
        {"after_min": 60, "channels": ["chief"], "levels": [1]},
        {"after_min": 30, "channels": ["mail"], "desk": "duty"},
    ]
    settings = made(tmp_path, escalation=steps)
    assert [r.to for r in escalated_to(settings, 1, 1, NIGHT)] == ["yi@example.org"]
    assert [r.to for r in escalated_to(settings, 1, 2, NIGHT)] == ["chief@example.org"]
    assert escalated_to(settings, 4, 2, NIGHT) == []


def test_word_of_the_service_itself_goes_to_the_routes_without_conditions(tmp_path):
    settings = made(tmp_path, route=[{"channels": ["chief"], "levels": [1]}, {"channels": ["mail"]}])
    assert [r.to for r in general(settings, NOON)] == ["office@example.org"]


def test_a_change_of_shift_between_two_messages_tells_the_new_person_and_threads_each_ones_own(
    tmp_path, sink, store, writer
):
    settings = made(tmp_path, port=sink.port, route=[{"channels": ["mail"], "desk": "duty"}])
    at = datetime(2026, 11, 22, 18, 50, tzinfo=CHINA)
    fill(store, writer.history(at), burst(writer, at, n=21))
    tick(settings, store, at)
    fill(store, burst(writer, at + 20 * MINUTE, n=90))
    tick(settings, store, at + 20 * MINUTE)
    first = sink.mails[0]
    later = dict(zip(sink.recipients[1:], sink.mails[1:], strict=True))
    new = later["yi@example.org"]
    assert sink.recipients[0] == "jia@example.org" and set(later) == {"jia@example.org", "yi@example.org"}
    assert later["jia@example.org"]["References"] == first["Message-ID"] and new["References"] is None
    for hour in range(1, 9):
        tick(settings, store, at + timedelta(hours=hour))
    told = zip(sink.recipients, sink.mails, strict=True)
    clear = {to: m["References"] for to, m in told if "已恢复" in m["Subject"]}
    assert clear == {"jia@example.org": first["Message-ID"], "yi@example.org": new["Message-ID"]}
