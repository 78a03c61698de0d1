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


def test_answers_without_substance_are_counted_apart_and_still_as_answers() -> None:
    day = DAY - timedelta(days=5)
    kept = store(
        message(at(day), reply=Reply("您反映的问题已转交相关部门处理。", at(day, 12))),
        message(at(day), reply=Reply("漏水的水管昨天下午已经修复，现在供水正常。", at(day, 19))),
    )
    total = summary(kept, RULES, day, DAY, MORNING).total
    assert (total.answered, total.on_time, total.empty) == (2, 2, 1)


def test_nine_in_ten_are_answered_within_the_ninetieth_percentile() -> None:
    day = DAY - timedelta(days=9)
    kept = store(*(message(at(day), reply=Reply("已办", at(day) + timedelta(hours=h))) for h in range(1, 11)))
    total = summary(kept, RULES, day, DAY, MORNING).total
    assert (total.median_hours, total.p90_hours) == (5.5, 9.0)


def test_a_shorter_limit_of_a_topic_makes_its_messages_overdue_earlier() -> None:
    rules = settings(response_plan={"reply": [{"topics": ["供水"], "reply_h": 24}]})
    day = DAY - timedelta(days=1)
    water, noise = message(at(day, 6)), message(at(day, 6), ("噪音",))
    old = message(at(DAY - timedelta(days=9)), ("噪音",))
    kept = store(water, noise, old)
    moment = at(DAY, 7)
    found = overdue(kept, rules, moment)
    assert (found.total, [m.message.id for m in found.messages]) == (2, [old.id, water.id])
    assert overdue(kept, RULES, moment).total == 1
    assert overdue(kept, rules, moment, since=at(day, 0)).total == 1


def test_a_longer_limit_of_a_topic_gives_its_messages_time() -> None:
    rules = settings(response_plan={"reply": [{"topics": ["噪音"], "reply_h": 240}]})
    day = DAY - timedelta(days=4)
    kept = store(message(at(day)), message(at(day), ("噪音",)), message(at(DAY - timedelta(days=20)), ("噪音",)))
    assert overdue(kept, rules, MORNING).total == 2
    assert overdue(kept, RULES, MORNING).total == 3


def test_a_withdrawn_message_has_no_clock_in_any_list_or_rate() -> None:
    day = DAY - timedelta(days=5)
    late, stands = message(at(day)), message(at(day))
    kept = store(late, stands)
    assert kept.withdraw(late.id, MORNING, uncount=False)
    found = overdue(kept, RULES, MORNING)
    assert (found.total, [item.message.id for item in found.messages]) == (1, [stands.id])
    assert summary(kept, RULES, day, DAY, MORNING).total.received == 1
