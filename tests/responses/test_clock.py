"""When a message is due, answered, late."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import CHINA, Reply
from monitor.responses import ClockState, clock
from monitor.settings.types import ResponsePlanSettings
from tests.briefs.build import message

ASKED = datetime(2026, 11, 20, 9, tzinfo=CHINA)
PLAN = ResponsePlanSettings(reply_h=48, due_soon_h=24)


def after(hours: float) -> datetime:
    return ASKED + timedelta(hours=hours)


def test_a_message_runs_then_is_due_soon_then_overdue() -> None:
    asked = message(ASKED)
    states = [clock(asked, after(h), PLAN).state for h in (0, 23.9, 24, 48, 48.01)]
    assert states == [
        ClockState.RUNNING, ClockState.RUNNING, ClockState.DUE_SOON, ClockState.DUE_SOON, ClockState.OVERDUE,
    ]  # fmt: skip


def test_an_answer_in_the_last_minute_is_on_time_and_one_minute_later_is_late() -> None:
    on_time, late = (clock(message(ASKED, reply=Reply("已办", after(h))), after(100), PLAN) for h in (48, 48.02))
    assert (on_time.state, on_time.hours_taken) == (ClockState.ANSWERED_ON_TIME, 48.0)
    assert late.state is ClockState.ANSWERED_LATE


def test_an_answer_that_is_not_yet_given_is_not_yet_known() -> None:
    asked = message(ASKED, reply=Reply("已办", after(60)))
    before = clock(asked, after(59), PLAN)
    assert (before.state, before.answered, before.hours_overdue) == (ClockState.OVERDUE, None, 11.0)
    assert clock(asked, after(60), PLAN).state is ClockState.ANSWERED_LATE


def test_an_answer_without_a_time_counts_as_answered_and_as_nothing_else() -> None:
    found = clock(message(ASKED, reply=Reply("已办")), after(100), PLAN)
    assert (found.state, found.hours_taken, found.hours_overdue) == (ClockState.ANSWERED_UNDATED, None, 0.0)
    assert found.state.answered


def test_an_answer_dated_before_the_question_took_no_time() -> None:
    found = clock(message(ASKED, reply=Reply("已办", after(-3))), after(1), PLAN)
    assert (found.state, found.hours_taken) == (ClockState.ANSWERED_ON_TIME, 0.0)


@given(st.floats(0, 500), st.one_of(st.none(), st.floats(0, 500)))
def test_a_clock_never_runs_backwards(now: float, answer: float | None) -> None:
    """Open, due soon, overdue, answered: a later look never sees an earlier state."""
    order = [ClockState.RUNNING, ClockState.DUE_SOON, ClockState.OVERDUE]
    asked = message(ASKED, reply=Reply("已办", after(answer)) if answer is not None else None)
    one, two = (clock(asked, after(h), PLAN) for h in (now, now + 7))
    if one.state.answered:
        assert one == two
    elif not two.state.answered:
        assert order.index(two.state) >= order.index(one.state)
    assert (one.state is ClockState.OVERDUE) == (one.hours_overdue > 0)
