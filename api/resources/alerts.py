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
from monitor.alerts import journal
from monitor.alerts.book import AlertBook, NoSuchAlert
from monitor.alerts.facts import standing
from monitor.alerts.types import Alert, AlertState, Event, Notification, Silence
from monitor.intake.redact import redact
from monitor.model import Kind
from monitor.ops.people import Role
from monitor.signals.spikes import Pattern

resource = Resource("alerts", "预警")
MAX_SILENCE_H = 168
StateChoice = Literal["open", "escalated", "acknowledged", "recovered", "closed"]
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
    pattern: Pattern = Field(description="burst 突增；rise 几天内缓慢上升（苗头）")
    growth: float = Field(ge=0, description="比前一时段增至多少倍")
    news: int = Field(ge=0, description="相关新闻报道篇数，含转载")
    reasons: Sequence[str] = Field(description="级别的依据")
    first_deadline: MomentOut | None = Field(description="首次发布权威信息的时限")
    first_done_at: MomentOut | None
    first_done_by: str
    answered_at: MomentOut | None = Field(description="标记已答复群众的时刻；deadline 是其时限")
    answered_by: str
    closed_at: MomentOut | None
    closed_by: str
    watch: str = Field(description="所在的重点时段，没有则为空")

    @classmethod
    def of(cls, a: Alert) -> AlertShape:
        return cls(
            id=a.id, topic=a.topic, level=a.level, colour=a.colour, state=a.state, subject=a.subject, onset=a.onset,
            opened_at=a.opened_at, updated=a.updated, recovered_at=a.recovered_at, window_h=a.window_h,
            observed=a.observed, observed_total=a.shown_total, expected_low=a.expected_low,
            expected_high=a.expected_high, thin_history=a.thin_history, department=a.department, rule=a.rule,
            steps=a.steps, deadline=a.deadline, terms=a.terms, places=a.places,
            related=[RelatedShape(id=i, title=t, url=url) for i, t, url in standing(context.store(), a.related)],
            acknowledged_by=a.acknowledged_by, acknowledged_at=a.acknowledged_at, note=a.note, pattern=a.pattern,
            growth=a.growth, news=a.news, reasons=a.reasons, first_deadline=a.first_deadline,
            first_done_at=a.first_done_at, first_done_by=a.first_done_by, answered_at=a.answered_at,
            answered_by=a.answered_by, closed_at=a.closed_at, closed_by=a.closed_by, watch=a.watch,
        )  # fmt: skip


class AlertPage(Shape):
    items: Sequence[AlertShape]
    next: str | None = Field(description="下一页的 before；最后一页为 null")


class NotificationShape(Shape):
    event: Event
    channel: str
    state: str
    created: MomentOut
    sent_at: MomentOut | None
    tries: int
    error: str

    @classmethod
    def of(cls, n: Notification) -> NotificationShape:
        return cls(
            event=n.event, channel=n.channel, state=n.state.value, created=n.created, sent_at=n.sent_at, tries=n.tries,
            error=n.error,
        )  # fmt: skip


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
    state: tuple[AlertState, ...] = Field((), max_length=5)
    topic: Topics = ()
    since: Moment | None = None
    until: Until | None = None
    limit: Limit = 50
    before: str = Field("", max_length=100, pattern=r"^[!-~]*$", description="上一页给出的 next")


class Acknowledgement(Parameters):
    note: Annotated[str, Field(max_length=500), AfterValidator(plain_lines)] = Field("", description="处置说明，可不填")


class Closing(Parameters):
    note: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(plain_lines)] = Field(
        description="办结说明，例如：已恢复供水并逐条答复", pattern=r"\S"
    )


class Done(Parameters):
    clock: Literal["first", "reply"] = Field(description="first 已发布权威信息；reply 已答复群众")
    note: Annotated[str, Field(max_length=500), AfterValidator(plain_lines)] = Field("", description="说明，可不填")


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


@resource.post("/alerts/<id>/done", role=Role.DUTY, body=Done, answer=AlertShape)
def mark_alert_done(id: str, body: Done, caller: Caller) -> AlertShape:
    """标记预案的一个时限已完成

    之后不再提醒这个时限；以第一次标记为准。预案没有规定这个时限的，返回 400。
    """
    return AlertShape.of(done(id, body.clock, caller.name, body.note))


@resource.post("/alerts/<id>/close", role=Role.DUTY, body=Closing, answer=AlertShape)
def close_alert(id: str, body: Closing, caller: Caller) -> AlertShape:
    """办结预警

    不再催办和提醒；级别加重时会重新打开。
    """
    return AlertShape.of(close(id, caller.name, body.note))


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


def done(id: str, clock: str, who: str, note: str) -> Alert:
    try:
        return book().done(id, clock, who, context.now(), _safe(note))
    except NoSuchAlert:
        raise not_found("预警", "预警列表见 /alerts") from None


def close(id: str, who: str, note: str) -> Alert:
    try:
        return book().close(id, who, context.now(), _safe(note))
    except NoSuchAlert:
        raise not_found("预警", "预警列表见 /alerts") from None


def note(id: str, who: str, text: str) -> journal.Note:
    try:
        return journal.add(context.store(), id, who, _safe(text), context.now())
    except NoSuchAlert:
        raise not_found("预警", "预警列表见 /alerts") from None


def silence(id: str, who: str, hours: int, reason: str) -> Silence:
    now = context.now()
    return book().silence(one(id).topic, now + timedelta(hours=hours), who, _safe(reason), now)


def _safe(text: str) -> str:
    """Staff may name a resident in a note; that is not kept either (S2)."""
    return redact(text, Kind.BOARD).text
