"""A small brief made by hand for tests of the desk: two sections with text, figures, a link, points and a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.briefs.types import Brief, Bullets, Chart, ChartDay, Figure, Link, Mark, Paragraph, Section, Table
from monitor.model import CHINA

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=CHINA)


def figure(text: str, unit: str = "件", query: str = "/api/v1/board?since=2026-11-21") -> Figure:
    digits = "".join(c for c in text if c.isdigit() or c == ".")
    return Figure(text, unit, query, float(digits) if digits else None)


def brief(received: str = "12", overdue: str = "3", **changes: Any) -> Brief:
    """``received`` stands in the first paragraph and in the table, ``overdue`` in the points."""
    overview = (
        Paragraph(("当日采集到群众留言", figure(received), "，与前四周同日均值", figure("10.5"), "相比增多；新闻报道",
                   figure("4", "篇"), "。")),
        Paragraph(("数据截至11月22日7时30分。",), small=True),
        Chart("近七日走势", "留言", "帖文", (ChartDay(DAY, int(received), None),), None, "", "柱状图", "/api/v1/trends"),
    )  # fmt: skip
    matters = (
        Bullets("", (
            ("供水：主要涉及桂园街道，", Mark("升"), "责任部门为区水务局。"),
            ("逾期", figure(overdue), "，请区水务局尽快答复。"),
        )),
        Table("部门办理", ("部门", "收到", "说明"), (
            (("区水务局",), (figure(received, ""),), ("正在办理",)),
            (("区住建局",), (figure("2", ""),), (Link("见通报", "https://example.cn/1"),)),
        )),
    )  # fmt: skip
    made = Brief(
        kind="daily", title="每日舆情专报", district="示例区", unit="示例区网信办", day=DAY, number=325,
        begin=datetime(2026, 11, 21, tzinfo=CHINA), end=datetime(2026, 11, 22, tzinfo=CHINA), as_of=NOW, partial=False,
        lead=("供水留言", figure(received), "，请区水务局答复。"),
        sections=(Section("overview", "总体情况", overview), Section("matters", "群众反映集中的问题", matters),
                  Section("notes", "数据说明", (Paragraph(("披露规则见附件。",)),))),
        foot=(("报", ("区委主要领导",)),), copies=20,
    )  # fmt: skip
    return replace(made, **changes)


def topic(slug: str, day: date = DAY, **changes: Any) -> Brief:
    """A brief that is numbered by the order of issue."""
    return brief(kind="topic", title="供水专题监测", subject="供水", slug=slug, number=None, day=day, **changes)
