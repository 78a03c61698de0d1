"""Alerts, silences and notifications as the desk knows them: frozen values that hold only what may be shown (S3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model import CHINA, Kind, hour_of
from monitor.signals.spikes import Measure

LEVEL_NAMES: Mapping[int, str] = {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色"}
LEVEL_MARKS: Mapping[int, str] = {1: "Ⅰ级", 2: "Ⅱ级", 3: "Ⅲ级", 4: "Ⅳ级"}
EVERY_TOPIC = "*"
"""The topic of a silence that mutes every alert."""


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RECOVERED = "recovered"

    @property
    def chinese(self) -> str:
        return {"open": "待处置", "acknowledged": "已签收", "recovered": "已恢复"}[self.value]


class Event(StrEnum):
    """What a notification tells. ``RAISED`` carries the new level in :class:`Owed`."""

    OPENED = "opened"
    RAISED = "raised"
    RECOVERED = "recovered"
    LATE = "late"
    """Found only after it was over (late documents, or the service was down): told once, already recovered."""
    SOURCE_FAILED = "source_failed"
    SOURCE_FIXED = "source_fixed"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Owed:
    """An event of an alert that somebody is to be told of; ``planned`` once its notifications have been created."""

    event: Event
    level: int
    at: datetime
    planned: bool = False
    muted: str = ""
    """Why nobody was told (silence, no_route), empty if somebody was."""

    @property
    def name(self) -> str:
        """``opened`` or ``raised2``: part of the notification's id."""
        return f"{self.event.value}{self.level}" if self.event is Event.RAISED else self.event.value


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

    @property
    def colour(self) -> str:
        """红色, 橙色, 黄色 or 蓝色: an internal convention of this service."""
        return LEVEL_NAMES[self.level]

    @property
    def active(self) -> bool:
        return self.state is not AlertState.RECOVERED

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
        return f"{self.topic}：{self.window_h}小时内{self.measure.chinese}{self.total_phrase}，{self.usual}"

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
    """Subject and text of a message that is about no alert but about the service itself (a failing source)."""


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
