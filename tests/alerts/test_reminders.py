"""The daily reminder to each department and the digest to the desk, over real SMTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.alerts.reminders import remind
from monitor.alerts.tick import tick
from monitor.model import CHINA, Kind
from tests.alerts.desk import Writer, fill, settings_of

MONDAY = datetime(2026, 11, 23, 8, 40, tzinfo=CHINA)
HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path, sink):
    plan = {
        "department": [{"name": "区水务局", "email": "water@example.org"}, {"name": "区交通局"}, {"name": "区住建局"}],
        "reminder": {"channel": "mail", "at": "08:30", "list_most": 2},
    }
    return settings_of(tmp_path, port=sink.port, response_plan=plan)


@pytest.fixture
def asked(store):
    writer = Writer()
    late = [writer.one(Kind.BOARD, MONDAY - (60 + 24 * i) * HOUR, ("供水",), title=f"停水第{i}天") for i in range(3)]
    soon = writer.one(Kind.BOARD, MONDAY - 30 * HOUR, ("供水",), title="水压太小")
    fresh = writer.one(Kind.BOARD, MONDAY - 2 * HOUR, ("供水",), title="刚刚停水")
    bus = writer.one(Kind.BOARD, MONDAY - 80 * HOUR, ("公交",), title="公交绕行")
    old = writer.one(Kind.BOARD, MONDAY - timedelta(days=90), ("公交",), title="去年的事")
    fill(store, late, [soon, fresh, bus, old])
    return store


def sent(sink):
    return {mail["To"]: mail for mail in sink.mails}


def body(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_department_gets_its_own_messages_and_the_desk_all_of_them_in_figures(settings, asked, sink):
    assert remind(settings, asked, MONDAY) == 2
    tick(settings, asked, MONDAY)
    mails = sent(sink)
    water = mails["water@example.org"]
    assert water["Subject"] == "【留言办理】区水务局：逾期3件，即将到期1件"
    text = body(water)
    assert text.index("停水第2天") < text.index("停水第1天"), "the longest overdue first"
    assert "公交绕行" not in text and "刚刚停水" not in text
    assert "另有2件" in text and "已逾期" in text
    digest = mails["duty@example.org"]
    assert digest["Subject"] == "【留言办理】全区逾期5件，即将到期1件"
    assert "区水务局：逾期3件" in body(digest) and "区交通局：逾期1件，即将到期0件（未登记邮箱" in body(digest)
    assert "60天以前的逾期留言1件" in body(digest)


def test_a_day_has_one_reminder_however_often_it_is_asked_for(settings, asked, sink):
    for minute in (0, 5, 300):
        remind(settings, asked, MONDAY + timedelta(minutes=minute))
        tick(settings, asked, MONDAY + timedelta(minutes=minute))
    assert sorted(sink.recipients) == ["duty@example.org", "water@example.org"]
    remind(settings, asked, MONDAY + 24 * HOUR)
    tick(settings, asked, MONDAY + 24 * HOUR)
    assert len(sink.recipients) == 4


@pytest.mark.parametrize(
    "moment",
    [MONDAY.replace(hour=8, minute=29), MONDAY - 24 * HOUR, datetime(2026, 10, 2, 9, tzinfo=CHINA)],
    ids=["too early", "a Sunday", "a holiday"],
)  # fmt: skip
def test_nobody_is_reminded_before_the_hour_or_on_a_free_day(settings, asked, moment):
    assert remind(settings, asked, moment) == 0


def test_a_quiet_day_sends_nothing(settings, store, sink):
    assert remind(settings, store, MONDAY) == 0


def test_without_a_channel_nobody_is_reminded(tmp_path, asked):
    assert remind(settings_of(tmp_path), asked, MONDAY) == 0
