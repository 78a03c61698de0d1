"""Alerts, silences and notifications as the desk knows them: frozen values that hold only what may be shown (S3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model import CHINA, Kind, hour_of
from monitor.signals.spikes import Measure, Pattern

LEVEL_NAMES: Mapping[int, str] = {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色"}
LEVEL_MARKS: Mapping[int, str] = {1: "Ⅰ级", 2: "Ⅱ级", 3: "Ⅲ级", 4: "Ⅳ级"}
EVERY_TOPIC = "*"
"""The topic of a silence that mutes every alert."""


class AlertState(StrEnum):
    OPEN = "open"
    ESCALATED = "escalated"
    """Nobody acknowledged it in time and the next desk was told; still to be acknowledged."""
    ACKNOWLEDGED = "acknowledged"
    RECOVERED = "recovered"
    CLOSED = "closed"
    """Done with by the desk, with a note; final even where the matter has not calmed down (a graver level reopens)."""

    @property
    def chinese(self) -> str:
        return _STATES[self.value]

    @property
    def waiting(self) -> bool:
        """Whether somebody is still to acknowledge it."""
        return self in (AlertState.OPEN, AlertState.ESCALATED)


_STATES = {
    "open": "待处置", "escalated": "已催办上报", "acknowledged": "已签收", "recovered": "已恢复", "closed": "已办结",
}  # fmt: skip
ACTIVE = (AlertState.OPEN, AlertState.ESCALATED, AlertState.ACKNOWLEDGED)


class Event(StrEnum):
    """What a notification tells. ``RAISED`` carries the new level in :class:`Owed`."""

    OPENED = "opened"
    RAISED = "raised"
    GREW = "grew"
    """The same level, but clearly more of it, or new places or news: told at most every few hours."""
    ESCALATED = "escalated"
    REMINDED = "reminded"
    RECOVERED = "recovered"
    LATE = "late"
    """Found only after it was over (late documents, or the service was down): told once, already recovered."""
    SOURCE_FAILED = "source_failed"
    SOURCE_FIXED = "source_fixed"
    DIGEST = "digest"
    """Several alerts in one message: low levels, or what waited for the morning."""
    WATCH_BEGUN = "watch_begun"
    WATCH_ENDED = "watch_ended"
    WATCH_SNAPSHOT = "watch_snapshot"
    BOARD_DUE = "board_due"
    """Board messages that wait for an answer: a department's own, or all of them for the desk."""
    BRIEF = "brief"
    """A brief for its distribution list, or a word to its editors; kept apart from what alerts tell."""
    TEST = "test"

    @property
    def chinese(self) -> str:
        return _EVENTS.get(self.value, self.value)


