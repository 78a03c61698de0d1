"""What the desk of briefs is asked and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from api.parameters import Day, Parameters, plain
from api.resources.briefs import BriefRow, KindName
from api.shapes import Moment, Shape
from monitor.briefs.desk import texts

Version = Annotated[int, Field(ge=1, le=2**31, description="读到的版次；已被别人改过时答复 409，什么也不写")]
Words = Annotated[str, Field(max_length=texts.LONGEST), AfterValidator(plain)]


class MakeBrief(Parameters):
    kind: KindName = Field(description="日报、周报、月报、专题、重点时段", examples=["daily"])
    day: Day
    subject: Annotated[str, Field(max_length=60), AfterValidator(plain)] = Field(
        "", description="专题名称，或重点时段的编号；日报、周报、月报为空", examples=[""]
    )


class TextChange(Parameters):
    at: str = Field(max_length=80, description="文字的位置，见 texts", examples=["overview/0/2"])
    old: Annotated[str, Field(max_length=5000)] = Field(description="这一处现在的文字；对不上时答复 409")
    new: Words


class EditBrief(Parameters):
    version: Version
    note: tuple[Words, ...] | None = Field(None, max_length=6, description="编者按，一段一项；null 为不改")
    texts: tuple[TextChange, ...] = Field((), max_length=100)


class AtVersion(Parameters):
    version: Version


class IssueBrief(AtVersion):
    send: bool = Field(True, description="签发后按 brief.toml 的分送单发出邮件")


class SendBrief(Parameters):
    names: tuple[Words, ...] = Field((), max_length=100, description="分送单中的名称；空为全部")


class ReadBrief(Parameters):
    mail: str = Field(max_length=200, description="邮件链接中的 mail")
    sign: str = Field(max_length=64, description="邮件链接中的 sign")


class TextShape(Shape):
    at: str
    section: str
    text: str


class CorrectionShape(Shape):
    at: str
    old: str
    new: str


class StepShape(Shape):
    act: str
    label: str
    who: str
    at: Moment
    detail: str


class EditionShape(Shape):
    """一期专报在编辑台上的样子。"""

    row: BriefRow
    version: int
    pending: bool = Field(description="手头的稿子与最近一次签发不同")
    note: Sequence[str]
    corrections: Sequence[CorrectionShape]
    changes: Sequence[str] = Field(description="再签发时将写明的更正")
    may_review: bool
    may_issue: bool
    why_not: str = Field(description="现在不能签发的原因，可以签发时为空")
    texts: Sequence[TextShape] = Field(description="可以更正的文字；数字、链接和标记由数据得出，不在其中")
    steps: Sequence[StepShape]


class PreviewShape(Shape):
    brief: dict[str, Any] = Field(description="没有保存的专报内容")


class ReceiptShape(Shape):
    revision: int
    name: str
    to: str
    state: Literal["queued", "accepted", "refused"]
    label: str
    tries: int
    at: Moment
    error: str = Field(description="最近一次失败的原因")
    read: Moment | None = Field(description="收件人在服务上确认已阅的时间")
    reader: str


class ReceiptList(Shape):
    waiting: bool = Field(description="还有分送没有开始")
    items: Sequence[ReceiptShape]
