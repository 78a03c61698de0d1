"""What the API answers: pydantic models that OpenAPI shows. No field of a post's text exists here (safeguard S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Kind
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
    revisited: Figure = Field(description="近 7 天重看的网页")
    edited: Figure = Field(description="近 7 天发现发布者修改过的")
    withdrawn: Figure = Field(description="近 7 天发现发布者撤回的")
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
