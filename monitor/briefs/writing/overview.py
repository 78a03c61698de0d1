"""一、总体情况 and 今日要点."""

from __future__ import annotations

from datetime import date

from monitor.briefs import queries
from monitor.briefs.facts import DayFacts, Matter
from monitor.briefs.signs import mark_of, open_alerts
from monitor.briefs.types import Block, Chart, ChartDay, Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import THIN, compared, count, decimal, hours, moment_words, percent, wilson
from monitor.model import Kind
from monitor.settings import Settings
from monitor.signals.figures import number, share

NAMES = {
    Kind.BOARD: ("群众留言", "件"),
    Kind.POST: ("公开帖文", "条"),
    Kind.NEWS: ("新闻报道", "篇"),
    Kind.OFFICIAL: ("政务发布", "篇"),
    Kind.HOTLIST: ("公开热榜涉及本区条目", "条"),
}
JUDGED = (Kind.BOARD, Kind.POST, Kind.NEWS)
"""Kinds that are compared with earlier weeks and whose sentiment is told."""
NONE = "未采集到"


def lead(facts: DayFacts) -> Parts:
    """今日要点: the gravest open alert, else what grew most, else what is overdue, else that nothing stands out."""
    alerts = open_alerts(facts)
    if alerts:
        alert = alerts[0]
        query = queries.alert(alert.id)
        total = count(alert.shown_total, "条", query)
        about = "约" if alert.approximate else ""
        parts: Parts = (
            Mark(f"{alert.colour}预警"), f"{alert.topic}：{alert.window_h}小时内{alert.measure.chinese}{about}", total,
            "，平时不超过", count(alert.expected_high, "条", query),
        )  # fmt: skip
        more = len(alerts) - 1
        if more:
            parts += ("；另有", count(more, "起", queries.alerts(facts.day, facts.day)), "预警未恢复")
        return (*parts, "。")
    marked = [(m, mark_of(m, facts)) for m in facts.matters if mark_of(m, facts)]
    if marked:
        return _matter_lead(*marked[0], facts)
    overdue = facts.overdue_month
    if overdue.total:
        query = queries.responses(facts.responses_month.first, facts.day, facts.as_of)
        worst = max(m.clock.hours_overdue for m in overdue.messages)
        number_late, longest = count(overdue.total, "件", query), hours(worst, queries.overdue(facts.as_of))
        return ("近30日收到的留言中有", number_late, "逾期未答复，最长已逾期", longest, "。")
    if any(number(k.volume.total) for k in facts.kinds.values()):
        return ("未见异常：没有预警，没有明显增多的事项，没有逾期留言。",)
    return ("本日没有可以报告的公开数据。",)


def _matter_lead(matter: Matter, mark: str, facts: DayFacts) -> Parts:
    name = matter.topic.name
    board, post = matter.board, matter.post
    parts: list[Part] = [Mark(mark), f"{name}："]
    if number(board.now):
        parts += ["留言", count(board.now, "件", queries.trends(facts.day, facts.day, Kind.BOARD, name))]
        if board.mean is not None and mark == "升":
            span = queries.trends(_first(facts), facts.day, Kind.BOARD, name)
            parts += ["（往期同日平均", decimal(board.mean, "件", span), "）"]
    if number(post.now):
        between = ["，"] if number(board.now) else []
        parts += [*between, "公开帖文", count(post.now, "条", queries.trends(facts.day, facts.day, Kind.POST, name))]
    if mark == "新":
        parts.append("，此前四周未见同类反映")
    return (*parts, f"；责任部门{matter.topic.department}。")


def section(facts: DayFacts, settings: Settings) -> Section:
    """Volume by kind, change, negative share with its interval, a chart of four weeks."""
    told = Paragraph(_told(facts, _kinds_shown(facts, settings)))
    return Section("overview", "总体情况", (told, *_chart(facts)))


def _kinds_shown(facts: DayFacts, settings: Settings) -> list[Kind]:
    """Kinds that have a source, or figures in spite of it."""
    configured = {source.kind for source in settings.sources.source if source.enabled}
    return [kind for kind in NAMES if kind in configured or number(facts.kinds[kind].volume.total)]


