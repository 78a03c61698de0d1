"""What came of the suggestions of the last brief, read from alerts and clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert, AlertState
from monitor.briefs import archive, followup
from monitor.briefs.facts import gather
from monitor.briefs.followup import judge
from monitor.briefs.outlook_types import Outcome
from monitor.briefs.periods import BriefKind, period_of
from monitor.briefs.types import Brief
from monitor.model import CHINA, Reply
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, MORNING, at, message, messages, settings, store
from tests.briefs.hot import items
from tests.briefs.test_alert_section import alert
from tests.briefs.test_outlook import PLAN

BEFORE, EVENING = DAY - timedelta(days=1), MORNING - timedelta(days=1)
HEADING = "上期建议落实情况"
FIRST = alert(onset=at(BEFORE, 8))
DONE = Reply("经核实，管道已修复。", at(DAY, 10))


def issued(kept: MemoryStore) -> Brief:
    """The brief of the day before, issued."""
    made = briefs.daily(settings(response_plan=PLAN), kept, BEFORE, EVENING)
    archive.issue(kept, made, EVENING)
    return made


def told(kept: MemoryStore) -> list[str]:
    return items(briefs.daily(settings(response_plan=PLAN), kept, DAY, MORNING), "advice", HEADING)


def with_alert(*records: Any) -> MemoryStore:
    kept = store(*records)
    AlertBook(kept).open_new(FIRST)
    issued(kept)
    return kept


def changed(kept: MemoryStore, **facts: Any) -> None:
    AlertBook(kept).change(FIRST.id, lambda a: replace(a, **facts))


def test_the_first_brief_says_nothing_of_a_last_one() -> None:
    assert told(store(*messages(3))) == []


def test_a_last_brief_that_asked_for_nothing_is_not_followed_up() -> None:
    kept = store(message(at(BEFORE), title="路口", reply=DONE))
    assert issued(kept).asks == ()
    assert told(kept) == []


def test_an_alert_about_which_nothing_was_noted_is_told_first_and_as_not_done() -> None:
    assert told(with_alert()) == [
        "上期（11月20日）提出建议1项：未落实。",
        "未落实供水（区水务局，预案条目 water）：未登记发布或答复，预警尚未恢复。",
    ]


def test_what_the_desk_noted_counts() -> None:
    kept = with_alert()
    changed(kept, first_done_at=at(BEFORE, 11))
    assert told(kept) == [
        "上期（11月20日）提出建议1项：部分落实。",
        "部分落实供水（区水务局，预案条目 water）：11月20日11时发布权威信息。",
    ]
    changed(kept, answered_at=at(DAY, 9))
    assert told(kept)[1] == "已落实供水（区水务局，预案条目 water）：11月20日11时发布权威信息，11月21日9时答复群众。"


def test_what_was_noted_after_the_moment_of_the_brief_is_not_known_in_it() -> None:
    kept = with_alert()
    changed(kept, answered_at=MORNING + timedelta(minutes=1), state=AlertState.CLOSED, closed_at=MORNING)
    # Closed on the very minute is known; the answer a minute later is not.
    assert told(kept)[1] == "已落实供水（区水务局，预案条目 water）：11月22日7时30分办结。"


def test_a_matter_that_calmed_down_by_itself_is_done_in_part() -> None:
    kept = with_alert()
    changed(kept, state=AlertState.RECOVERED, recovered_at=at(DAY, 2))
    assert told(kept)[1] == "部分落实供水（区水务局，预案条目 water）：11月21日2时恢复平稳。"


@pytest.mark.parametrize(
    ("answered", "outcome", "said"),
    [
        (0, "未落实", "期间相关留言4件均未答复"),
        (1, "部分落实", "期间相关留言4件，已答复1件"),
        (4, "已落实", "期间相关留言4件已全部答复"),
    ],
)
def test_messages_of_the_alert_that_were_answered_count(answered: int, outcome: str, said: str) -> None:
    texts = [message(at(BEFORE, 9), title="路口", reply=DONE if n < answered else None) for n in range(4)]
    (first, second, *_) = told(with_alert(*texts))
    assert first.endswith(f"{outcome}。")
    assert said in second


def test_overdue_messages_that_were_answered_since_are_counted() -> None:
    old = [message(at(BEFORE - timedelta(days=5)), title=f"第{n}处", topics=("供水",)) for n in "甲乙丙"]
    noise = message(at(BEFORE - timedelta(days=6)), title="路口", topics=("噪音",))
    kept = store(*old, noise)
    assert [(a.department, a.messages) for a in issued(kept).asks] == [("区水务局", 3), ("区生态环境局", 1)]
    assert told(kept) == [
        "上期（11月20日）提出建议2项：未落实2项。",
        "未落实逾期留言仍未答复：区水务局3件、区生态环境局1件。",
    ]
    kept.record_reply(old[0].id, DONE)
    kept.record_reply(noise.id, DONE)
    assert told(kept) == [
        "上期（11月20日）提出建议2项：已落实1项、部分落实1项。",
        "部分落实逾期留言已部分答复：区水务局3件中的1件。",
        "已落实逾期留言已答复：区生态环境局1件。",
    ]


def test_a_message_that_was_withdrawn_since_needs_no_answer_and_is_none() -> None:
    old = [message(at(BEFORE - timedelta(days=5)), title=f"第{n}处", topics=("供水",)) for n in "甲乙丙"]
    noise = message(at(BEFORE - timedelta(days=6)), title="路口", topics=("噪音",))
    kept = store(*old, noise)
    issued(kept)
    kept.record_reply(old[0].id, DONE)
    for gone in (old[1], noise):
        kept.withdraw(gone.id, at(DAY, 9), uncount=False)
    assert told(kept) == [
        "上期（11月20日）提出建议1项：部分落实。",
        "部分落实逾期留言已部分答复：区水务局2件中的1件。",
    ]


def test_messages_that_became_overdue_only_since_are_not_held_against_the_last_brief() -> None:
    old = message(at(BEFORE - timedelta(days=5)), title="路口")
    kept = store(old, message(at(BEFORE - timedelta(days=1)), title="路口"))
    issued(kept)
    kept.record_reply(old.id, DONE)
    assert told(kept)[1] == "已落实逾期留言已答复：区水务局1件。"


def test_where_too_many_wait_nothing_is_said_of_single_departments() -> None:
    kept = store(*messages(6, BEFORE - timedelta(days=5), title="路口"))
    issued(kept)
    rules = settings(response_plan=PLAN)
    facts = gather(rules, kept, period_of(rules, BriefKind.DAILY, DAY, MORNING), MORNING)
    assert followup.follow(rules, kept, facts, read=5) == (None, ())
    assert followup.follow(rules, kept, facts, read=6)[0] == BEFORE


def test_only_a_brief_of_the_same_kind_and_subject_is_followed_up() -> None:
    kept = store(*messages(3, BEFORE - timedelta(days=5), title="路口"))
    rules = settings(response_plan=PLAN)
    water = briefs.make(rules, kept, "topic", BEFORE, EVENING, "供水")
    archive.issue(kept, water, EVENING)
    assert told(kept) == []
    other = briefs.make(rules, kept, "topic", DAY, MORNING, "噪音")
    assert items(other, "advice", HEADING) == []
    same = briefs.make(rules, kept, "topic", DAY, MORNING, "供水")
    assert items(same, "advice", HEADING)[0] == "上期（11月20日）提出建议1项：未落实。"


def test_the_last_week_is_called_so() -> None:
    kept = store(*messages(3, DAY - timedelta(days=12), title="路口"))
    rules, monday = settings(response_plan=PLAN), datetime(2026, 11, 16, 8, tzinfo=CHINA)
    archive.issue(kept, briefs.make(rules, kept, "weekly", DAY - timedelta(days=12), monday), monday)
    made = briefs.make(rules, kept, "weekly", DAY, monday + timedelta(days=7))
    assert items(made, "advice", HEADING)[0].startswith("上周（11月15日）提出建议1项")


def test_a_brief_made_again_tells_the_same() -> None:
    kept = with_alert(*messages(3, BEFORE - timedelta(days=5), title="路口"))
    rules = settings(response_plan=PLAN)
    made = briefs.daily(rules, kept, DAY, MORNING)
    archive.issue(kept, made, MORNING)
    assert briefs.daily(rules, kept, DAY, MORNING + timedelta(days=9)) == made


@pytest.mark.parametrize(
    ("facts", "messages_", "answered", "outcome"),
    [
        ({}, 0, 0, Outcome.NOT),
        ({}, 5, 0, Outcome.NOT),
        ({}, 5, 2, Outcome.PARTLY),
        ({}, 5, 5, Outcome.DONE),
        ({"closed_at": at()}, 5, 0, Outcome.DONE),
        ({"answered_at": at()}, 0, 0, Outcome.DONE),
        ({"first_done_at": at()}, 0, 0, Outcome.PARTLY),
        ({"recovered_at": at()}, 0, 0, Outcome.PARTLY),
        ({"answered_at": at(hour=23)}, 0, 0, Outcome.NOT),
    ],
)
def test_the_outcome_is_judged_by_what_was_known(
    facts: dict[str, Any], messages_: int, answered: int, outcome: Outcome
) -> None:
    known: Alert = alert(**facts)
    assert judge(known, messages_, answered, at(hour=12)) is outcome


def test_an_alert_that_is_gone_is_judged_by_its_messages_alone() -> None:
    assert judge(None, 0, 0, at()) is Outcome.NOT
    assert judge(None, 2, 2, at()) is Outcome.DONE
