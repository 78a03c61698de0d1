"""What the desk knows of one issue of a brief: the facts-made brief, what people changed of its words, its issues."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from monitor.briefs.types import Brief
from monitor.errors import YuqingError

_ID = re.compile(
    r"(daily|weekly|monthly|topic|watch)(\.[a-z0-9][a-z0-9_-]{0,47})?\.(20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))",
    re.ASCII,
)
KIND_NAMES = {"daily": "每日专报", "weekly": "周报", "monthly": "月报", "topic": "专题专报", "watch": "重点时段快报"}
NUMBERED_BY_ORDER = frozenset({"topic", "watch"})
"""Kinds that are numbered in the order of their first issue; the others are numbered by date."""
MAX_STEPS = 60


class DeskError(YuqingError):
    """Something the desk cannot do to a brief as it stands; the message says why."""

    code = "brief_desk"


class Refused(DeskError):
    """A text that may not go into a brief: a figure typed by hand, a place that holds no text."""

    code = "brief_text_refused"


class Stale(DeskError):
    """Somebody else changed the same words in the meantime: nothing was written.

    ``at`` is the address of the text, ``now_text`` what stands there, ``yours`` what was to be written.
    """

    code = "brief_stale"

    def __init__(self, message: str, hint: str, *, at: str = "", now_text: str = "", yours: str = "") -> None:
        super().__init__(message, hint)
        self.at = at
        self.now_text = now_text
        self.yours = yours


class State(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    ISSUED = "issued"

    @property
    def chinese(self) -> str:
        return {"draft": "草稿", "reviewed": "已审核", "issued": "已签发"}[self.value]


class Act(StrEnum):
    """A step in the life of a brief."""

    MADE = "made"
    REMADE = "remade"
    EDITED = "edited"
    REVIEWED = "reviewed"
    ISSUED = "issued"
    SENT = "sent"
    DROPPED = "dropped"

    @property
    def chinese(self) -> str:
        return _ACTS[self.value]


_ACTS = {
    "made": "编成草稿", "remade": "按最新数据重编", "edited": "修改文字", "reviewed": "审核通过", "issued": "签发",
    "sent": "分送", "dropped": "放弃修改",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """``new`` stands instead of ``old`` in the text part at ``at`` (see :mod:`monitor.briefs.desk.texts`)."""

    at: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what and when. Names stay here and in the audit log; no rendered brief has them."""

    act: Act
    who: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One issue: ``number`` 1 is the first, later ones are 更正. ``content`` is the id of the brief as issued.

    ``made``, ``note`` and ``corrections`` are what it was put together of.
    """

    number: int
    content: str
    issued: datetime
    who: str
    made: str
    note: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a list shows of a brief, kept with its head: a list reads no contents. ``issue`` is 〔2026〕第 12 期."""

    title: str
    subject: str
    issue: str
    partial: bool

    @classmethod
    def of(cls, brief: Brief) -> Outline:
        return cls(brief.title, brief.subject, brief.issue, brief.partial)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One brief on the desk. ``version`` is that of its document in the store, 0 before it is kept.

    ``made`` is the content id of the brief as the facts made it; ``note`` and ``corrections`` are what people wrote.
    ``state`` is that of the working copy; ``revisions`` are the issues so far, the oldest first. ``sendings`` are the
    ids of the sendings that were ordered. ``outline`` is that of the last issue, else of the draft.
    """

    id: str
    version: int
    state: State
    made: str
    outline: Outline
    note: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    revisions: tuple[Revision, ...] = ()
    steps: tuple[Step, ...] = ()
    sendings: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.id.partition(".")[0]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.id.rpartition(".")[2])

    @property
    def revision(self) -> int:
        """Number of the last issue; 0: never issued."""
        return self.revisions[-1].number if self.revisions else 0

    @property
    def pending(self) -> bool:
        """Whether the working copy is something else than the last issue."""
        last = self.revisions[-1] if self.revisions else None
        return last is None or (last.made, last.note, last.corrections) != (self.made, self.note, self.corrections)

    @property
    def editor(self) -> str:
        """Who last changed the words of the working copy; empty where only the service made it."""
        for step in reversed(self.steps):
            if step.act is Act.EDITED:
                return step.who
            if step.act is Act.ISSUED:
                return ""
        return ""

    def with_step(self, act: Act, who: str, at: datetime, detail: str = "") -> Edition:
        return replace(self, steps=(*self.steps, Step(act, who, at, detail))[-MAX_STEPS:])


def is_id(text: str) -> bool:
    """Whether a text can be the id of a brief; nothing else is ever looked up, written or named in a path."""
    return len(text) <= 80 and _ID.fullmatch(text) is not None


def parts_of_id(id: str) -> tuple[str, str, str]:
    """(kind, slug, day) of an id; raises ``DeskError`` for anything else."""
    match = _ID.fullmatch(id) if len(id) <= 80 else None
    if match is None:
        raise DeskError("专报编号不对", "编号形如 daily.2026-11-22；用 yuqing brief list 查看")
    return match[1], (match[2] or "").removeprefix("."), match[3]
