"""The clock of one board message: pure rules about when it was asked, is due and was answered.

The time limit is the response plan's (``reply_h``; 国办发〔2016〕61号 asks for an answer within 48 hours).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import BoardMessage, Reply
from monitor.settings.types import ResponsePlanSettings


class ClockState(StrEnum):
    ANSWERED_ON_TIME = "answered_on_time"
    ANSWERED_LATE = "answered_late"
    ANSWERED_UNDATED = "answered_undated"
    """Answered, but the page shows no time of the answer: counts as answered, not as on time or late."""
    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"

    @property
    def answered(self) -> bool:
        return self.value.startswith("answered")

    @property
    def chinese(self) -> str:
        return _CHINESE[self]


_CHINESE = {
    ClockState.ANSWERED_ON_TIME: "按时答复",
    ClockState.ANSWERED_LATE: "超时答复",
    ClockState.ANSWERED_UNDATED: "已答复（未注明时间）",
    ClockState.RUNNING: "办理中",
    ClockState.DUE_SOON: "即将到期",
    ClockState.OVERDUE: "已逾期",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """``answered`` is None while open and where the answer bears no time. Hours are wall-clock hours.

    ``hours_taken`` is from question to answer (None without a dated answer); ``hours_left`` to the deadline (negative
    once it is past; None for answered messages).
    """

    state: ClockState
    asked: datetime
    due: datetime
    answered: datetime | None
    hours_taken: float | None
    hours_left: float | None

    @property
    def hours_overdue(self) -> float:
        """Hours past the deadline; 0 for a message that is not overdue."""
        return max(0.0, -self.hours_left) if self.hours_left is not None else 0.0


def clock(message: BoardMessage, now: datetime, plan: ResponsePlanSettings) -> Clock:
    """The state of a message at ``now``; an answer given later than ``now`` is not yet known then."""
    return clock_of(message.published, message.reply, reply_hours(message.labels.topics, plan), now, plan)


def clock_of(
    asked: datetime, reply: Reply | None, limit_h: int, now: datetime, plan: ResponsePlanSettings
) -> Clock:  # fmt: skip
    """The same of a message that was asked at a moment and is to be answered within ``limit_h`` hours."""
    due = asked + timedelta(hours=limit_h)
    if reply is not None and reply.time is None:
        return Clock(ClockState.ANSWERED_UNDATED, asked, due, None, None, None)
    if reply is not None and reply.time is not None and reply.time <= now:
        # A reply dated before its question is a slip of the page's clock: answered at once.
        answered = max(reply.time, asked)
        state = ClockState.ANSWERED_ON_TIME if answered <= due else ClockState.ANSWERED_LATE
        return Clock(state, asked, due, reply.time, _hours(answered - asked), None)
    left = _hours(due - now)
    # A limit of a day would be "soon due" from the start where a day is soon: half of a short limit is soon enough.
    soon_h = min(plan.due_soon_h, limit_h / 2) if plan.reply else plan.due_soon_h
    soon = ClockState.DUE_SOON if left <= soon_h else ClockState.RUNNING
    return Clock(ClockState.OVERDUE if now > due else soon, asked, due, None, None, left)


def reply_hours(topics: Collection[str], plan: ResponsePlanSettings) -> int:
    """Hours within which a message of these topics is to be answered: the shortest of their rules, else the plan's."""
    names = set(topics)
    return min((rule.reply_h for rule in plan.reply if names & set(rule.topics)), default=plan.reply_h)


def shortest_hours(plan: ResponsePlanSettings) -> int:
    """No message is overdue earlier than this."""
    return min([plan.reply_h, *(rule.reply_h for rule in plan.reply)])


def longest_hours(plan: ResponsePlanSettings) -> int:
    """Every unanswered message is overdue after this."""
    return max([plan.reply_h, *(rule.reply_h for rule in plan.reply)])


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
