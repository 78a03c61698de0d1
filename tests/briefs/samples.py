"""Briefs as values that hold every kind of block: for layout, drawings, fonts and hostile words. Not about a real place."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.briefs.types import (
    Bar,
    Bars,
    Brief,
    Bullets,
    Chart,
    ChartDay,
    Figure,
    HeatMap,
    Link,
    Mark,
    Panels,
    Paragraph,
    Section,
    Stack,
    Table,
)  # fmt: skip
from monitor.model import CHINA

DAY = date(2026, 11, 22)
LONG_NAME = "示例区市场监督管理局高新技术产业开发分局"
"""Twenty characters."""


def figure(value: float | None, unit: str = "件", query: str = "/api/v1/trends?kind=board") -> Figure:
    return Figure("不足10" if value is None else f"{value:g}" if value < 1e6 else str(int(value)), unit, query, value)


def chart(
    days: int = 28, *, ahead: int = 3, top: int = 40, line: int = 55, alert: bool = True, title: str = "近四周逐日数量"
) -> Chart:
    """Days with a usual range, an alert or two, days to come; the line is broken where it is suppressed."""
    shown = []
    for n in range(days + ahead):
        to_come = n >= days
        wave = (7 * n * n + 3 * n) % 11 / 11
        bar = round(top * (0.3 + 0.4 * wave)) if n != days - 2 else top
        shown.append(
            ChartDay(
                DAY - timedelta(days=days - 1 - n), bar, None if to_come or n % 9 == 4 else round(line * (0.4 + wave / 2)),
                top * 0.2 + n % 7, top * 0.7 + n % 7 * 2, (2 if n == days - 2 else 3 if n == 9 else 0) * alert, to_come,
            )
        )  # fmt: skip
    return Chart(
        title, "群众留言（件）", "公开帖文（条，约数；不足10条处断开）" if line else "", tuple(shown), top * 0.45,
        "留言往期同日均值", "逐日群众留言数量，最多40件，最少12件", "/api/v1/trends?bucket=day&kind=board",
        "通常范围（80%）",
    )  # fmt: skip


def bars(count: int = 8, name: str = "", top: int = 60) -> Bars:
    topics = ("供水保障", "噪音扰民", "物业管理", "道路交通", "教育入学", "劳动欠薪", "油烟排放", "小区消防通道占用")
    found = []
    for n in range(count):
        value = None if n == count - 1 else 0 if n == count - 2 else max(1, round(top * 0.8**n))
        found.append(
            Bar(
                name or f"{topics[n % 8]}{n // 8 or ''}", figure(value, "件", f"/api/v1/trends?topic={n}"),
                ("+", figure(40.0, "%", f"/api/v1/trends?topic={n}")) if n % 3 == 0 else ("持平",) if n % 3 == 1 else (),
                "新" if n == 1 else "升" if n == 3 else "",
            )
        )  # fmt: skip
    return Bars("各事项留言数量及与上期相比", tuple(found), "各事项留言数量，供水保障最多", "/api/v1/topics?kind=board")


def stack(count: int = 5) -> Stack:
    names = ("区住房和城乡建设局", "区水务局", "区教育局", LONG_NAME, "区交通运输局")
    rows = tuple(
        (names[n % 5], (max(0, 30 - n), 5 + n % 3, 8, n % 4)) if n % 5 != 4 else (names[4], (0,) * 4)
        for n in range(count)
    )
    return Stack(
        "各部门留言办理时限", ("按时答复", "逾期后答复", "期限内待答复", "逾期未答复"), rows,
        "各部门留言按时答复、逾期后答复、待答复和逾期未答复的件数", "/api/v1/board?state=all",
    )  # fmt: skip


def heat(top: int = 38) -> HeatMap:
    first = date(2026, 10, 1)
    days = tuple(
        (first + timedelta(days=n), None if n in (3, 17) else (n * n * 5 + n * 3) % (top + 1)) for n in range(31)
    )
    return HeatMap("10月逐日群众留言", "件", days, "10月逐日群众留言数量，多在月中", "/api/v1/trends?bucket=day")


def panels(count: int = 6, top: int = 30) -> Panels:
    names = ("供水保障", "噪音扰民", "物业管理", "道路交通", "教育入学", "劳动欠薪")
    small = tuple(
        chart(28, ahead=0, top=top // (1 + n % 2), line=0, alert=n == 1, title=names[n % 6]) for n in range(count)
    )
    return Panels("主要事项近四周逐日留言", small, "六个事项近四周逐日留言数量", "/api/v1/topics?bucket=day")


def table(rows: int = 6, title: str = "逾期未答复的留言") -> Table:
    return Table(
        title, ("留言", "事项", "部门", "已逾期（小时）"),
        tuple(
            (
                (Link(f"小区停水两天没有人管，打电话也没人接听第{n + 1}次反映", f"https://board.example.org/{n}"),),
                ("供水", *((Mark("新"),) if n == 0 else (Mark("升"),) if n == 1 else ())),
                ("区水务局",), (figure(49 + n, "", "/api/v1/board?state=overdue"),),
            )
            for n in range(rows)
        ),
        "" if title else "时限自收到之日起算。",
    )  # fmt: skip


def told() -> Paragraph:
    return Paragraph(
        ("当日采集到群众留言", figure(40), "，较前四周同日均值（", figure(15.3), "）增加", figure(40.0, "%"),
         "；公开帖文", figure(25, "条", "/api/v1/trends?kind=post"), "。", Mark("升"), "供水一项占",
         figure(75, "%", "/api/v1/topics"), "，集中在青石街道、柳湾镇。情感由模型判定，供参考。")
    )  # fmt: skip


def sample(kind: str = "weekly", **changes: object) -> Brief:
    """A brief of the kind with every kind of block in it, as an issued 更正 with a note of the editor."""
    titles = {
        "daily": "每日舆情专报", "weekly": "舆情周报", "monthly": "舆情月报", "topic": "重点专题监测", "watch": "重点时段快报",
    }  # fmt: skip
    begin = {"daily": DAY, "monthly": date(2026, 10, 1)}.get(kind, DAY - timedelta(days=6))
    last = date(2026, 10, 31) if kind == "monthly" else DAY
    at = datetime(last.year, last.month, last.day, tzinfo=CHINA) + timedelta(days=1)
    values: dict[str, object] = {
        "kind": kind, "title": titles[kind], "district": "示例区", "unit": "示例区网络安全和信息化办公室", "day": last,
        "number": 47, "begin": datetime(begin.year, begin.month, begin.day, tzinfo=CHINA), "end": at,
        "as_of": at + timedelta(hours=7, minutes=30), "partial": False,
        "lead": (Mark("橙色预警"), "供水：6小时内留言", figure(40), "，平时不超过", figure(18), "；责任部门区水务局。"),
        "sections": (
            Section("overview", "总体情况", (told(), chart(), Paragraph(("供水管道老化需要更换，" * 12,)))),
            Section("matters", "群众反映集中的问题", (
                bars(), Bullets("供水", (told().parts, ("已由区水务局于次日答复。",))), panels(),
            )),
            Section("responses", "留言办理", (stack(), table(), table(2, ""))),
            Section("advice", "研判与建议", (heat(), Bullets("建议", (("按预案第三条，由区水务局5小时内答复。",),)))),
            Section("notes", "数据说明", (told(), Paragraph(("披露规则：不足10条的不列数。",), small=True))),
        ),
        "foot": (("报", ("区委、区政府主要领导",)), ("送", ("区委办公室、区政府办公室",)), ("发", ("各街道（镇）",))),
        "copies": 20, "subject": {"topic": "供水保障", "watch": "汛期"}.get(kind, ""), "slug": "",
        "note": ("本期请重点关注供水管网改造进展。", "有关部门应于收文当日回告处置情况。"), "revision": 2,
        "changes": (("第一部分“公开帖文”由不足10条更正为", figure(25, "条", "/api/v1/trends?kind=post"), "。"),),
    }  # fmt: skip
    return Brief(**{**values, **changes})  # type: ignore[arg-type]
