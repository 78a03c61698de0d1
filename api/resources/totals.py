"""Totals of whole spans beside those of the spans before: what the figures of a weekly or monthly brief refer to.

Only the fixed spans of the topics: sums of posts over spans of any length could be subtracted from each other (S3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import ConfigDict, Field

from api import context
from api.operation import Resource
from api.parameters import Topics
from api.resources.topics import TopicQuery
from api.shapes import Figure, Shape, Share, figure
from monitor.model import ALL_TOPICS, Kind
from monitor.ops.people import Role
from monitor.signals import figures

resource = Resource("totals", "走势")
PERIODS = 5


class TotalsQuery(TopicQuery):
    kind: tuple[Kind, ...] = Field((), max_length=5, description="信息种类；不填为全部")
    topic: Topics = ()
    periods: int = Field(1, ge=1, le=PERIODS, description="连同此前的同样时段，共几个（月按自然月）")


class TotalShape(Shape):
    """一个时段内一类信息（和专题）的数量。"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"first": "2026-11-16", "last": "2026-11-22", "kind": "board", "topic": "*", "total": 88,
                 "negative": 52, "neutral": 30, "positive": 6, "reprints": 0, "negative_share": 0.5909}
            ]
        }
    )  # fmt: skip

    first: date
    last: date
    kind: Kind
    topic: str = Field(description="专题名称；* 为全部")
    total: Figure
    negative: Figure
    neutral: Figure
    positive: Figure
    reprints: Figure
    negative_share: Share


class Totals(Shape):
    items: Sequence[TotalShape] = Field(description="最近的时段在前")


@resource.get("/totals", role=Role.READER, query=TotalsQuery, answer=Totals)
def get_totals(query: TotalsQuery) -> Totals:
    """各类信息在一天、一周、30 天或一个自然月内的总数，以及此前同样时段的总数

    不填 topic 时每条信息只计一次（专题为 *）。帖文的总数由整个时段的数取整，不等于逐日数之和。
    """
    kinds = tuple(dict.fromkeys(query.kind)) or tuple(Kind)
    topics = tuple(dict.fromkeys(query.topic))
    found = []
    for first, last in _spans(*query.span(), query.periods):
        volumes = figures.span_volumes(context.store(), first, last, topics=topics)
        found += [_shape(first, last, volumes[kind, topic]) for topic in topics or (ALL_TOPICS,) for kind in kinds]
    return Totals(items=found)


def _spans(first: date, last: date, periods: int) -> list[tuple[date, date]]:
    """The span and those before it, the nearest first: the months before a month, else spans of the same length."""
    month = first.day == 1 and (last + timedelta(days=1)).day == 1
    found = [(first, last)]
    while len(found) < periods:
        first, last = found[-1]
        before = first - timedelta(days=1)
        found.append((before.replace(day=1) if month else before - (last - first), before))
    return found


def _shape(first: date, last: date, volume: figures.Volume) -> TotalShape:
    share = volume.negative_share
    return TotalShape(
        first=first, last=last, kind=volume.kind, topic=volume.topic, total=figure(volume.total),
        negative=figure(volume.negative), neutral=figure(volume.neutral), positive=figure(volume.positive),
        reprints=figure(volume.reprints), negative_share=None if share is None else round(share, 4),
    )  # fmt: skip
