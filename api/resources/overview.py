"""The state of things in one answer: what 今日 shows, for other systems. Figures about posts are released ones (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import ConfigDict, Field

from api import context
from api.operation import Resource
from api.parameters import last_days
from api.resources.alerts import book
from api.resources.topics import tables, weight
from api.shapes import Figure, Moment, Shape, Share, TopicShape, figure
from monitor.alerts.types import ACTIVE, Alert
from monitor.model import Kind
from monitor.ops.people import Role
from monitor.signals import figures
from monitor.signals.figures import Volume

resource = Resource("overview", "今日")
TOPICS_SHOWN = 10
KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS, Kind.OFFICIAL)


class DayShape(Shape):
    """一类信息一天的数量。"""

    total: Figure
    negative: Figure
    negative_share: Share

    @classmethod
    def of(cls, v: Volume) -> DayShape:
        return cls(total=figure(v.total), negative=figure(v.negative), negative_share=v.negative_share)


class KindShape(Shape):
    kind: Kind
    today: DayShape = Field(description="今天到此刻")
    yesterday: DayShape = Field(description="昨天全天")


class ActiveAlert(Shape):
    id: str
    level: int = Field(ge=1, le=4)
    topic: str
    subject: str
    state: str
    onset: Moment
    department: str
    deadline: Moment | None

    @classmethod
    def of(cls, a: Alert) -> ActiveAlert:
        return cls(
            id=a.id, level=a.level, topic=a.topic, subject=a.subject, state=a.state.value, onset=a.onset,
            department=a.department, deadline=a.deadline,
        )  # fmt: skip


class Overview(Shape):
    """今天的概况。"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-22T08:30:00+08:00", "day": "2026-11-22",
                    "kinds": [
                        {
                            "kind": "board",
                            "today": {"total": 12, "negative": 9, "negative_share": 0.75},
                            "yesterday": {"total": 41, "negative": 30, "negative_share": 0.7317},
                        }
                    ],
                    "alerts": [], "topics": [],
                }
            ]
        }
    )  # fmt: skip

    as_of: Moment
    day: date
    kinds: Sequence[KindShape]
    alerts: Sequence[ActiveAlert] = Field(description="未恢复、未办结的预警，重的在前")
    topics: Sequence[TopicShape] = Field(description="七天内信息最多的专题")


@resource.get("/overview", role=Role.READER, answer=Overview, shared=True)
def get_overview() -> Overview:
    """今日概况：各类信息的数量、进行中的预警、七天内最多的专题"""
    now, day = context.now(), last_days(1)[1]
    store = context.store()
    today, before = figures.day_volumes(store, day), figures.day_volumes(store, day - timedelta(days=1))
    alerts = sorted(book().list(states=ACTIVE, limit=50), key=lambda a: (a.level, -a.onset.timestamp(), a.id))
    return Overview(
        as_of=now, day=day,
        kinds=[KindShape(kind=k, today=DayShape.of(today[k, "*"]), yesterday=DayShape.of(before[k, "*"]))
               for k in KINDS],
        alerts=[ActiveAlert.of(a) for a in alerts], topics=_busiest(),
    )  # fmt: skip


def _busiest() -> list[TopicShape]:
    rows = tables(context.settings().topics.topic, *last_days(7))
    weights = {row.name: weight(row) for row in rows}
    return sorted((r for r in rows if weights[r.name]), key=lambda r: (-weights[r.name], r.name))[:TOPICS_SHOWN]
