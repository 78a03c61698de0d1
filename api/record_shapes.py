"""Articles and board messages as the API answers them: what they say now, what was changed, what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.shapes import Moment, Shape
from monitor.model import Article, BoardMessage, Kind, Polarity, Revision, Sentiment


class SentimentShape(Shape):
    negative: float
    neutral: float
    positive: float
    engine: str
    version: str

    @classmethod
    def of(cls, s: Sentiment) -> SentimentShape:
        return cls(
            negative=round(s.negative, 4), neutral=round(s.neutral, 4), positive=round(s.positive, 4),
            engine=s.engine, version=s.version,
        )  # fmt: skip


PolarityName = Literal["negative", "neutral", "positive"]


def polarity_name(polarity: Polarity) -> PolarityName:
    names: dict[Polarity, PolarityName] = {
        Polarity.NEGATIVE: "negative", Polarity.NEUTRAL: "neutral", Polarity.POSITIVE: "positive"
    }  # fmt: skip
    return names[polarity]


Offsets = Annotated[
    Sequence[tuple[int, int]], Field(description="每处的开始与结束，按字计；查找时不分大小写和全角半角")
]


class FoundShape(Shape):
    """查找的词在哪里：标题中、正文摘录中。"""

    title: Offsets
    excerpt: str
    spans: Offsets


class ChangedShape(Shape):
    """发布者改过一次：何时发现，改前的标题（标题没有改则为 null），正文是否改过。改前的正文不保存。"""

    time: Moment
    title: str | None
    text: bool


Revisions = Annotated[Sequence[ChangedShape], Field(description="发布者的修改，最早的在前，最多 20 次")]
Withdrawn = Annotated[Moment | None, Field(description="发现已被撤回的时间；撤回后只留标题和网址，正文为空")]


def _revisions(revisions: Sequence[Revision]) -> list[ChangedShape]:
    return [ChangedShape(time=r.time, title=r.title, text=r.text) for r in revisions]


class ArticleShape(Shape):
    """新闻、官方发布或热榜条目。列表中 text 为空，单条才给全文。"""

    id: str
    kind: Literal["news", "official", "hotlist"]
    source: str
    outlet: str
    title: str
    url: str
    published: Moment
    polarity: PolarityName
    sentiment: SentimentShape
    topics: Sequence[str]
    places: Sequence[str]
    terms: Sequence[str]
    event: str | None
    reprint_of: str | None
    rank: int | None
    text: str | None = None
    revisions: Revisions
    withdrawn: Withdrawn
    found: FoundShape | None = Field(None, description="填了 q 时，词在哪里")

    @classmethod
    def of(cls, a: Article, *, whole: bool = False, found: FoundShape | None = None) -> ArticleShape:
        kinds: dict[Kind, Literal["news", "official", "hotlist"]] = {
            Kind.NEWS: "news", Kind.OFFICIAL: "official", Kind.HOTLIST: "hotlist"
        }  # fmt: skip
        labels = a.labels
        return cls(
            id=a.id, kind=kinds[a.kind], source=a.source, outlet=a.outlet, title=a.title, url=a.url,
            published=a.published, polarity=polarity_name(labels.sentiment.polarity),
            sentiment=SentimentShape.of(labels.sentiment), topics=labels.topics, places=labels.places,
            terms=labels.terms, event=labels.event, reprint_of=labels.reprint_of, rank=a.rank,
            text=a.text if whole else None, revisions=_revisions(a.revisions), withdrawn=a.withdrawn, found=found,
        )  # fmt: skip


class ArticlePage(Shape):
    items: Sequence[ArticleShape]
    next: str | None = Field(description="下一页的 cursor；最后一页为 null")


class ReplyShape(Shape):
    text: str
    time: Moment | None
    department: str | None


class ClockShape(Shape):
    """办理时限，按应急预案 response_plan.toml。"""

    state: str = Field(description="answered、late、running、due_soon、overdue 等")
    label: str = Field(description="中文说法")
    due: Moment


class BoardShape(Shape):
    """一条公开留言：已去除个人信息，没有留言人。"""

    id: str
    source: str
    title: str
    text: str
    url: str
    category: str | None
    published: Moment
    polarity: PolarityName
    topics: Sequence[str]
    places: Sequence[str]
    reply: ReplyShape | None
    clock: ClockShape | None = Field(description="已撤回的留言没有时限，为 null")
    revisions: Revisions
    withdrawn: Withdrawn
    found: FoundShape | None = Field(None, description="填了 q 时，词在哪里")

    @classmethod
    def of(cls, m: BoardMessage, clock: ClockShape | None, found: FoundShape | None = None) -> BoardShape:
        reply = ReplyShape(text=m.reply.text, time=m.reply.time, department=m.reply.department) if m.reply else None
        return cls(
            id=m.id, source=m.source, title=m.title, text=m.text, url=m.url, category=m.category,
            published=m.published, polarity=polarity_name(m.labels.sentiment.polarity), topics=m.labels.topics,
            places=m.labels.places, reply=reply, clock=clock, revisions=_revisions(m.revisions),
            withdrawn=m.withdrawn, found=found,
        )  # fmt: skip


class BoardPage(Shape):
    items: Sequence[BoardShape]
    next: str | None = Field(description="下一页的 cursor；最后一页为 null")


class OverdueShape(Shape):
    message: BoardShape
    department: str
    hours_overdue: float


class OverdueList(Shape):
    total: int
    items: Sequence[OverdueShape]
