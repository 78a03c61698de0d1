"""What section 六 is written from: what is to come, what is asked, what came of what was asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.alerts.types import Alert
from monitor.briefs.types import Ask
from monitor.model import Kind
from monitor.signals.ahead import DayAhead


@dataclass(frozen=True, slots=True)
class Ahead:
    """The coming days of one kind of text, of a topic or (``*``) of all.

    ``days`` is empty where the history is too thin to forecast. ``usual``: mean of the 28 days before as they may be
    shown, None where a day of posts is suppressed or nothing is known.
    """

    kind: Kind
    topic: str
    days: tuple[DayAhead, ...]
    usual: float | None
    since: date | None = None
    """The first day forecast, from the days before it: one still running is not told."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the response plan asks for now. ``alert`` called for it; None where it is about overdue messages.

    ``first_done`` and ``reply_done``: when the desk noted that information was published and residents answered.
    """

    ask: Ask
    alert: Alert | None = None
    steps: tuple[str, ...] = ()
    first_h: int | None = None
    deadline_h: int = 0
    first_done: datetime | None = None
    reply_done: datetime | None = None


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT = "not"

    @property
    def chinese(self) -> str:
        return {"done": "已落实", "partly": "部分落实", "not": "未落实"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of a suggestion by the moment of this brief.

    ``answered`` of ``messages``: of the overdue ones asked about, or of the topic's messages since the alert began, how
    many were answered. ``alert``: as it stands now, None where the suggestion was about overdue messages or the alert
    is gone.
    """

    ask: Ask
    outcome: Outcome
    messages: int = 0
    answered: int = 0
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """``all_ahead`` are the forecasts of messages and posts, ``topics_ahead`` of the messages of single topics.

    ``previous``: day of the last brief of the same kind that suggested something, with what came of it; None where
    there is none.
    """

    all_ahead: tuple[Ahead, ...] = ()
    topics_ahead: tuple[Ahead, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    previous: date | None = None
    followed: tuple[Followed, ...] = ()
