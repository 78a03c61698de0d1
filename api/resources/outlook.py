"""What is usual and what is to come: days of a topic beside their band, and the forecast; released figures (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from api import context
from api.memo import memo
from api.operation import Resource
from api.parameters import Day, Parameters, known_topic, last_days
from api.resources.alerts import book
from api.shapes import Figure, Shape, Share, figure
from api.validation import problem_of
from monitor.model import ALL_TOPICS, Kind, day_of, day_span
from monitor.ops.people import Role
from monitor.settings.types import Topic, TopicsSettings
from monitor.signals.ahead import TopicForecast, forecast_named, forecast_topics
from monitor.signals.usual import usual_days

resource = Resource("outlook", "走势")
LONGEST = 92
KEEP_S = 600.0
TopicName = Annotated[str, Field(max_length=60), AfterValidator(known_topic)]


class UsualQuery(Parameters):
    topic: TopicName = Field("", description="专题名称；不填为全部")
    since: Day | None = Field(None, description="第一天，默认 30 天前")
    until: Day | None = Field(None, description="最后一天（含），默认今天")

    def span(self) -> tuple[date, date]:
        last = self.until or last_days(1)[1]
        first = self.since or last - timedelta(days=29)
        if not timedelta(0) <= last - first < timedelta(days=LONGEST):
            raise problem_of({"since": f"开始须不晚于结束，最多 {LONGEST} 天"})
        return first, last


class UsualShape(Shape):
    """一天的数量与平时的范围。"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"day": "2026-11-21", "total": 85, "few": False, "share": 0.41, "low": 20, "high": 45,
                 "said": "高于平时", "partial": False}
            ]
        }
    )  # fmt: skip

    day: date
    total: int = Field(description="帖文（披露规则后）、留言与新闻之和；帖文不足 10 条时只含留言与新闻")
    few: bool = Field(description="帖文不足 10 条，未计入")
    share: Share
    low: int | None = Field(description="平时的下限：此前 8 周同类日子（工作日或休息日）的中间八成；历史不足为 null")
    high: int | None
    said: str
    partial: bool = Field(description="这一天还没有过完")


class AlertMark(Shape):
    id: str
    day: date
    level: int = Field(ge=1, le=4)
    subject: str


class UsualDays(Shape):
    first: date
    last: date
    topic: str
    items: Sequence[UsualShape]
    alerts: Sequence[AlertMark] = Field(description="这些天里开始的预警")


class DayAheadShape(Shape):
    day: date
    mean: Figure
    low: int
    high: int


class AheadShape(Shape):
    """一类信息今后几天的预测；历史不足三周时没有。区间的把握约八成。"""

    kind: Kind
    days: Sequence[DayAheadShape]


class ForecastQuery(Parameters):
    topic: TopicName = Field("", description="专题名称；不填为全部")
    since: Day | None = Field(None, description="从哪一天起预测，只用此前各天的数据；默认今天")

    def day(self) -> date:
        today = last_days(1)[1]
        if self.since is not None and self.since > today:
            raise problem_of({"since": "不得晚于今天"})
        return self.since or today


class ForecastShape(Shape):
    topic: str
    series: Sequence[AheadShape]


@resource.get("/trends/usual", role=Role.READER, query=UsualQuery, answer=UsualDays)
def get_usual(query: UsualQuery) -> UsualDays:
    """每天的数量、平时的范围与预警

    最多 92 天。平时的范围只由已公布的数字算出。
    """
    first, last = query.span()
    today = last_days(1)[1]
    found = usual_days(context.settings(), context.store(), first, last, query.topic or "*")
    items = [
        UsualShape(
            day=u.day, total=u.total, few=u.few, share=None if u.share is None else round(u.share, 4), low=u.low,
            high=u.high, said=u.said, partial=u.day >= today,
        )
        for u in found
    ]  # fmt: skip
    return UsualDays(first=first, last=last, topic=query.topic or "*", items=items, alerts=_marks(query, first, last))


@resource.get("/forecast", role=Role.READER, query=ForecastQuery, answer=ForecastShape)
def get_forecast(query: ForecastQuery) -> ForecastShape:
    """一个专题或全部信息七天的预测，附约八成把握的区间

    专报中的预测引用 since：以那一天之前的数据重算。
    """
    name, day = query.topic or ALL_TOPICS, query.day()
    settings, store = context.settings(), context.store()
    found = memo().get(("ahead", name, day), KEEP_S, lambda: forecast_named(settings, store, day, (name,)))
    return ForecastShape(topic=name, series=[_series(f) for f in found])


def ahead(topic: Topic) -> list[TopicForecast]:
    """The forecast of one topic by kind; kept for some minutes, since it learns from past days only."""
    settings, store, now = context.settings(), context.store(), context.now()
    alone = settings.model_copy(update={"topics": TopicsSettings(topic=(topic,))})
    return memo().get(("ahead", topic.name, day_of(now)), KEEP_S, lambda: forecast_topics(alone, store, now))


def _marks(query: UsualQuery, first: date, last: date) -> list[AlertMark]:
    since, until = day_span(first, last)
    found = book().list(topics=(query.topic,) if query.topic else (), since=since, until=until, limit=200)
    return [AlertMark(id=a.id, day=day_of(a.onset), level=a.level, subject=a.subject) for a in found]


def _series(found: TopicForecast) -> AheadShape:
    days = [DayAheadShape(day=d.day, mean=figure(d.mean), low=d.low, high=d.high) for d in found.days]
    return AheadShape(kind=found.kind, days=days)
