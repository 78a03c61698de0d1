"""一、总体情况 and 今日要点."""

from __future__ import annotations

from datetime import date

from monitor.briefs import queries
from monitor.briefs.facts import DayFacts, Matter, number
from monitor.briefs.signs import mark_of, open_alerts
from monitor.briefs.types import Block, Chart, ChartDay, Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import THIN, compared, count, decimal, hours, joined, listed, moment_words, percent, wilson
from monitor.model import Kind
from monitor.settings import Settings
from monitor.signals.figures import share

NAMES = {
    Kind.BOARD: ("群众留言", "件"),
    Kind.POST: ("公开帖文", "条"),
    Kind.NEWS: ("新闻报道", "篇"),
    Kind.OFFICIAL: ("政务发布", "篇"),
    Kind.HOTLIST: ("公开热榜涉及本区条目", "条"),
}


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
    shown = _kinds_shown(facts, settings)
    if not any(facts.kinds[kind].known_from for kind in shown):
        return Section("overview", "总体情况", (Paragraph(_volumes(facts, shown)),))
    told = Paragraph((*_volumes(facts, shown), *_changes(facts, shown), *_negative(facts, shown)))
    return Section("overview", "总体情况", (told, *_chart(facts)))


def _kinds_shown(facts: DayFacts, settings: Settings) -> list[Kind]:
    """Kinds that have a source, or figures in spite of it."""
    configured = {source.kind for source in settings.sources.source if source.enabled}
    return [kind for kind in NAMES if kind in configured or number(facts.kinds[kind].volume.total)]


def _volumes(facts: DayFacts, shown: list[Kind]) -> Parts:
    if not shown:
        return ("尚未配置任何信源，没有数据。",)
    clauses: list[Parts] = []
    none: list[str] = []
    for kind in shown:
        name, unit = NAMES[kind]
        total = facts.kinds[kind].volume.total
        if total == 0:
            none.append(name)
        else:
            clauses.append((name, count(total, unit, queries.trends(facts.day, facts.day, kind))))
    opening = f"截至{moment_words(facts.end, facts.day.year)}，当日采集到" if facts.partial else "当日采集到"
    absent = f"未采集到{'、'.join(none)}" if none else ""
    if not clauses:
        return (f"当日{absent}。",)
    return (opening, *listed(clauses, last="、"), f"；{absent}。" if absent else "。")


def _changes(facts: DayFacts, shown: list[Kind]) -> Parts:
    said: list[Parts] = []
    fresh: list[str] = []
    for kind in (Kind.BOARD, Kind.POST, Kind.NEWS):
        name, unit = NAMES[kind]
        if kind not in shown:
            continue
        if facts.kinds[kind].compared.before:
            query = queries.trends(_first(facts), facts.day, kind)
            said.append(compared(name, facts.kinds[kind].compared, unit, query))
        else:
            fresh.append(name)
    if facts.partial and said:
        said.append(("当日尚未结束，以上比较偏低",))
    if fresh:
        said.append((f"{'、'.join(fresh)}尚无往期同日数据可比",))
    return (*joined(said), "。") if said else ()


def _first(facts: DayFacts) -> date:
    return facts.board_days[0][0]


def _negative(facts: DayFacts, shown: list[Kind]) -> Parts:
    """Shares with a Wilson interval for exact kinds; from released counts for posts; 样本不足 where thin."""
    said: list[Parts] = []
    thin: list[str] = []
    for kind in (Kind.BOARD, Kind.POST, Kind.NEWS):
        total = facts.kinds[kind].volume.total
        if kind not in shown or total == 0:
            continue
        if (number(total) or 0) < THIN:
            thin.append(NAMES[kind][0])
        else:
            said.append(_negative_of(facts, kind))
    judged: Parts = ("情感由模型判定，供参考。",) if said else ()
    if thin:
        said.append((f"{'、'.join(thin)}样本不足，不计负面占比",))
    return (*joined(said), "。", *judged) if said else ()


def _negative_of(facts: DayFacts, kind: Kind) -> Parts:
    volume = facts.kinds[kind].volume
    name, unit = NAMES[kind]
    query = queries.trends(facts.day, facts.day, kind)
    if isinstance(volume.total, int) and isinstance(volume.negative, int):
        low, high = wilson(volume.negative, volume.total)
        middle = percent(volume.negative / volume.total, query)
        return (
            f"{name}中负面", count(volume.negative, unit, query), "，占", middle,
            "（95%置信区间", percent(low, query), "至", percent(high, query), "）",
        )  # fmt: skip
    part = share(volume.negative, volume.total)
    if part is None:
        return (f"{name}中负面", count(volume.negative, unit, query), "，不计占比")
    return (f"{name}中负面", count(volume.negative, unit, query), "，占约", percent(part, query, 0))


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
