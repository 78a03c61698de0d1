"""What the sample site publishes. Unlike the service, it shows who wrote what, as real sites do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
HANDED_ON = timedelta(hours=2)
"""When the board hands a message on to a department, if it does."""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented member of forum and board. None of this may ever reach the service's disk."""

    handle: str
    avatar: int
    level: str
    region: str


@dataclass(frozen=True, slots=True)
class Answer:
    time: datetime
    department: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page of one part of the site, there from ``time`` on.

    ``part``: daily, evening, online (news), gov, board or forum. ``tag`` says what the text is about, for tests and
    the site's own statistics; it is not shown on the page. ``secrets``: personal data in the text, each to be redacted.
    """

    part: str
    id: str
    time: datetime
    title: str
    text: tuple[str, ...]
    tag: str
    origin: str = ""
    category: str = ""
    department: str = ""
    person: Person | None = None
    answer: Answer | None = None
    forwarded: bool = False
    secrets: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/{self.part}/{self.time:%Y%m}/{self.id}.html"

    def answered(self, now: datetime) -> Answer | None:
        return self.answer if self.answer and self.answer.time <= now else None

    def changed(self, now: datetime) -> datetime:
        """When the page last changed."""
        if answer := self.answered(now):
            return answer.time
        return self.time + HANDED_ON if self.status(now) == "已转交" else self.time

    def status(self, now: datetime) -> str:
        """How far a board message is."""
        if self.answered(now):
            return "已回复"
        return "已转交" if self.forwarded and now - self.time >= HANDED_ON else "待回复"
