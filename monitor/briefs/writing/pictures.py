"""The pictures of a brief: which ones a kind has, and what they say in words."""

from __future__ import annotations

from datetime import date

from monitor.briefs import queries
from monitor.briefs.facts import Matter, PeriodFacts
from monitor.briefs.periods import BriefKind
from monitor.briefs.signs import mark_of
from monitor.briefs.types import Bar, Bars, Block, Chart, ChartDay, HeatMap, Panels, Stack
from monitor.briefs.wording import change_words, count, day_words
from monitor.model import Kind
from monitor.signals.figures import number

BARS = 10
PANELS = 6
STACKED = 8
BAND = "平时范围（九成的日子）"


def overview(facts: PeriodFacts) -> tuple[Block, ...]:
    """The daily brief has the chart alone; a week adds topics as bars, a month the calendar and small multiples."""
    if facts.several:
        return _panels(facts)
    if facts.kind is BriefKind.WEEKLY:
        return (*_chart(facts), *_bars(facts))
    if facts.kind is BriefKind.MONTHLY:
        return (*_calendar(facts), *_bars(facts), *_panels(facts))
    return _chart(facts)


def _chart(facts: PeriodFacts) -> tuple[Block, ...]:
    posts = dict(facts.post_days)
    days = tuple(_day(facts, day, n, posts[day]) for day, n in facts.board_days)
    if sum(1 for d in days if d.bar is not None or d.line is not None) < 2:
        return ()
    has_posts = any(d.line is not None for d in days)
    first, last = days[0].day, days[-1].day
    daily = facts.kind is BriefKind.DAILY
    marked = [d for d in days if d.alert]
    alt = (
        f"{day_words(first, facts.day.year)}至{day_words(last, facts.day.year)}逐日群众留言数量。{_said(days, daily)}"
        f"{f'；{len(marked)}天有预警开始' if marked else ''}"
    )
    banded = any(d.high is not None for d in days)
    return (
        Chart(
            title="近四周逐日数量" if facts.period.days < len(days) else "逐日数量",
            bar_name="群众留言（件）",
            line_name="公开帖文（条，约数；不足10条处断开）" if has_posts else "",
            days=days,
            level=facts.kinds[Kind.BOARD].compared.mean if daily and not banded else None,
            level_name="留言往期同日均值" if daily and not banded else "",
            alt=alt,
            query=queries.trends(first, last, Kind.BOARD, queries.scoped(facts, "*")),
            band_name=BAND if banded else "",
        ),
    )


def _day(facts: PeriodFacts, day: date, board: int | None, post: int | None) -> ChartDay:
    band = facts.band.get(day)
    return ChartDay(
        day, board, post, band.low if band else None, band.high if band else None, facts.alert_days.get(day, 0)
    )  # fmt: skip


def _said(days: tuple[ChartDay, ...], daily: bool) -> str:
    values = [d.bar for d in days if d.bar is not None]
    if not values:
        return ""
    return f"最多{max(values)}件，最少{min(values)}件，{'当日' if daily else '最后一天'}{values[-1]}件"


def _bars(facts: PeriodFacts) -> tuple[Block, ...]:
    """The matters by messages, each with its change against the period before."""
    shown = sorted(
        (m for m in facts.every if number(m.board.now)), key=lambda m: (-(number(m.board.now) or 0), m.topic.name)
    )[:BARS]
    if len(shown) < 2:
        return ()
    bars = tuple(
        Bar(
            m.topic.name,
            count(m.board.now, "件", queries.counted(facts, Kind.BOARD, m.topic.name)),
            change_words(m.board, queries.comparison(facts, Kind.BOARD, m.topic.name)),
            mark_of(m, facts),
        )
        for m in shown
    )
    most = shown[0]
    return (
        Bars(
            title=f"各事项留言数（件）及较{facts.usual}增减",
            bars=bars,
            alt=f"{len(bars)}个事项的留言数，最多的是{most.topic.name}，{number(most.board.now)}件。",
            query=queries.topics(facts.first, facts.last),
        ),
    )


def _calendar(facts: PeriodFacts) -> tuple[Block, ...]:
    days = tuple((day, n) for day, n in facts.board_days if facts.first <= day <= facts.upto)
    known = [(n, day) for day, n in days if n is not None]
    if len(known) < 2:
        return ()
    most = max(known, key=lambda item: (item[0], item[1]))
    least = min(known)
    year = facts.day.year
    alt = (
        f"{facts.now}每天的群众留言数。最多的是{day_words(most[1], year)}，{most[0]}件；"
        f"最少的是{day_words(least[1], year)}，{least[0]}件。"
    )
    query = queries.trends(facts.first, facts.upto, Kind.BOARD, queries.scoped(facts, "*"))
    return (HeatMap("每日群众留言数（件）", "件", days, alt, query),)


def _panels(facts: PeriodFacts) -> tuple[Block, ...]:
    """The course of the largest matters, one small chart each."""
    shown = [m for m in facts.matters if sum(m.board_days) and len(m.board_days) > 1][:PANELS]
    if len(shown) < 2:
        return ()
    charts = tuple(_panel(facts, m) for m in shown)
    names = "、".join(m.topic.name for m in shown)
    query = queries.trends(facts.first, facts.upto, Kind.BOARD)
    return (Panels("主要事项逐日留言数（件）", charts, f"{names}的逐日留言数，各一图。", query),)


def _panel(facts: PeriodFacts, matter: Matter) -> Chart:
    days = tuple(
        ChartDay(day, n, None) for (day, _), n in zip(_days(facts), matter.board_days, strict=True)
    )  # fmt: skip
    values = [d.bar or 0 for d in days]
    name = matter.topic.name
    return Chart(
        title=name, bar_name="", line_name="", days=days, level=None, level_name="",
        alt=f"{name}：最多一天{max(values)}件，合计{sum(values)}件。",
        query=queries.trends(facts.first, facts.upto, Kind.BOARD, name),
    )  # fmt: skip


def _days(facts: PeriodFacts) -> list[tuple[date, int | None]]:
    return [item for item in facts.board_days if facts.first <= item[0] <= facts.upto]


def clocks(facts: PeriodFacts) -> tuple[Block, ...]:
    """How the messages of each department stand: on time, late, still running, overdue."""
    month = facts.responses_month
    rows = [row for row in month.departments if row.received][:STACKED]
    if len(rows) < 2:
        return ()
    undated = any(row.answered > row.on_time + row.late for row in rows)
    names = ("按时答复", "超时答复", *(("答复未注明时间",) if undated else ()), "办理中", "逾期未答复")
    values = []
    for row in rows:
        rest = row.answered - row.on_time - row.late
        running = row.received - row.answered - row.overdue
        values.append((row.department, (row.on_time, row.late, *((rest,) if undated else ()), running, row.overdue)))
    query = queries.responses(month.first, month.last, facts.as_of, facts.period.topics)
    total = month.total
    alt = (
        f"{len(rows)}个部门{facts.rates}收到的留言办理情况；全部{total.received}件中"
        f"按时答复{total.on_time}件，逾期未答复{total.overdue}件。"
    )
    return (Stack(f"各部门{facts.rates}收到的留言办理情况（件）", names, tuple(values), alt, query),)
