"""Topics: how much was said about each public-service matter, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource
from api.parameters import Day, Parameters, SpanDays
from api.shapes import Facetted, TopicDetail, TopicList, TopicShape, figure
from api.validation import problem_of
from monitor.model import CHINA, Facet, Kind
from monitor.ops.people import Role
from monitor.settings.types import Topic
from monitor.signals import figures
from monitor.signals.figures import Volume

resource = Resource("topics", "专题")


def weight(row: TopicShape) -> int:
    """How much is shown of a topic: posts, messages, news."""
    shown = (row.total[kind] for kind in (Kind.POST, Kind.BOARD, Kind.NEWS))
    return sum(n if isinstance(n, int) else (n.value or 0) for n in shown)


def _whole_month(first: date, last: date) -> bool:
    return first.day == 1 and (last + timedelta(days=1)).day == 1 and (last - first).days < 31


class TopicQuery(Parameters):
    """Fixed spans only: spans of any length could be subtracted from each other until single posts show (S3)."""

    days: SpanDays = Field(7, description="最近多少天，含末日")
    since: Day | None = Field(None, description="第一天；与 until 须正好相隔 1、7、30 天或一个自然月，优先于 days")
    until: Day | None = Field(None, description="最后一天（含），默认今天")

    def span(self) -> tuple[date, date]:
        last = self.until or context.now().astimezone(CHINA).date()
        first = self.since or last - timedelta(days=self.days - 1)
        if (last - first).days + 1 not in (1, 7, 30) and not _whole_month(first, last):
            raise problem_of({"since": "时段只能是 1 天、7 天、30 天或一个自然月（披露规则）"})
        return first, last


@resource.get("/topics", role=Role.READER, query=TopicQuery, answer=TopicList)
def list_topics(query: TopicQuery) -> TopicList:
    """各专题最近的数量、负面占比与变化"""
    first, last = query.span()
    return TopicList(first=first, last=last, items=tables(context.settings().topics.topic, first, last))


@resource.get("/topics/<name>", role=Role.READER, query=TopicQuery, answer=TopicDetail)
def get_topic(name: str, query: TopicQuery) -> TopicDetail:
    """一个专题的情况，以及提到的街道、镇和词语

    街道、镇和词语至少有 10 条帖文提到时才会列出。
    """
    topic = context.settings().topic(name)
    if topic is None:
        raise not_found("专题", "现有专题见 /api/v1/topics")
    first, last = query.span()
    return TopicDetail(
        first=first,
        last=last,
        topic=tables((topic,), first, last)[0],
        places=_facets(Facet.PLACE, topic, first, last),
        terms=_facets(Facet.TERM, topic, first, last),
    )


def tables(topics: tuple[Topic, ...], first: date, last: date) -> list[TopicShape]:
    """One row a topic over whole local days, compared with the span of the same length before."""
    if not topics:
        return []
    span = last - first + timedelta(days=1)
    now = _sums(topics, first, last)
    before = _sums(topics, first - span, last - span)
    return [_row(topic, now, before) for topic in topics]


def _sums(topics: tuple[Topic, ...], first: date, last: date) -> Mapping[tuple[Kind, str], Volume]:
    return figures.span_volumes(context.store(), first, last, topics=tuple(t.name for t in topics))


def _row(topic: Topic, now: Mapping[tuple[Kind, str], Volume], before: Mapping[tuple[Kind, str], Volume]) -> TopicShape:
    rows = {kind: now[kind, topic.name] for kind in Kind}
    return TopicShape(
        name=topic.name,
        official=topic.official.value,
        department=topic.department,
        total={kind: figure(v.total) for kind, v in rows.items()},
        negative_share={kind: v.negative_share for kind, v in rows.items()},
        change={kind: figures.change(v.total, before[kind, topic.name].total) for kind, v in rows.items()},
    )


def _facets(facet: Facet, topic: Topic, first: date, last: date) -> dict[Kind, list[Facetted]]:
    store = context.store()
    return {
        kind: [
            Facetted(value=value, count=figure(count))
            for value, count in figures.facets(store, facet, first, last, kind, topic.name)
        ]
        for kind in Kind
    }
