"""三率 and the overdue list, over the real memory store."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Reply
from monitor.responses import overdue, summary
from tests.briefs.build import DAY, MORNING, at, message, messages, settings, store

RULES = settings()


def test_rates_are_counted_by_department_as_known_at_the_moment() -> None:
    day = DAY - timedelta(days=5)
    kept = store(
        message(at(day), reply=Reply("已办", at(day, 19))),
        message(at(day), reply=Reply("已办", at(day) + timedelta(hours=60))),
        message(at(day), reply=Reply("已办")),
        message(at(day)),
        message(at(day), ("噪音",), reply=Reply("已办", MORNING + timedelta(hours=1))),
        message(at(DAY), ("噪音",)),
    )
    found = summary(kept, RULES, DAY - timedelta(days=29), DAY, MORNING)
    total = found.total
    assert (total.received, total.answered, total.on_time, total.late, total.overdue) == (6, 3, 1, 1, 2)
    assert total.response_rate == 0.5
    assert total.on_time_rate == 0.25
    assert total.median_hours == 35.0
    water, noise = found.departments
    assert (water.department, water.received, water.overdue) == ("区水务局", 4, 1)
    assert (noise.department, noise.received, noise.answered, noise.overdue) == ("区生态环境局", 2, 0, 1)


def test_an_empty_span_has_no_rates() -> None:
    found = summary(store(), RULES, DAY, DAY, MORNING)
    assert (found.total.received, found.total.response_rate, found.total.on_time_rate) == (0, None, None)
    assert found.departments == ()


def test_messages_after_the_moment_are_not_counted() -> None:
    kept = store(message(at(DAY, 9)), message(at(DAY, 11)))
    assert summary(kept, RULES, DAY, DAY, at(DAY, 10)).total.received == 1


def test_the_longest_overdue_come_first_and_all_are_counted() -> None:
    days = [DAY - timedelta(days=n) for n in (20, 10, 15, 3)]
    kept = store(*(m for day in days for m in messages(2, day)), *messages(4))
    found = overdue(kept, RULES, MORNING, limit=3)
    assert found.total == 8
    assert [item.message.published.date() for item in found.messages] == [days[0], days[0], days[2]]
    assert overdue(kept, RULES, MORNING, 10, since=at(DAY - timedelta(days=12))).total == 4


def test_a_message_answered_later_was_overdue_then() -> None:
    day = DAY - timedelta(days=4)
    kept = store(message(at(day), reply=Reply("已办", MORNING + timedelta(hours=2))))
    assert overdue(kept, RULES, MORNING).total == 1
    assert overdue(kept, RULES, MORNING + timedelta(hours=3)).total == 0


def test_more_than_one_page_of_messages_is_counted() -> None:
    assert summary(store(*messages(1203)), RULES, DAY, DAY, MORNING).total.received == 1203
