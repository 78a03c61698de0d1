"""Hot issues (matters): what many texts are about, with its course. Of posts only released counts (safeguard S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from api import context
from api.errors import not_found
from api.memo import memo
from api.operation import Resource
from api.parameters import known_topic
from api.resources.topics import TopicQuery
from api.shapes import Figure, Moment, Shape, figure
from monitor.model import Article, BoardMessage, Kind
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.signals import stories
from monitor.signals.matters import Matter, matters
from monitor.signals.stories import Story

resource = Resource("events", "事件")
KEEP_S = 60.0
MOST = 30


class EventQuery(TopicQuery):
    topic: Annotated[str, Field(max_length=60), AfterValidator(known_topic)] = Field("", description="只看一个专题的")
    limit: int = Field(20, ge=1, le=MOST, description="最多多少件，信息多的在前")


class EventShape(Shape):
    """一件热点事件。帖文数量按披露规则处理；只有帖文的事件，须有十条以上才会列出。"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9f34bd38bdd2dfb01f905c1338a748f2", "name": "青石街道 停水", "topics": ["供水"],
                    "places": ["青石街道"], "first_seen": "2026-11-20", "last_seen": "2026-11-22",
                    "counts": {"board": 10, "news": 2, "post": {"value": 35, "text": "35", "rounded_to": 5,
                                                                 "suppressed": False}},
                    "growth": 1.5,
                }
            ]
        }
    )  # fmt: skip

    id: str
    name: str
    topics: Sequence[str]
    places: Sequence[str]
    first_seen: date | None
    last_seen: date | None
    counts: dict[Kind, Figure]
    growth: float | None = Field(description="公开信息与前一个等长时段相比的变化；此前没有则为 null")

    @classmethod
    def of(cls, m: Matter) -> EventShape:
        return cls(
            id=m.id, name=m.name, topics=m.topics, places=m.places, first_seen=m.first_seen, last_seen=m.last_seen,
            counts={kind: figure(n) for kind, n in m.counts.items()}, growth=m.growth,
        )  # fmt: skip


class EventList(Shape):
    first: date
    last: date
    items: Sequence[EventShape]


class EventDayShape(Shape):
    day: date
    counts: dict[Kind, int] = Field(description="当天的新闻、政务发布与留言；帖文不按天列出")
    answers: int = Field(description="当天作出的官方答复")


class EventTextShape(Shape):
    """一条公开信息：新闻、政务发布或去标识化的留言。"""

    id: str
    kind: Kind
    title: str
    url: str
    published: Moment
    outlet: str
    reprint: bool
    answered: Moment | None = Field(description="留言的答复时间；未答复或答复没有注明时间为 null")


class EventDetail(Shape):
    first: date
    last: date
    event: EventShape
    days: Sequence[EventDayShape]
    texts: Sequence[EventTextShape] = Field(description="公开信息，最新的在前，最多 200 条")
    cut: bool = Field(description="公开信息超过 200 条，只给出最新的")


@resource.get("/events", role=Role.READER, query=EventQuery, answer=EventList)
def list_events(query: EventQuery) -> EventList:
    """热点事件，信息多的在前

    时段只能是 1、7、30 天或一个自然月。
    """
    first, last = query.span()
    return EventList(first=first, last=last, items=[EventShape.of(m) for m in told(first, last, query)])


@resource.get("/events/<id>", role=Role.READER, query=TopicQuery, answer=EventDetail, audited=Action.QUERY)
def get_event(id: str, query: TopicQuery) -> EventDetail:
    """一件事件的经过：每天的公开信息、答复与转载"""
    first, last = query.span()
    found = one(id, first, last)
    return EventDetail(
        first=first, last=last, event=EventShape.of(found.matter), cut=found.cut,
        days=[EventDayShape(day=d.day, counts=dict(d.counts), answers=d.answers) for d in found.days],
        texts=[_text(r) for r in sorted(_all(found), key=lambda r: (r.published, r.id), reverse=True)],
    )  # fmt: skip


def told(first: date, last: date, query: EventQuery) -> list[Matter]:
    """The matters of a span; shared by all readers for a minute, since naming them is dear."""
    topic = query.topic or "*"
    store = context.store()
    whole = memo().get(
        ("matters", first, last, topic), KEEP_S, lambda: matters(store, first, last, topic=topic, limit=MOST)
    )
    return whole[: query.limit]


def one(id: str, first: date, last: date) -> Story:
    """A matter's story; the problem 404 where nothing of it may be told in the span."""
    found = stories.story(context.store(), id, first, last)
    if found is None:
        raise not_found("事件", "换一个时段再看，或见 /events")
    return found


def _all(story: Story) -> list[Article | BoardMessage]:
    return [*story.messages, *story.articles, *story.reprints]


def _text(record: Article | BoardMessage) -> EventTextShape:
    reply = record.reply if isinstance(record, BoardMessage) else None
    outlet = record.outlet if isinstance(record, Article) else ""
    return EventTextShape(
        id=record.id, kind=record.kind, title=record.title, url=record.url, published=record.published, outlet=outlet,
        reprint=record.labels.reprint_of is not None, answered=reply.time if reply else None,
    )  # fmt: skip
