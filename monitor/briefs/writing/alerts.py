"""二、预警与突发: open and recovered alerts with the clocks of 国办发〔2016〕61号, and how fast the desk was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from monitor.alerts.types import LEVEL_NAMES, Alert
from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts, open_at
from monitor.briefs.periods import BriefKind
from monitor.briefs.types import Block, Bullets, Figure, Mark, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import cell, count, joined, listed, moment_words, without_empty_columns
from monitor.model import day_of
from monitor.settings import Settings

MAJOR = 2
"""Levels Ⅰ and Ⅱ are treated like major emergencies: information within 5 hours, press conference within 24."""
FIRST_H, PRESS_H, REPLY_H = 5, 24, 48
SHOWN = 12


def section(facts: PeriodFacts, settings: Settings) -> Section:
    opened = [a for a in facts.alerts if open_at(a, facts.as_of)]
    over = [a for a in facts.alerts if not open_at(a, facts.as_of)]
    if not facts.alerts:
        none = f"{facts.now}没有预警，也没有尚未恢复的预警。"
        return Section("alerts", "预警与突发", (Paragraph((none,)),))
    query = queries.alerts_of(facts)
    blocks: list[Block] = [Paragraph(_told(facts, opened, over, query))]
    # A day's alerts are told one by one; of those that a longer period brought and that are over, a table says enough.
    told = [*opened, *over] if facts.kind is BriefKind.DAILY else opened
    rows = [] if facts.kind is BriefKind.DAILY else over[: max(0, SHOWN - len(opened))]
    if told:
        blocks.append(Bullets("", tuple(_alert(a, facts, settings) for a in told[:SHOWN])))
    if rows:
        blocks.append(_over(rows, facts))
    hidden = len(facts.alerts) - len(told[:SHOWN]) - len(rows)
    if hidden > 0:
        blocks.append(Paragraph(("另有", count(hidden, "起", query), "较轻的预警未列出。"), small=True))
    return Section("alerts", "预警与突发", tuple(blocks))


def _told(facts: PeriodFacts, opened: Sequence[Alert], over: Sequence[Alert], query: str) -> Parts:
    clauses: list[Parts] = []
    if facts.kind is not BriefKind.DAILY:
        clauses += _begun(facts, query)
    if opened:
        clauses.append(("尚未恢复的预警", count(len(opened), "起", query)))
    if over:
        done = "恢复" if all(_by(a.recovered_at, facts) for a in over) else "恢复或办结"
        clauses.append((f"{facts.now}{done}", count(len(over), "起", query)))
    return (*joined(clauses), "。")


def _begun(facts: PeriodFacts, query: str) -> list[Parts]:
    """How many alerts began in a longer period, of which levels, and how long acknowledging and answering took."""
    fresh = [a for a in facts.alerts if facts.first <= day_of(a.onset) <= facts.last]
    if not fresh:
        return [(f"{facts.now}没有新的预警",)]
    levels: list[Parts] = []
    for level, name in LEVEL_NAMES.items():
        n = sum(1 for a in fresh if a.level == level)
        if n:
            levels.append((name, count(n, "起", query)))
    clauses: list[Parts] = [(f"{facts.now}新发预警", count(len(fresh), "起", query), "（", *listed(levels), "）")]
    taken = [_minutes(a.opened_at, a.acknowledged_at) for a in fresh if _by(a.acknowledged_at, facts)]
    if taken:
        clauses.append(("签收用时中位数", _took(median(taken), query)))
    waiting = sum(1 for a in fresh if not _by(a.acknowledged_at, facts) and open_at(a, facts.as_of))
    if waiting:
        clauses.append((count(waiting, "起", query), "尚未签收"))
    answered = [_minutes(a.onset, a.answered_at) for a in fresh if _by(a.answered_at, facts)]
    if answered:
        clauses.append(
            ("已登记答复", count(len(answered), "起", query), "，自起始用时中位数", _took(median(answered), query))
        )
    return clauses


def _by(moment: datetime | None, facts: PeriodFacts) -> bool:
    return moment is not None and moment <= facts.as_of


def _minutes(begin: datetime, end: datetime | None) -> float:
    return max(0.0, (end - begin).total_seconds() / 60) if end is not None else 0.0


def _took(minutes: float, query: str) -> Figure:
    """25分钟, 3.5小时."""
    if minutes < 60:
        whole = round(minutes)
        return Figure(str(whole), "分钟", query, whole)
    value = round(minutes / 60, 1)
    return Figure(f"{value:.1f}", "小时", query, value)


def _over(alerts: Sequence[Alert], facts: PeriodFacts) -> Table:
    """What is over: when it was, how much there was, and how long acknowledging and answering took."""
    columns = ("恢复或办结的预警", "级别", "起始", "历时", "最多（条）", "签收用时", "答复用时")
    return without_empty_columns(Table("", columns, tuple(_row(alert, facts) for alert in alerts)))


def _row(alert: Alert, facts: PeriodFacts) -> tuple[Parts, ...]:
    query = queries.alert(alert.id)
    ended = min(end for end in (alert.recovered_at, alert.closed_at) if end is not None)

    def taken(begin: datetime, end: datetime | None) -> Parts:
        return (_took(_minutes(begin, end), query),) if _by(end, facts) else ("—",)

    return (
        (alert.topic,), (alert.colour,), (moment_words(alert.onset, facts.day.year),),
        (_took(_minutes(alert.onset, ended), query),),
        (*(("约",) if alert.approximate else ()), cell(alert.shown_total, query)),
        taken(alert.opened_at, alert.acknowledged_at), taken(alert.onset, alert.answered_at),
    )  # fmt: skip


def _alert(alert: Alert, facts: PeriodFacts, settings: Settings) -> Parts:
    query, year = queries.alert(alert.id), facts.day.year
    about = "约" if alert.approximate else ""
    parts: list[Part] = [
        Mark(f"{alert.colour}预警"), f"{alert.topic}（{_state(alert, facts)}）：自{moment_words(alert.onset, year)}起，"
        f"{alert.span}{alert.measure.chinese}{about}", count(alert.shown_total, "条", query),
        "，平时不超过", count(alert.expected_high, "条", query), "。",
    ]  # fmt: skip
    if alert.places:
        parts.append(f"主要涉及{'、'.join(alert.places[:3])}。")
    if alert.terms:
        parts.append(f"主要词语：{'、'.join(alert.terms[:5])}。")
    if alert.department:
        parts.append(f"责任部门：{alert.department}。")
    if open_at(alert, facts.as_of):
        parts.append(_clocks(alert, facts.as_of, year, settings))
    elif _by(alert.answered_at, facts) and alert.answered_at is not None:
        parts.append(f"{moment_words(alert.answered_at, year)}已答复。")
    if alert.thin_history:
        parts.append("历史数据不足，请结合实际判断。")
    return tuple(parts)


def _state(alert: Alert, facts: PeriodFacts) -> str:
    year = facts.day.year
    for moment, word in (
        (alert.recovered_at, "恢复"), (alert.closed_at, "办结"), (alert.acknowledged_at, "已签收"),
    ):  # fmt: skip
        if moment is not None and moment <= facts.as_of:
            return f"{moment_words(moment, year)}{word}"
    return "待签收"


def _clocks(alert: Alert, as_of: datetime, year: int, settings: Settings) -> str:
    """发布权威信息（5小时）已于…完成；新闻发布会（24小时）、回应群众（24小时）时限…（尚余2小时）.

    Each with what is registered or how much is left; those of one state and deadline in one clause.
    """
    said: dict[str, list[str]] = {}
    for limit, what, due, done in _limits(alert, settings):
        said.setdefault(_when(due, done, as_of, year), []).append(f"{what}（{limit}小时）")
    return "；".join(f"{'、'.join(names)}{state}" for state, names in said.items()) + "。"


_Limit = tuple[int, str, datetime, datetime | None]


def _limits(alert: Alert, settings: Settings) -> list[_Limit]:
    """Hours, what, until when and when done; the response plan's limits before the general ones."""
    rule = next((r for r in settings.response_plan.rule if r.id == alert.rule), None)
    major = alert.level <= MAJOR
    found: list[_Limit] = []
    first_h = _hours(alert, alert.first_deadline) or (rule.first_h if rule else None) or (FIRST_H if major else None)
    if first_h:
        found.append((first_h, "发布权威信息", alert.onset + timedelta(hours=first_h), alert.first_done_at))
    if major:
        found.append((PRESS_H, "新闻发布会", alert.onset + timedelta(hours=PRESS_H), None))
    reply_h = _hours(alert, alert.deadline) or (rule.deadline_h if rule else None) or REPLY_H
    found.append((reply_h, "回应群众", alert.onset + timedelta(hours=reply_h), alert.answered_at))
    return found


def _hours(alert: Alert, deadline: datetime | None) -> int | None:
    return round((deadline - alert.onset).total_seconds() / 3600) if deadline is not None else None


def _when(due: datetime, done: datetime | None, as_of: datetime, year: int) -> str:
    if done is not None and done <= as_of:
        late = "，已超时限" if done > due else ""
        return f"已于{moment_words(done, year)}完成{late}"
    return f"时限{moment_words(due, year)}（{_left(due, as_of)}）"


def _left(due: datetime, as_of: datetime) -> str:
    minutes = int((due - as_of).total_seconds() // 60)
    if minutes < 0:
        return "已到时限"
    return f"尚余{minutes // 60}小时" if minutes >= 60 else f"尚余{minutes}分钟"
