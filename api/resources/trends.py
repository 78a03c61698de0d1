"""Counts by hour or day. Posts appear only as released figures of fixed cells (safeguard S3)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from api import context
from api.operation import Resource
from api.parameters import Moment, Parameters, Topics, Until, span_of
from api.shapes import Point, Series, Trends, figure
from api.validation import problem_of
from monitor.model import ALL_TOPICS, Kind
from monitor.ops.people import Role
from monitor.signals import figures
from monitor.store import Bucket

resource = Resource("trends", "走势")
DEFAULT_SPAN = {Bucket.HOUR: timedelta(days=2), Bucket.DAY: timedelta(days=30)}
LONGEST_SPAN = {Bucket.HOUR: timedelta(days=31), Bucket.DAY: timedelta(days=400)}
MAX_POINTS = 20_000


class TrendQuery(Parameters):
    bucket: Bucket = Field(Bucket.DAY, description="按小时或按天（北京时间）")
    kind: tuple[Kind, ...] = Field((), max_length=5, description="信息种类；不填为全部")
    topic: Topics = ()
    since: Moment | None = Field(None, description="开始时刻，向前取整到整小时或整天")
    until: Until | None = Field(None, description="结束时刻（不含），向后取整；默认当前时刻")


@resource.get("/trends", role=Role.READER, shared=True, query=TrendQuery, answer=Trends)
def get_trends(query: TrendQuery) -> Trends:
    """各类信息的数量走势

    按小时最多 31 天，按天最多 400 天。不填 topic 时，每条信息只计一次（专题为 *）；填了则每个专题一组。
    """
    since, until = span_of(
        query.since, query.until, query.bucket, default=DEFAULT_SPAN[query.bucket], longest=LONGEST_SPAN[query.bucket]
    )
    kinds = tuple(dict.fromkeys(query.kind)) or tuple(Kind)
    topics = tuple(dict.fromkeys(query.topic)) or (ALL_TOPICS,)
    step = timedelta(hours=1) if query.bucket is Bucket.HOUR else timedelta(days=1)
    if (until - since) / step * len(kinds) * len(topics) > MAX_POINTS:
        raise problem_of({"topic": f"一次最多 {MAX_POINTS} 个数据点；请缩短时段或减少专题"})
    groups: dict[tuple[Kind, str], list[Point]] = {(kind, topic): [] for topic in topics for kind in kinds}
    for volume in figures.volumes(
        context.store(),
        since,
        until,
        bucket=query.bucket,
        kinds=kinds,
        topics=() if topics == (ALL_TOPICS,) else topics,
    ):
        groups[volume.kind, volume.topic].append(_point(volume))
    series = [Series(kind=kind, topic=topic, points=points) for (kind, topic), points in groups.items()]
    return Trends(bucket=query.bucket, since=since, until=until, series=series)


def _point(volume: figures.Volume) -> Point:
    share = volume.negative_share
    return Point(
        start=volume.start,
        total=figure(volume.total),
        negative=figure(volume.negative),
        neutral=figure(volume.neutral),
        positive=figure(volume.positive),
        reprints=figure(volume.reprints),
        negative_share=None if share is None else round(share, 4),
    )
