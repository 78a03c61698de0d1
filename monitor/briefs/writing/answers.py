"""五、留言办理: received, answered, on time, overdue; the overdue list; departments."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import RATE_DAYS, DayFacts
from monitor.briefs.types import Block, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import (
    THIN,
    cell,
    count,
    day_words,
    decimal,
    hours,
    link,
    moment_words,
    percent,
    plain_title,
    without_empty_columns,
)  # fmt: skip
from monitor.model import BoardMessage, day_of
from monitor.responses import OverdueMessage, Tallied
from monitor.settings import Settings

DEPARTMENTS = 8


def section(facts: DayFacts, settings: Settings) -> Section:
    title, month = "留言办理", facts.responses_month
    if not facts.responses_day.total.received and not month.total.received and not facts.overdue.total:
        return Section("responses", title, (Paragraph((f"近{RATE_DAYS}日没有收到群众留言。",)),))
    received = (*_day(facts), *_month(facts)) if month.total.received else ()
    blocks: list[Block] = [Paragraph((*received, *_overdue(facts))), *_longest(facts)]
    if month.total.received:
        blocks.append(_departments(facts))
        blocks.append(Paragraph((*_more_departments(facts), _note(facts, settings)), small=True))
    return Section("responses", title, tuple(blocks))


def _note(facts: DayFacts, settings: Settings) -> str:
    return (
        f"办理时限{settings.response_plan.reply_h}小时，情况截至{moment_words(facts.as_of, facts.day.year)}。"
        "答复率＝已答复÷收到；按时率＝按时答复÷（按时＋超时＋逾期），未到期的不计；"
        f"收到不足{THIN}件的不计比率；用时为中位数。满意率：留言板未公布，不列。"
    )


def _day(facts: DayFacts) -> Parts:
    total = facts.responses_day.total
    if not total.received:
        return ("当日没有收到群众留言。",)
    query = queries.responses(facts.day, facts.day, facts.as_of)
    return ("当日收到留言", count(total.received, "件", query), *_answered(total, query), "。")


def _answered(total: Tallied, query: str) -> Parts:
    if not total.answered:
        return ("，尚未答复",) if total.received == 1 else ("，均未答复",)
    if total.answered == total.received:
        return ("，已答复",) if total.received == 1 else ("，已全部答复",)
    return ("，已答复", count(total.answered, "件", query))


def _month(facts: DayFacts) -> Parts:
    month = facts.responses_month
    total, query = month.total, queries.responses(month.first, month.last, facts.as_of)
    parts: list[Part] = [f"近{RATE_DAYS}日收到", count(total.received, "件", query), *_answered(total, query)]
    if total.received < THIN:
        parts.append("；样本不足，不计算比率")
    else:
        if total.response_rate:
            parts += ["，答复率", percent(total.response_rate, query)]
        if total.on_time_rate is not None and total.answered:
            parts += ["，按时答复", count(total.on_time, "件", query), "，按时率", percent(total.on_time_rate, query)]
    if total.median_hours is not None:
        parts += ["，答复用时中位数", decimal(total.median_hours, "小时", query)]
    if total.empty:
        parts += ["；已答复的有", count(total.empty, "件", query), "只告知收悉、转交或请另行咨询"]
    return (*parts, "。")


def _overdue(facts: DayFacts) -> Parts:
    month, ever = facts.overdue_month, facts.overdue
    received = facts.responses_month.total.received
    if not ever.total:
        return ("没有逾期未答复的留言。",)
    query = queries.responses(facts.responses_month.first, facts.day, facts.as_of)
    parts: list[Part] = [f"近{RATE_DAYS}日收到的留言没有逾期" if received else f"近{RATE_DAYS}日没有收到群众留言"]
    if month.total:
        parts = [f"近{RATE_DAYS}日收到的留言有", count(month.total, "件", query), "逾期未答复"]
    older = ever.total - month.total
    if older:
        parts += ["；此前收到的仍有", count(older, "件", queries.overdue(facts.as_of)), "未答复"]
    return (*parts, "。")


def _longest(facts: DayFacts) -> list[Block]:
    """The messages that wait longest, and how many more there are."""
    month, every = facts.overdue_month, queries.overdue(facts.as_of)
    shown = len(month.messages)
    if not shown:
        return []
    title = f"逾期时间最长的{shown}件" if month.total > shown else "逾期留言"
    rows = tuple(_row(item, every, facts.day.year) for item in month.messages)
    blocks: list[Block] = [Table(title, ("留言", "责任部门", "收到日期", "已逾期（小时）"), rows)]
    if month.total > shown:
        blocks.append(Paragraph(("其余", count(month.total - shown, "件", every), "见逾期清单。"), small=True))
    return blocks


def _row(item: OverdueMessage, query: str, year: int) -> tuple[Parts, ...]:
    late = hours(item.clock.hours_overdue, query)
    return (
        (link(_title(item.message), item.message.url),),
        (item.department,),
        (day_words(day_of(item.message.published), year),),
        (cell(int(late.value or 0), query),),
    )


def _title(message: BoardMessage) -> str:
    return message.title or plain_title(message.text, limit=30)


def _more_departments(facts: DayFacts) -> Parts:
    month = facts.responses_month
    hidden = len(month.departments) - DEPARTMENTS
    if hidden <= 0:
        return ()
    return ("另有", count(hidden, "个", queries.responses(month.first, month.last, facts.as_of)), "部门未列出。")


def _departments(facts: DayFacts) -> Table:
    month = facts.responses_month
    query = queries.responses(month.first, month.last, facts.as_of)

    def rate(value: float | None, received: int) -> Parts:
        return (percent(value, query),) if value is not None and received >= THIN else ("—",)

    rows = []
    for row in month.departments[:DEPARTMENTS]:
        taken: Parts = (decimal(row.median_hours, "", query),) if row.median_hours is not None else ("—",)
        rows.append(
            (
                (row.department,), (cell(row.received, query),), (cell(row.answered, query),),
                (cell(row.on_time, query),), (cell(row.overdue, query),), rate(row.response_rate, row.received),
                rate(row.on_time_rate, row.received), taken,
            )
        )  # fmt: skip
    columns = ("部门", "收到", "已答复", "按时", "逾期", "答复率", "按时率", "用时（小时）")
    return without_empty_columns(Table(f"近{RATE_DAYS}日各部门办理情况", columns, tuple(rows)))
