"""Alerts: list, one, acknowledge, silence. Whoever does it is written down (S7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from api import context
from api.auth.caller import Caller
from api.errors import not_found
from api.operation import Resource
from api.parameters import Limit, Moment, Parameters, Topics, Until, plain, plain_lines
from api.shapes import Moment as MomentOut
from api.shapes import Shape
from monitor.alerts.book import AlertBook, NoSuchAlert
from monitor.alerts.types import Alert, AlertState, Notification, Silence
from monitor.intake.redact import redact
from monitor.model import Kind
from monitor.ops.people import Role

resource = Resource("alerts", "预警")
MAX_SILENCE_H = 168
StateChoice = Literal["open", "acknowledged", "recovered"]
"""For a form's single choice; the API takes several states at once."""


class RelatedShape(Shape):
    id: str
    title: str
    url: str


class AlertShape(Shape):
    """一次预警。observed 中帖文数量按披露规则处理。"""

    id: str
    topic: str
    level: int = Field(ge=1, le=4, description="1 红色（最重）至 4 蓝色；本服务内部约定")
    colour: str
    state: AlertState
    subject: str
    onset: MomentOut
    opened_at: MomentOut
    updated: MomentOut
    recovered_at: MomentOut | None
    window_h: int
    observed: Mapping[Kind, Any]
    observed_total: int
    expected_low: int
    expected_high: int
    thin_history: bool = Field(description="历史数据不足，判断较为保守")
    department: str
    rule: str | None
    steps: Sequence[str]
    deadline: MomentOut | None
    terms: Sequence[str]
    places: Sequence[str]
    related: Sequence[RelatedShape]
    acknowledged_by: str
    acknowledged_at: MomentOut | None
    note: str

    @classmethod
    def of(cls, a: Alert) -> AlertShape:
        return cls(
            id=a.id, topic=a.topic, level=a.level, colour=a.colour, state=a.state, subject=a.subject, onset=a.onset,
            opened_at=a.opened_at, updated=a.updated, recovered_at=a.recovered_at, window_h=a.window_h,
            observed=a.observed, observed_total=a.shown_total, expected_low=a.expected_low,
            expected_high=a.expected_high, thin_history=a.thin_history, department=a.department, rule=a.rule,
            steps=a.steps, deadline=a.deadline, terms=a.terms, places=a.places,
            related=[RelatedShape(id=id, title=title, url=url) for id, title, url in a.related],
            acknowledged_by=a.acknowledged_by, acknowledged_at=a.acknowledged_at, note=a.note,
        )  # fmt: skip


class AlertPage(Shape):
    items: Sequence[AlertShape]
    next: str | None = Field(description="下一页的 before；最后一页为 null")


class NotificationShape(Shape):
    channel: str
    state: str
    created: MomentOut
    sent_at: MomentOut | None
    tries: int
    error: str

    @classmethod
    def of(cls, n: Notification) -> NotificationShape:
        return cls(
            channel=n.channel, state=n.state.value, created=n.created, sent_at=n.sent_at, tries=n.tries, error=n.error
        )


class AlertDetail(Shape):
    alert: AlertShape
    notifications: Sequence[NotificationShape]


class SilenceShape(Shape):
    id: str
    topic: str
    begin: MomentOut
    until: MomentOut
    who: str
    reason: str

    @classmethod
    def of(cls, s: Silence) -> SilenceShape:
        return cls(id=s.id, topic=s.topic, begin=s.begin, until=s.until, who=s.who, reason=s.reason)


class AlertQuery(Parameters):
    state: tuple[AlertState, ...] = Field((), max_length=3)
    topic: Topics = ()
    since: Moment | None = None
    until: Until | None = None
    limit: Limit = 50
    before: str = Field("", max_length=100, pattern=r"^[!-~]*$", description="上一页给出的 next")


class Acknowledgement(Parameters):
    note: Annotated[str, Field(max_length=500), AfterValidator(plain_lines)] = Field("", description="处置说明，可不填")


class SilenceRequest(Parameters):
    hours: int = Field(ge=1, le=MAX_SILENCE_H, description="静默多少小时；预警照常记录，只是不再通知")
    reason: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain)] = Field(
        description="原因，例如：计划停水，已公告", pattern=r"\S"
    )


@resource.get("/alerts", role=Role.READER, query=AlertQuery, answer=AlertPage)
def list_alerts(query: AlertQuery) -> AlertPage:
    """预警列表，最新的在前"""
    found = book().list(
        states=query.state, topics=query.topic, since=query.since, until=query.until, limit=query.limit + 1,
        before=query.before,
    )  # fmt: skip
    items = [AlertShape.of(alert) for alert in found[: query.limit]]
    return AlertPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@resource.get("/alerts/<id>", role=Role.READER, answer=AlertDetail)
def get_alert(id: str) -> AlertDetail:
    """一次预警与它的通知记录"""
    return AlertDetail(
        alert=AlertShape.of(one(id)), notifications=[NotificationShape.of(n) for n in book().notifications(id)]
    )


@resource.post("/alerts/<id>/ack", role=Role.DUTY, body=Acknowledgement, answer=AlertShape)
def acknowledge_alert(id: str, body: Acknowledgement, caller: Caller) -> AlertShape:
    """签收预警

    重复签收无妨：以第一次为准，新的说明替换旧的。
    """
    return AlertShape.of(acknowledge(id, caller.name, body.note))


@resource.post("/alerts/<id>/silence", role=Role.DUTY, body=SilenceRequest, answer=SilenceShape)
def silence_alert(id: str, body: SilenceRequest, caller: Caller) -> SilenceShape:
    """在一段时间内不再通知该预警的专题"""
    return SilenceShape.of(silence(id, caller.name, body.hours, body.reason))


def book() -> AlertBook:
    return AlertBook(context.store())


def one(id: str) -> Alert:
    alert = book().get(id)
    if alert is None:
        raise not_found("预警", "预警列表见 /alerts")
    return alert


def acknowledge(id: str, who: str, note: str) -> Alert:
    try:
        return book().acknowledge(id, who, context.now(), _safe(note))
    except NoSuchAlert:
        raise not_found("预警", "预警列表见 /alerts") from None


def silence(id: str, who: str, hours: int, reason: str) -> Silence:
    now = context.now()
    return book().silence(one(id).topic, now + timedelta(hours=hours), who, _safe(reason), now)


def _safe(text: str) -> str:
    """Staff may name a resident in a note; that is not kept either (S2)."""
    return redact(text, Kind.BOARD).text
