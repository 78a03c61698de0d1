"""What the API answers: pydantic models that OpenAPI shows. No field of a post's text exists here (safeguard S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Article, BoardMessage, Kind, Polarity, Sentiment
from monitor.responses import Tallied
from monitor.signals.figures import Shown
from monitor.store import Bucket


def _local(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


Moment = Annotated[datetime, PlainSerializer(_local, return_type=str)]
"""ISO 8601 in China Standard Time with its offset."""
Share = Annotated[float | None, Field(ge=0, le=1, description="0 到 1；无法计算或按规则不显示时为 null")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Released(Shape):
    """帖文数量：不足 10 不显示，其余取整到 5。"""

    value: int | None = Field(description="取整到 5 的数量；不足 10 时为 null")
    text: str = Field(description="显示用文字：<10 或数字", examples=["<10", "25"])
    rounded_to: int
    suppressed: bool


Figure = Annotated[int | Released, Field(description="新闻、公报、留言为准确数；帖文为披露规则后的数量")]


def figure(shown: Shown) -> int | Released:
    return Released(**shown.as_json()) if isinstance(shown, ReleasedCount) else shown


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
            text=a.text if whole else None, found=found,
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
    clock: ClockShape
    found: FoundShape | None = Field(None, description="填了 q 时，词在哪里")

    @classmethod
    def of(cls, m: BoardMessage, clock: ClockShape, found: FoundShape | None = None) -> BoardShape:
        reply = ReplyShape(text=m.reply.text, time=m.reply.time, department=m.reply.department) if m.reply else None
        return cls(
            id=m.id, source=m.source, title=m.title, text=m.text, url=m.url, category=m.category,
            published=m.published, polarity=polarity_name(m.labels.sentiment.polarity), topics=m.labels.topics,
            places=m.labels.places, reply=reply, clock=clock, found=found,
        )  # fmt: skip


class BoardPage(Shape):
    items: Sequence[BoardShape]
    next: str | None = Field(description="下一页的 cursor；最后一页为 null")


class TalliedShape(Shape):
    """一个部门（或合计）的答复情况。留言是公开信息，数量准确。"""

    department: str
    received: int
    answered: int
    on_time: int
    late: int
    due_soon: int
    overdue: int
    response_rate: Share
    on_time_rate: Share
    median_hours: float | None
    p90_hours: float | None
    empty: int = Field(description="只告知已收悉、已转交或请另行咨询的答复")

    @classmethod
    def of(cls, row: Tallied) -> TalliedShape:
        return cls(
            department=row.department, received=row.received, answered=row.answered, on_time=row.on_time,
            late=row.late, due_soon=row.due_soon, overdue=row.overdue, response_rate=row.response_rate,
            on_time_rate=row.on_time_rate, median_hours=row.median_hours, p90_hours=row.p90_hours, empty=row.empty,
        )  # fmt: skip


class SummaryShape(Shape):
    first: date
    last: date
    total: TalliedShape
    departments: Sequence[TalliedShape]


class OverdueShape(Shape):
    message: BoardShape
    department: str
    hours_overdue: float


class OverdueList(Shape):
    total: int
    items: Sequence[OverdueShape]


class Point(Shape):
    start: Moment
    total: Figure
    negative: Figure
    neutral: Figure
    positive: Figure
    reprints: Figure
    negative_share: Share


class Series(Shape):
    kind: Kind
    topic: str = Field(description="专题名称；* 为全部")
    points: Sequence[Point]


class Trends(Shape):
    bucket: Bucket
    since: Moment
    until: Moment
    series: Sequence[Series]


class Facetted(Shape):
    value: str
    count: Figure


class TopicShape(Shape):
    """一个专题在所问时段内的情况。"""

    name: str
    official: str
    department: str
    total: dict[Kind, Figure] = Field(description="各类信息的数量")
    negative_share: dict[Kind, Share]
    change: dict[Kind, float | None] = Field(description="与前一个等长时段相比的变化，0.25 为增加四分之一")


class TopicList(Shape):
    first: date
    last: date
    items: Sequence[TopicShape]


class TopicDetail(Shape):
    first: date
    last: date
    topic: TopicShape
    places: dict[Kind, Sequence[Facetted]]
    terms: dict[Kind, Sequence[Facetted]]


class IllnessShape(Shape):
    ailment: Literal["failing", "forbidden", "silent", "layout", "volume"]
    name: str
    seen: str
    hint: str


class SourceShape(Shape):
    id: str
    name: str
    kind: Kind
    adapter: str
    enabled: bool
    state: Literal["ok", "partial", "failed", "refused"] | None
    last_run: Moment | None
    last_ok: Moment | None
    failures_in_row: int
    message: str
    illnesses: Sequence[IllnessShape] = Field(description="正在发生的异常；为空表示正常")
    condition: Literal["ill", "well", "never", "off"] = Field(description="有问题、正常、未运行、已停用")
    next_run: Moment | None = Field(description="下次采集；导入和停用的信源为 null")
    new: Figure = Field(description="近 7 天新增")
    seen_median_s: float | None = Field(description="近 7 天从发布到看见的秒数，中位；没有可量的为 null")
    seen_p90_s: float | None = Field(description="同上，九成")
    seen_ideal_s: float | None = Field(description="按间隔可能达到的中位：间隔的一半加一轮用时")


class SourceList(Shape):
    items: Sequence[SourceShape]


class RunList(Shape):
    items: Sequence[dict[str, Any]] = Field(description="最近的采集，帖文信源的数量已按披露规则处理")


class AuditEntry(Shape):
    id: str
    time: Moment
    who: str
    action: str
    target: str


class AuditPage(Shape):
    items: Sequence[AuditEntry]
    next: str | None


class ProblemShape(BaseModel):
    """RFC 9457 问题详情。"""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    hint: str
    request_id: str
    problems: list[dict[str, str]] | None = None
