"""What the outlets of the made web publish: own Chinese texts, made from a number, so that each can be told again.

Every item bears its number as ``第1203批`` in its text (news also in the title): the test counts by it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MARK = re.compile(r"第(\d{4,6})批")
_STREETS = ("青石街道", "南湖街道", "桂园街道", "新城街道", "滨河街道", "柳林街道", "白塔镇", "河东镇")
_SUBJECTS = (
    "老旧小区供水管网",
    "二次供水水箱",
    "供水加压泵站",
    "沿街消火栓",
    "入户水表",
    "排水与供水井盖",
    "学校周边供水管线",
)
_ACTS = ("排查", "更换", "清洗消毒", "检修", "压力测试", "维护", "巡检")
_NEWS = (
    "{street}组织人员对{subject}开展{act}，当日完成{a}处，对发现的漏点逐一登记并约定维修时间。",
    "据介绍，此次{act}覆盖{b}个小区，预计月底前全部完成，期间如需停水将提前两天张贴通知。",
    "街道办负责人表示，下一步将对{subject}建立台账，实行销号管理，完成一处核查一处。",
    "居民反映较多的水压不足问题，已列入本周重点，由供水公司安排夜间施工，减少对白天用水的影响。",
    "施工期间，社区在{b}个点位设置临时取水点，并为行动不便的老年人提供送水服务。",
    "{street}还将在公告栏公布水质检测结果，每周更新一次，接受群众监督。",
)
_COMPLAINTS = (
    "我们小区已经停水{a}天了，物业说是主管道漏水，一直没有修好，做饭洗澡都成问题。",
    "早上出门前又停水，晚上回来水还是黄的，供水公司电话打了{b}次都说正在处理。",
    "{street}这边供水压力太小，高层住户晚上根本没有水，请有关部门尽快解决。",
    "停水从来不提前通知，家里有老人和孩子，实在不方便，希望能给个明确的时间。",
    "管网改造说了两年还没有开工，每到夏天就停水，希望今年能够真正动起来。",
)
_ANSWERS = (
    "您好，您反映的问题收悉。经核实，停水系主管道老化漏损所致，供水公司已于当日完成抢修，目前供水正常。",
    "您好，经现场核查，该小区加压泵站设备故障，已更换水泵并完成调试，后续将加强巡检，感谢您的监督。",
    "您好，该片区供水管网改造已列入年度计划，预计下月开工，施工期间将合理安排停水时间并提前公告。",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an outlet publishes. ``n`` is its number in the whole web."""

    n: int
    title: str
    lines: tuple[str, ...]
    published: datetime

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def news(n: int, published: datetime, *, edition: int = 0) -> Item:
    """A report; another ``edition`` of it has another title and another last paragraph."""
    rng = random.Random(f"news {n}")
    words = _words(rng)
    lines = [line.format(**words) for line in rng.sample(_NEWS, rng.randint(3, 5))]
    title = f"{words['street']}开展第{n}批{words['subject']}{words['act']}"
    lines[0] = f"记者从示例区获悉，第{n}批{words['act']}工作近日启动。" + lines[0]
    if edition:
        title += f"（更新{edition}）"
        lines.append(f"更正：此前所称的{words['a']}处应为{words['a'] + 10 * edition}处，供水恢复时间以社区通知为准。")
    return Item(n, title, tuple(lines), published)


def complaint(n: int, published: datetime) -> Item:
    """What a resident writes to a board or in a forum."""
    rng = random.Random(f"complaint {n}")
    words = _words(rng)
    lines = [line.format(**words) for line in rng.sample(_COMPLAINTS, rng.randint(1, 3))]
    lines[0] = f"（第{n}批反映）" + lines[0]
    return Item(
        n,
        f"{words['street']}{rng.choice(('又停水了', '供水压力小', '停水无人通知', '自来水发黄'))}",
        tuple(lines),
        published,
    )


def answer(n: int) -> str:
    return f"（第{n}批答复）" + _ANSWERS[n % len(_ANSWERS)]


def _words(rng: random.Random) -> dict[str, Any]:
    return {
        "street": rng.choice(_STREETS), "subject": rng.choice(_SUBJECTS), "act": rng.choice(_ACTS),
        "a": rng.randint(2, 9), "b": rng.randint(3, 28),
    }  # fmt: skip
