"""concerns.toml: whom and what a report must not overlook (弱势群体与民生安全), as words that an office can edit.

A brief ranks what residents report; a report of danger to life, about children, patients or old people, or of water,
gas and power that fail comes before one of the same size about something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from monitor.settings.base import Name, Part

if TYPE_CHECKING:
    from monitor.settings.types import Settings

Word = Annotated[str, Field(min_length=2, max_length=20)]


class Concern(Part):
    """One group of words. ``weight``: how many doublings of its size a report that is about it is worth.

    A text has the concern if it holds one of ``words`` that is not part of one of ``not_words``.
    """

    name: Name
    weight: float = Field(1.0, gt=0, le=2)
    words: tuple[Word, ...] = Field(min_length=1)
    not_words: tuple[Word, ...] = ()


_LIFE = (
    "坍塌", "塌陷", "倒塌", "垮塌", "下沉", "沉降", "开裂", "危房", "承重墙", "漏电", "触电", "泄漏", "爆炸", "起火",
    "火灾", "着火", "坠落", "坠物", "高空抛物", "溺水", "中毒", "受伤", "伤亡", "死亡", "生命安全", "人身安全",
    "生命危险", "消防通道", "消防设施", "电梯故障", "电梯困人", "恐吓", "殴打", "打伤", "洪水", "内涝", "泥石流",
    "山体滑坡", "交通事故", "险些", "岌岌可危",
)  # fmt: skip
_CHILDREN = (
    "幼儿园", "小学", "中学", "学校", "学生", "小孩", "孩子", "儿童", "婴儿", "婴幼儿", "未成年", "入学", "学位",
    "学区", "上学", "中考", "高考", "校车", "家长", "教室", "食堂",
)  # fmt: skip
_SICK = (
    "医院", "病人", "患者", "住院", "重病", "大病", "癌症", "尿毒症", "透析", "残疾", "急救", "救护车", "孕妇", "产妇",
    "疫苗", "传染病", "疫情",
)  # fmt: skip
_BY_HOSPITAL = ("医院前面", "医院门口", "医院附近", "医院旁", "医院对面", "医院站", "医院路口", "医院宿舍")
"""A hospital that only says where something is."""
_OLD = (
    "老人", "老年", "年迈", "高龄", "养老", "敬老院", "空巢", "孤寡", "低保", "特困", "困难户", "七十多岁",
    "八十多岁", "七旬", "八旬", "九旬",
)  # fmt: skip
_SUPPLY = (
    "停水", "断水", "没水", "无水", "缺水", "水压", "饮水", "喝水", "自来水", "水质", "停电", "断电", "没电",
    "停气", "断气", "燃气", "天然气", "煤气", "液化气", "停暖", "供暖", "暖气",
)  # fmt: skip
_MANY = (
    "全体业主", "全小区", "整个小区", "整栋楼", "全村", "百户", "千户", "万户", "户居民", "户业主", "多户", "联名",
    "群体性", "集体上访", "集体维权", "堵路", "拉横幅", "烂尾", "停工", "跑路", "拖欠工资", "农民工工资", "民工工资",
    "血汗钱", "欠薪", "讨薪", "非法集资",
)  # fmt: skip

DEFAULTS = (
    Concern(name="人身安全", weight=2.0, words=_LIFE, not_words=("信息泄漏", "泄漏信息", "泄漏个人信息")),
    Concern(name="水电气暖", weight=1.5, words=_SUPPLY, not_words=("喝水费", "断气温")),
    Concern(name="儿童与学校", weight=1.0, words=_CHILDREN, not_words=("驾校", "中学路", "小学路")),
    Concern(name="病人与医院", weight=1.0, words=_SICK, not_words=_BY_HOSPITAL),
    Concern(name="老人与困难群众", weight=1.0, words=_OLD, not_words=("养老保险", "老人公交卡")),
    Concern(name="群体诉求", weight=1.0, words=_MANY),
)


class ConcernsSettings(Part):
    concern: tuple[Concern, ...] = DEFAULTS


def concern_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(file, key, text) of every group that could not work."""
    groups = settings.concerns.concern
    for name, n in Counter(group.name for group in groups).items():
        if n > 1:
            yield "concerns", f"concern.{name}", "分组名称重复；同一组的词写在一起"
    for group in groups:
        for word in group.words:
            if word in group.not_words:
                yield "concerns", f"concern.{group.name}.words", f"“{word}”同时列在 words 和 not_words 中，永远不会命中"
