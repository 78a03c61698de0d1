"""五、留言办理: received, answered, on time, overdue; the overdue list; departments."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.periods import BriefKind
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
from monitor.briefs.writing import pictures
from monitor.model import BoardMessage, day_of
from monitor.responses import OverdueMessage, Tallied
from monitor.settings import Settings

DEPARTMENTS = 8


def section(facts: PeriodFacts, settings: Settings) -> Section:
    title, month = "留言办理", facts.responses_month
    if not facts.responses_day.total.received and not month.total.received and not facts.overdue.total:
        return Section("responses", title, (Paragraph((f"{facts.rates}没有收到群众留言。",)),))
    received = (*_day(facts), *_month(facts)) if month.total.received else ()
    blocks: list[Block] = [Paragraph((*received, *_overdue(facts))), *_longest(facts)]
    if month.total.received:
        if facts.kind is not BriefKind.DAILY:
            blocks += pictures.clocks(facts)
        if _daily(facts) or _is_ranked(facts):  # one department's row would say the paragraph again
            blocks.append(_departments(facts))
        blocks.append(Paragraph((*_more_departments(facts), _note(facts, settings)), small=True))
    return Section("responses", title, tuple(blocks))


def _note(facts: PeriodFacts, settings: Settings) -> str:
    return (
        f"办理时限{settings.response_plan.reply_h}小时，情况截至{moment_words(facts.as_of, facts.day.year)}。"
        "答复率＝已答复÷收到；按时率＝按时答复÷（按时＋超时＋逾期），未到期的不计；"
        f"收到不足{THIN}件的不计比率{'，不排名' if _is_ranked(facts) else ''}；"
        "用时为中位数。满意率：留言板未公布，不列。"
    )


def _daily(facts: PeriodFacts) -> bool:
    return facts.kind is BriefKind.DAILY


def _asked(facts: PeriodFacts) -> str:
    """The query of the span of the rates."""
    month = facts.responses_month
    return queries.responses(month.first, month.last, facts.as_of, facts.period.topics)


def _day(facts: PeriodFacts) -> Parts:
    """Of a daily brief, whose rates are of a longer span."""
    if not _daily(facts):
        return ()
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


def _month(facts: PeriodFacts) -> Parts:
    total, query = facts.responses_month.total, _asked(facts)
    parts: list[Part] = [f"{facts.rates}收到", count(total.received, "件", query), *_answered(total, query)]
    if total.received < THIN:
        parts.append("；样本不足，不计算比率")
    else:
        if total.response_rate:
            parts += ["，答复率", percent(total.response_rate, query), *_earlier(facts, "response")]
        if total.on_time_rate is not None and total.answered:
            parts += ["，按时答复", count(total.on_time, "件", query)]
            parts += ["，按时率", percent(total.on_time_rate, query), *_earlier(facts, "on_time")]
    if total.median_hours is not None:
        parts += ["，答复用时中位数", decimal(total.median_hours, "小时", query)]
    if total.empty:
        parts += ["；已答复的有", count(total.empty, "件", query), "只告知收悉、转交或请另行咨询"]
    return (*parts, "。")


def _earlier(facts: PeriodFacts, rate: str) -> Parts:
    """（上周80.1%）: the rate of the period before, as it stood when its own brief was due."""
    before = facts.responses_before
    if before is None or before.total.received < THIN:
        return ()
    value = before.total.response_rate if rate == "response" else before.total.on_time_rate
    if value is None:
        return ()
    query = queries.responses(before.first, before.last, before.as_of, facts.period.topics)
    return (f"（{_before_words(facts)}", percent(value, query), "）")


def _before_words(facts: PeriodFacts) -> str:
    return {BriefKind.WEEKLY: "上周", BriefKind.WATCH: "时段前"}.get(facts.kind, facts.period.earlier)


def _overdue(facts: PeriodFacts) -> Parts:
    month, ever = facts.overdue_month, facts.overdue
    received = facts.responses_month.total.received
    if not ever.total:
        return ("没有逾期未答复的留言。",)
    parts: list[Part] = [f"{facts.rates}收到的留言没有逾期" if received else f"{facts.rates}没有收到群众留言"]
    if month.total:
        own = "其中" if not _daily(facts) else f"{facts.rates}收到的留言有"
        parts = [own, count(month.total, "件", _asked(facts)), "逾期未答复"]
    older = ever.total - month.total
    if older:
        every = queries.overdue(facts.as_of, facts.period.topics)
        parts += ["；此前收到的仍有", count(older, "件", every), "未答复"]
    return (*parts, "。")


def _longest(facts: PeriodFacts) -> list[Block]:
    """The messages that wait longest, and how many more there are."""
    month, every = facts.overdue_month, queries.overdue(facts.as_of, facts.period.topics)
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
        (link(_title(item.message), item.message.url, item.message.id),),
        (item.department,),
        (day_words(day_of(item.message.published), year),),
        (cell(int(late.value or 0), query),),
    )


def _title(message: BoardMessage) -> str:
    return message.title or plain_title(message.text, limit=30)


def _more_departments(facts: PeriodFacts) -> Parts:
    month = facts.responses_month
    hidden = len(month.departments) - DEPARTMENTS
    if hidden <= 0:
        return ()
    return ("另有", count(hidden, "个", _asked(facts)), "部门未列出。")


def _departments(facts: PeriodFacts) -> Table:
    """Most overdue first in a daily brief; ranked by the on-time rate in a longer one."""
    ranked = _is_ranked(facts)
    rows = _ranked(facts) if ranked else facts.responses_month.departments
    columns = ["部门", "收到", "已答复", "按时", "逾期", "答复率", "按时率", "用时（小时）"]
    if ranked:
        columns.insert(7, f"较{_before_words(facts)}（百分点）")
    table = Table(
        f"{facts.rates}各部门办理情况{'（按按时率排列）' if ranked else ''}", tuple(columns),
        tuple(_department(row, facts, ranked) for row in rows[:DEPARTMENTS]),
    )  # fmt: skip
    return without_empty_columns(table)


def _is_ranked(facts: PeriodFacts) -> bool:
    return not _daily(facts) and len(facts.responses_month.departments) > 1


def _ranked(facts: PeriodFacts) -> list[Tallied]:
    """Departments with enough messages by on-time rate, then response rate; the others behind them by messages."""

    def key(row: Tallied) -> tuple[bool, float, float, int, str]:
        thin = row.received < THIN or row.on_time_rate is None
        if thin:
            return True, 0.0, 0.0, -row.received, row.department
        return False, -(row.on_time_rate or 0), -(row.response_rate or 0), -row.received, row.department

    return sorted(facts.responses_month.departments, key=key)


def _department(row: Tallied, facts: PeriodFacts, ranked: bool) -> tuple[Parts, ...]:
    query = _asked(facts)

    def rate(value: float | None) -> Parts:
        return (percent(value, query),) if value is not None and row.received >= THIN else ("—",)

    taken: Parts = (decimal(row.median_hours, "", query),) if row.median_hours is not None else ("—",)
    cells: list[Parts] = [
        (row.department,), (cell(row.received, query),), (cell(row.answered, query),), (cell(row.on_time, query),),
        (cell(row.overdue, query),), rate(row.response_rate), rate(row.on_time_rate), taken,
    ]  # fmt: skip
    if ranked:
        cells.insert(7, _points(row, facts))
    return tuple(cells)


def _points(row: Tallied, facts: PeriodFacts) -> Parts:
    """How many percentage points the on-time rate rose or fell: the difference of the rates as they are shown."""
    before = facts.responses_before
    earlier = next((r for r in before.departments if r.department == row.department), None) if before else None
    if before is None or earlier is None or earlier.received < THIN or row.received < THIN:
        return ("—",)
    if row.on_time_rate is None or earlier.on_time_rate is None:
        return ("—",)
    query = queries.responses(before.first, before.last, before.as_of, facts.period.topics)
    now, then = percent(row.on_time_rate, query).value or 0.0, percent(earlier.on_time_rate, query).value or 0.0
    if now == then:
        return ("持平",)
    return ("+" if now > then else "−", decimal(abs(now - then), "", query))