_EVENTS = {
    "opened": "预警", "raised": "升级", "grew": "续报", "escalated": "催办",
    "reminded": "时限提醒", "recovered": "恢复", "late": "事后发现", "digest": "汇总",
    "watch_begun": "重点时段开始", "watch_ended": "重点时段结束", "watch_snapshot": "快报",
    "source_failed": "信源异常", "source_fixed": "信源恢复", "test": "测试",
    "board_due": "留言催办", "brief": "专报",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """An event of an alert that somebody is to be told of; ``planned`` once its notifications have been created."""

    event: Event
    level: int
    at: datetime
    planned: bool = False
    muted: str = ""
    """Why nobody was told (silence, no_route) or not yet (quiet, digest); empty if somebody was."""
    step: int = 0
    """Which one, for events that come more than once: the nth growth update, the nth escalation."""
    clock: str = ""
    """Of a reminder: ``first`` or ``reply``."""
    paid_at: datetime | None = None
    """When its notifications were made; the three below are what they said then."""
    total: int = 0
    news: int = 0
    places: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``opened``, ``raised2``, ``escalated1``: part of the notification's id."""
        if self.event is Event.RAISED:
            return f"{self.event.value}{self.level}"
        return f"{self.event.value}{self.step or ''}{self.clock}"

    @property
    def told(self) -> bool:
        """Whether somebody has been told of it."""
        return self.planned and not self.muted


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One spike of one topic, from onset to recovery.

    ``observed``: texts in the window that was most unusual so far, by kind, as JSON that may be shown: an int for
    public kinds, ``ReleasedCount.as_json()`` for posts. ``shown_total`` is their sum (suppressed posts count 0), so it
    tells nothing the parts do not. ``expected_low`` and ``expected_high`` are the 90 % band of the model for all kinds
    together, rounded outward to base 5. ``window_begin`` to ``window_end`` is that window. ``deadline`` is when the
    response plan wants an answer. ``related`` are (record id, title, url) of news and board messages.
    Recovered alerts keep their acknowledgement.
    """

    id: str
    topic: str
    level: int
    state: AlertState
    onset: datetime
    opened_at: datetime
    updated: datetime
    recovered_at: datetime | None = None
    measure: Measure = Measure.NEGATIVE
    window_h: int
    window_begin: datetime
    window_end: datetime
    observed: Mapping[Kind, Any]
    shown_total: int
    expected_low: int
    expected_high: int
    thin_history: bool = False
    department: str = ""
    rule: str | None = None
    steps: tuple[str, ...] = ()
    deadline: datetime | None = None
    terms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    related: tuple[tuple[str, str, str], ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    note: str = ""
    owed: tuple[Owed, ...] = ()
    pattern: Pattern = Pattern.BURST
    growth: float = 1.0
    reasons: tuple[str, ...] = ()
    """Why it has its level, in Chinese; of figures that may be shown."""
    news: int = 0
    """News reports of the topic since shortly before the window, reprints included: public, exact."""
    first_deadline: datetime | None = None
    """When the response plan wants authoritative information published; ``deadline`` is for the answer."""
    first_done_at: datetime | None = None
    first_done_by: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    watch: str = ""
    """Name of the watch window in which it was raised."""
    course: tuple[tuple[str, int | None], ...] = ()
    """How its topic has run, in released figures: see :mod:`monitor.alerts.course`."""
    matters: tuple[str, ...] = ()
    """Names of the hot issues of its days that belong to its topic, the largest first."""

    @property
    def clocks(self) -> tuple[tuple[str, datetime, datetime | None, str], ...]:
        """(``first`` or ``reply``, deadline, when done, by whom) of the clocks that the plan names."""
        both = (
            ("first", self.first_deadline, self.first_done_at, self.first_done_by),
            ("reply", self.deadline, self.answered_at, self.answered_by),
        )
        return tuple((name, due, done, who) for name, due, done, who in both if due is not None)

    @property
    def colour(self) -> str:
        """红色, 橙色, 黄色 or 蓝色: an internal convention of this service."""
        return LEVEL_NAMES[self.level]

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def approximate(self) -> bool:
        """Whether posts are among what was observed, so that the total is a rounded one."""
        return Kind.POST in self.observed

    @property
    def total_phrase(self) -> str:
        """约45条 or 12条, for running text."""
        return f"{'约' if self.approximate else ''}{self.shown_total}条"

    @property
    def subject(self) -> str:
        """供水：3小时内群众反映约45条，平时不超过10条."""
        if self.pattern is Pattern.RISE:
            return f"{self.topic}：{self.span}{self.measure.chinese}持续增多，共{self.total_phrase}，{self.usual}"
        return f"{self.topic}：{self.window_h}小时内{self.measure.chinese}{self.total_phrase}，{self.usual}"

    @property
    def span(self) -> str:
        """3小时内 or 近3天."""
        return (
            f"近{self.window_h // 24}天" if self.window_h % 24 == 0 and self.window_h > 24 else f"{self.window_h}小时内"
        )

    @property
    def usual(self) -> str:
        return f"平时不超过{self.expected_high}条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Mutes the notifications (never the alerts) of a topic, or of all (``EVERY_TOPIC``), until a moment."""

    id: str
    topic: str
    begin: datetime
    until: datetime
    who: str
    reason: str

    def mutes(self, topic: str, now: datetime) -> bool:
        return self.begin <= now < self.until and self.topic in (topic, EVERY_TOPIC)


class NotificationState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED_PERMANENTLY = "failed_permanently"

    @property
    def chinese(self) -> str:
        return {"pending": "待发送", "sent": "已发送", "failed_permanently": "发送失败"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one recipient on one channel. ``message_id`` is the same on every try (RFC 5322, without <>).

    ``next_try`` is the earliest moment of the next try; while a try is under way it lies behind the longest time that
    a try can take, so that a killed process's try is repeated and a living one's is not doubled.
    ``alert`` is the alert as it was when the event happened: every try sends the same message.
    """

    id: str
    alert_id: str
    event: Event
    channel: str
    to: str
    message_id: str
    state: NotificationState
    created: datetime
    next_try: datetime
    tries: int = 0
    sent_at: datetime | None = None
    error: str = ""
    """Chinese, of the last failed try; never quotes the message."""
    thread: str = ""
    """Message-ID of the first mail of the alert to this recipient; empty for the first itself."""
    alert: Alert | None = field(default=None, repr=False)
    notice: tuple[str, str] | None = None
    """Subject and text of a message that is not about one alert: a failing source, a digest, a watch window."""
    name: str = ""
    """Whom the address belongs to, where the roster named a person."""


def topic_hash(topic: str) -> str:
    return hashlib.sha256(topic.encode()).hexdigest()[:12]


def moment_key(moment: datetime) -> str:
    """The hour in China Standard Time; sorts by time as text."""
    return f"{hour_of(moment):%Y-%m-%dT%H%z}"


def alert_id(topic: str, onset: datetime) -> str:
    """Onset hour and topic: the same spike has the same id in every process, so ``Store.create`` makes it single."""
    return f"{moment_key(onset)}.{topic_hash(topic)}"


def local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)
