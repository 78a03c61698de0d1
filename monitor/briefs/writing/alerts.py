"""二、预警与突发: open and recovered alerts with the clocks of 国办发〔2016〕61号."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.types import Alert
from monitor.briefs import queries
from monitor.briefs.facts import DayFacts, open_at
from monitor.briefs.types import Block, Bullets, Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import count, moment_words

MAJOR = 2
"""Levels Ⅰ and Ⅱ are treated like major emergencies: information within 5 hours, press conference within 24."""
MAJOR_CLOCKS = ((5, "发布权威信息"), (24, "举行新闻发布会"))
OTHER_CLOCKS = ((48, "回应"),)
SHOWN = 12


def section(facts: DayFacts) -> Section:
    opened = [a for a in facts.alerts if open_at(a, facts.as_of)]
    over = [a for a in facts.alerts if not open_at(a, facts.as_of)]
    if not facts.alerts:
        return Section("alerts", "预警与突发", (Paragraph(("当日没有预警，也没有尚未恢复的预警。",)),))
    query = queries.alerts(facts.day, facts.day)
    parts: list[Part] = []
    if opened:
        parts += ["尚未恢复的预警", count(len(opened), "起", query)]
    if over:
        parts += ["；" if opened else "", "当日恢复", count(len(over), "起", query)]
    blocks: list[Block] = [Paragraph((*[p for p in parts if p != ""], "。"))]
    blocks.append(Bullets("", tuple(_alert(a, facts) for a in [*opened, *over][:SHOWN])))
    hidden = len(facts.alerts) - SHOWN
    if hidden > 0:
        blocks.append(Paragraph(("另有", count(hidden, "起", query), "较轻的预警未列出。"), small=True))
    if opened:
        blocks.append(
            Paragraph(("级别为本服务内部约定；时限自预警起始时刻计算，是否已发布或召开，请责任部门核对。",), small=True)
        )
    return Section("alerts", "预警与突发", tuple(blocks))


def _alert(alert: Alert, facts: DayFacts) -> Parts:
    query, year = queries.alert(alert.id), facts.day.year
    about = "约" if alert.approximate else ""
    parts: list[Part] = [
        Mark(f"{alert.colour}预警"), f"{alert.topic}（{_state(alert, facts)}）：自{moment_words(alert.onset, year)}起，"
        f"{alert.window_h}小时内{alert.measure.chinese}{about}", count(alert.shown_total, "条", query),
        "，平时不超过", count(alert.expected_high, "条", query), "。",
    ]  # fmt: skip
    if alert.places:
        parts.append(f"主要涉及{'、'.join(alert.places[:3])}。")
    if alert.terms:
        parts.append(f"主要词语：{'、'.join(alert.terms[:5])}。")
    if alert.department:
        parts.append(f"责任部门：{alert.department}。")
    if open_at(alert, facts.as_of):
        parts += _clocks(alert, facts.as_of, year)
    if alert.thin_history:
        parts.append("历史数据不足，请结合实际判断。")
    return tuple(parts)


def _state(alert: Alert, facts: DayFacts) -> str:
    year = facts.day.year
    if alert.recovered_at is not None and alert.recovered_at <= facts.as_of:
        return f"{moment_words(alert.recovered_at, year)}恢复"
    if alert.closed_at is not None and alert.closed_at <= facts.as_of:
        return f"{moment_words(alert.closed_at, year)}办结"
    if alert.acknowledged_at is not None and alert.acknowledged_at <= facts.as_of:
        return f"{moment_words(alert.acknowledged_at, year)}已签收"
    return "待签收"


def _clocks(alert: Alert, as_of: datetime, year: int) -> list[Part]:
    clocks = MAJOR_CLOCKS if alert.level <= MAJOR else OTHER_CLOCKS
    words = []
    for limit, what in clocks:
        due = alert.onset + timedelta(hours=limit)
        words.append(f"{limit}小时内{what}，时限{moment_words(due, year)}（{_left(due, as_of)}）")
    return ["；".join(words) + "。"]


def _left(due: datetime, as_of: datetime) -> str:
    minutes = int((due - as_of).total_seconds() // 60)
    if minutes < 0:
        return "已到时限"
    return f"尚余{minutes // 60}小时" if minutes >= 60 else f"尚余{minutes}分钟"