def _told(facts: DayFacts, shown: list[Kind]) -> Parts:
    """One clause a kind: how many, more or fewer than usual, how many of them negative; then what is wanting."""
    if not shown:
        return ("尚未配置任何信源，没有数据。",)
    clauses = [clause for kind in shown if (clause := _clause(facts, kind))]
    none = [NAMES[k][0] for k in shown if not _any(facts, k) and not _comparable(facts, k)]
    absent = f"{NONE}{'、'.join(none)}"
    when = f"截至{moment_words(facts.end, facts.day.year)}，当日" if facts.partial else "当日"
    if not clauses:
        return (f"{when}{absent}。",)
    parts: list[Part] = [when if str(clauses[0][0]).startswith(NONE) else f"{when}采集到"]
    for index, clause in enumerate(clauses):
        bare = index and len(clause) == len(clauses[index - 1]) == 2
        parts += ["、" if bare else "；", *clause] if index else clause
    return (*parts, f"；{absent}。" if none else "。", *_remarks(facts, shown))


def _clause(facts: DayFacts, kind: Kind) -> Parts:
    """群众留言15件，较前四周同日均值（13.3件）增加13.2%，其中负面11件，占73.3%; empty where nothing can be said."""
    name, unit = NAMES[kind]
    change: Parts = ()
    if _comparable(facts, kind):
        query = queries.trends(_first(facts), facts.day, kind)
        change = compared(facts.kinds[kind].compared, unit, query)
    if not _any(facts, kind):
        return (f"{NONE}{name}", *change) if change else ()
    total = count(facts.kinds[kind].volume.total, unit, queries.trends(facts.day, facts.day, kind))
    judged = kind in JUDGED and not _thin(facts, kind)
    return (name, total, *change, *(_negative(facts, kind) if judged else ()))


def _remarks(facts: DayFacts, shown: list[Kind]) -> Parts:
    """What cannot be said and what is to be kept in mind."""
    seen = [kind for kind in shown if kind in JUDGED and _any(facts, kind)]
    fresh = [NAMES[k][0] for k in seen if not _comparable(facts, k)]
    thin = [NAMES[k][0] for k in seen if _thin(facts, k)]
    notes = []
    if facts.partial and any(_comparable(facts, kind) for kind in shown):
        notes.append("当日尚未结束，以上比较偏低。")
    if fresh:
        notes.append(f"{'、'.join(fresh)}尚无往期同日数据可比。")
    if thin:
        notes.append(f"{'、'.join(thin)}样本不足，不计负面占比。")
    if len(thin) < len(seen):
        notes.append("情感由模型判定，供参考。")
    return ("".join(notes),) if notes else ()


def _any(facts: DayFacts, kind: Kind) -> bool:
    """Whether the kind has something to tell of: a suppressed figure has (不足10条)."""
    return facts.kinds[kind].volume.total != 0


def _comparable(facts: DayFacts, kind: Kind) -> bool:
    return kind in JUDGED and bool(facts.kinds[kind].compared.before)


def _thin(facts: DayFacts, kind: Kind) -> bool:
    return (number(facts.kinds[kind].volume.total) or 0) < THIN


def _first(facts: DayFacts) -> date:
    return facts.board_days[0][0]


def _negative(facts: DayFacts, kind: Kind) -> Parts:
    """The share with a Wilson interval for exact kinds; from released counts for posts."""
    volume, unit = facts.kinds[kind].volume, NAMES[kind][1]
    query = queries.trends(facts.day, facts.day, kind)
    negative: Parts = ("，其中负面", count(volume.negative, unit, query))
    if isinstance(volume.total, int) and isinstance(volume.negative, int):
        low, high = wilson(volume.negative, volume.total)
        middle = percent(volume.negative / volume.total, query)
        return (*negative, "，占", middle, "（95%置信区间", percent(low, query), "至", percent(high, query), "）")
    part = share(volume.negative, volume.total)
    return negative if part is None else (*negative, "，占约", percent(part, query, 0))


def _chart(facts: DayFacts) -> list[Block]:
    posts = dict(facts.post_days)
    days = tuple(ChartDay(day, n, posts[day]) for day, n in facts.board_days)
    if sum(1 for d in days if d.bar is not None or d.line is not None) < 2:
        return []
    has_posts = any(d.line is not None for d in days)
    first, last = days[0].day, days[-1].day
    values = [d.bar for d in days if d.bar is not None]
    said = f"最多{max(values)}件，最少{min(values)}件，当日{values[-1]}件" if values else ""
    return [
        Chart(
            title="近四周逐日数量",
            bar_name="群众留言（件）",
            line_name="公开帖文（条，约数；不足10条处断开）" if has_posts else "",
            days=days,
            level=facts.kinds[Kind.BOARD].compared.mean,
            level_name="留言往期同日均值",
            alt=f"{first.month}月{first.day}日至{last.month}月{last.day}日逐日群众留言数量。{said}",
            query=queries.trends(first, last, Kind.BOARD),
        )
    ]
