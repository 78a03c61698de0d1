"""How a topic has run: the small chart of a mail, as released figures of fixed hours or days (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import CHINA
from monitor.signals.figures import Shown, Volume, number, volumes
from monitor.signals.spikes import Measure
from monitor.store import Bucket, Store

Point = tuple[str, int | None]
"""What the bar is called (8时, 22日) and how many texts were shown; None where posts are too few to be."""
HOURS = 24
DAYS = 14
_FEWEST = 2
"""With fewer hours that hold anything shown, the days are drawn instead."""


def course(store: Store, topic: str, measure: Measure, until: datetime) -> tuple[Point, ...]:
    """The last day by hours where enough is shown, else two weeks by days; empty where there is nothing at all."""
    hours = _points(store, topic, measure, until - timedelta(hours=HOURS), until, Bucket.HOUR)
    if sum(1 for _, n in hours if n) >= _FEWEST:
        return hours
    days = _points(store, topic, measure, until - timedelta(days=DAYS - 1), until, Bucket.DAY)
    return days if any(n for _, n in days) else ()


def _points(
    store: Store, topic: str, measure: Measure, since: datetime, until: datetime, bucket: Bucket
) -> tuple[Point, ...]:
    groups: dict[datetime, list[Volume]] = {}
    for volume in volumes(store, since, until, bucket=bucket, kinds=measure.kinds, topics=(topic,)):
        groups.setdefault(volume.start, []).append(volume)
    return tuple((_name(start, bucket), _sum([_figure(v, measure) for v in each])) for start, each in groups.items())


def _name(start: datetime, bucket: Bucket) -> str:
    local = start.astimezone(CHINA)
    return f"{local.hour}时" if bucket is Bucket.HOUR else f"{local.day}日"


def _figure(volume: Volume, measure: Measure) -> Shown:
    return volume.negative if measure is Measure.NEGATIVE else volume.total


def _sum(figures: Sequence[Shown]) -> int | None:
    values = [number(f) for f in figures]
    known = [v for v in values if v is not None]
    return sum(known) if any(known) or len(known) == len(values) else None
