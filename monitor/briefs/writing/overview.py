"""一、总体情况 and 今日要点."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import Matter, PeriodFacts
from monitor.briefs.periods import BriefKind
from monitor.briefs.ranking_types import Sort
from monitor.briefs.signs import mark_of, open_alerts
from monitor.briefs.types import Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import (
    LEVEL,
    THIN,
    THIN_MEAN,
    compared,
    count,
    day_words,
    hours,
    listed,
    moment_words,
    percent,
    usual_words,
    wilson,
)  # fmt: skip
from monitor.briefs.writing import hot, now, pictures
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
"""Kinds that are compared with earlier periods and whose sentiment is told."""
NONE = "未采集到"
CAUSE = 0.4
"""The share of a change from which on one matter is named as what it comes from."""
CAUSE_FEWEST = 3
SEVERAL_SHOWN = 4


def lead(facts: PeriodFacts) -> Parts:
    """今日要点: the gravest open alert, else what matters most (``ranking``), else what is overdue, else nothing."""
    alerts = open_alerts(facts)
    if alerts:
        alert = alerts[0]
        total = count(alert.shown_total, "条", queries.alert(alert.id))
        about = "约" if alert.approximate else ""
        parts: Parts = (
            Mark(f"{alert.colour}预警"), f"{alert.topic}：{alert.window_h}小时内{alert.measure.chinese}{about}", total,
            "，平时不超过", count(alert.expected_high, "条", queries.alert(alert.id)),
        )  # fmt: skip
        more = len(alerts) - 1
        if more:
            parts += ("；另有", count(more, "起", queries.alerts_of(facts)), "预警未恢复")
        return (*parts, "。")
    marked = [(m, mark) for m in facts.matters if (mark := mark_of(m, facts))]
    found = hot.top(facts)
    if found is not None and found.sort is not Sort.TOPIC and not (marked and facts.kind is BriefKind.TOPIC):
        return hot.line(found, facts)
    if marked:
        first = next((pair for pair in marked if found is not None and pair[0].topic.name == found.topic), marked[0])
        return _matter_lead(*first, facts)
    overdue = facts.overdue_month
    if overdue.total:
        scope = facts.period.topics
        query = queries.responses(facts.responses_month.first, facts.day, facts.as_of, scope)
        worst = max(m.clock.hours_overdue for m in overdue.messages)
        longest = hours(worst, queries.overdue(facts.as_of, scope))
        return (
            f"{facts.rates}收到的留言中有", count(overdue.total, "件", query), "逾期未答复，最长已逾期", longest, "。",
        )  # fmt: skip
    if any(number(k.volume.total) for k in facts.kinds.values()):
        return ("未见异常：没有预警，没有明显增多的事项，没有逾期留言。",)
    span = "本日" if facts.kind is BriefKind.DAILY else facts.now
    return (f"{span}没有可以报告的公开数据。",)


def _matter_lead(matter: Matter, mark: str, facts: PeriodFacts) -> Parts:
    name = matter.topic.name
    board, post = matter.board, matter.post
    parts: list[Part] = [Mark(mark), f"{name}："]
    if number(board.now):
        parts += ["留言", count(board.now, "件", queries.counted(facts, Kind.BOARD, name))]
        if board.mean is not None and mark == "升":
            parts += ["（", *usual_words(board, facts.usual, "件", queries.comparison(facts, Kind.BOARD, name)), "）"]
    if number(post.now):
        between = ["，"] if number(board.now) else []
        parts += [*between, "公开帖文", count(post.now, "条", queries.counted(facts, Kind.POST, name))]
    if mark == "新":
        parts.append("，此前四周未见同类反映")
    return (*parts, f"；责任部门{matter.topic.department}。")


def section(facts: PeriodFacts, settings: Settings) -> Section:
    """Volume by kind, change and where it comes from, negative share with its interval, charts of the period."""
    shown = _kinds_shown(facts, settings)
    told = _by_topic(facts) if facts.several else _told(facts, shown)
    remarks = () if facts.several else _remarks(facts, shown)
    small = (Paragraph(remarks, small=True),) if remarks else ()
    return Section("overview", "总体情况", (Paragraph(told), *small, *now.blocks(facts), *pictures.overview(facts)))


def _kinds_shown(facts: PeriodFacts, settings: Settings) -> list[Kind]:
    """Kinds that have a source, or figures in spite of it."""
    configured = {source.kind for source in settings.sources.source if source.enabled}
    return [kind for kind in NAMES if kind in configured or number(facts.kinds[kind].volume.total)]


def _told(facts: PeriodFacts, shown: list[Kind]) -> Parts:
    """One clause a kind: how many, more or fewer than usual, how many of them negative; then what is wanting."""
    if not shown:
        return ("尚未配置任何信源，没有数据。",)
    clauses = [clause for kind in shown if (clause := _clause(facts, kind))]
    none = [NAMES[k][0] for k in shown if not _any(facts, k) and not _comparable(facts, k)]
    absent = f"{NONE}{'、'.join(none)}"
    when = _when(facts)
    if not clauses:
        return (f"{when}{absent}。",)
    parts: list[Part] = [when if str(clauses[0][0]).startswith(NONE) else f"{when}采集到"]
    for index, clause in enumerate(clauses):
        bare = index and len(clause) == len(clauses[index - 1]) == 2
        parts += ["、" if bare else "；", *clause] if index else clause
    return (*parts, f"；{absent}。" if none else "。")


def _when(facts: PeriodFacts) -> str:
    """当日, 截至9月5日8时，当日, 近30日“供水”方面."""
    about = f"“{facts.subject}”方面" if facts.kind is BriefKind.TOPIC else ""
    until = f"截至{moment_words(facts.end, facts.day.year)}，" if facts.partial else ""
    return f"{until}{facts.now}{about}"


def _clause(facts: PeriodFacts, kind: Kind) -> Parts:
    """群众留言15件，较前四周同日均值（13.3件）增加13.2%，增量的75%来自供水，其中负面11件，占73.3%."""
    name, unit = NAMES[kind]
    change: Parts = ()
    if _comparable(facts, kind):
        cause = _cause(facts) if kind is Kind.BOARD else ()
        whole = facts.kinds[kind].compared
        # The mean of four weeks is told of messages alone: a line of figures more for each kind is read by nobody.
        whole = whole if kind is Kind.BOARD or facts.kind is BriefKind.DAILY else whole.nearest
        change = compared(whole, unit, queries.comparison(facts, kind), cause)
    if not _any(facts, kind):
        return (f"{NONE}{name}", *change) if change else ()
    total = count(facts.kinds[kind].volume.total, unit, queries.counted(facts, kind))
    judged = kind in JUDGED and not _thin(facts, kind)
    return (name, total, *change, *(_negative(facts, kind) if judged else ()))


def _cause(facts: PeriodFacts) -> Parts:
    """Which one matter most of a change of the messages comes from: exact counts, the comparison that was told."""
    whole = facts.kinds[Kind.BOARD].compared
    if facts.kind is BriefKind.TOPIC or not whole.change or not number(whole.now):
        return ()
    whole = whole if facts.kind is BriefKind.DAILY else whole.nearest
    before = whole.mean
    if before is None or before < THIN_MEAN or abs(whole.change or 0) <= LEVEL + 1e-9:
        return ()
    change = (number(whole.now) or 0) - before
    if abs(change) < CAUSE_FEWEST:
        return ()
    found: list[tuple[float, str]] = []
    for matter in facts.every:
        board = matter.board if facts.kind is BriefKind.DAILY else matter.board.nearest
        own = (number(board.now) or 0) - (board.mean or 0)
        if board.mean is not None and own * change > 0 and abs(own) >= CAUSE_FEWEST:
            found.append((own / change, matter.topic.name))
    part, name = max(found, key=lambda item: (item[0], item[1]), default=(0.0, ""))
    if part < CAUSE:
        return ()
    word = "增" if change > 0 else "减"
    if part > 1 - 1e-9:
        return (f"，{word}量全部来自{name}",)
    return (f"，{word}量的", percent(part, queries.comparison(facts, Kind.BOARD, name), 0), f"来自{name}")


def _remarks(facts: PeriodFacts, shown: list[Kind]) -> Parts:
    """What cannot be said and what is to be kept in mind, in small type below."""
    seen = [kind for kind in shown if kind in JUDGED and _any(facts, kind)]
    fresh = [NAMES[k][0] for k in seen if not _comparable(facts, k)]
    thin = [NAMES[k][0] for k in seen if _thin(facts, k)]
    notes = []
    if facts.partial and any(_comparable(facts, kind) for kind in shown):
        day = facts.now if facts.kind is BriefKind.DAILY else "最后一天"
        notes.append(f"{day}尚未结束，以上比较偏低。")
    if fresh:
        notes.append(f"{'、'.join(fresh)}尚无{facts.usual}数据可比。")
    if thin:
        notes.append(f"{'、'.join(thin)}样本不足，不计负面占比。")
    if len(thin) < len(seen):
        notes.append("情感由模型判定，供参考。")
    return ("".join(notes),) if notes else ()


def _any(facts: PeriodFacts, kind: Kind) -> bool:
    """Whether the kind has something to tell of: a suppressed figure has (不足10条)."""
    return facts.kinds[kind].volume.total != 0


def _comparable(facts: PeriodFacts, kind: Kind) -> bool:
    """Whether there is something to compare: none now and none before is not worth a word."""
    compared_ = facts.kinds[kind].compared
    return kind in JUDGED and bool(compared_.before) and (compared_.now != 0 or any(n != 0 for n in compared_.before))


def _thin(facts: PeriodFacts, kind: Kind) -> bool:
    return (number(facts.kinds[kind].volume.total) or 0) < THIN


def _negative(facts: PeriodFacts, kind: Kind) -> Parts:
    """The share with a Wilson interval for exact kinds; from released counts for posts."""
    volume, unit = facts.kinds[kind].volume, NAMES[kind][1]
    query = queries.counted(facts, kind)
    if volume.negative == 0:
        return ("，没有负面",)
    negative: Parts = ("，其中负面", count(volume.negative, unit, query))
    if isinstance(volume.total, int) and isinstance(volume.negative, int):
        low, high = wilson(volume.negative, volume.total)
        middle = percent(volume.negative / volume.total, query)
        return (*negative, "，占", middle, "（95%置信区间", percent(low, query), "至", percent(high, query), "）")
    part = share(volume.negative, volume.total)
    return negative if part is None else (*negative, "，占约", percent(part, query, 0))


def _by_topic(facts: PeriodFacts) -> Parts:
    """Of several topics watched: each for itself, since one text may be about two of them."""
    seen = [m for m in (*facts.matters, *facts.further) if number(m.board.now) or number(m.post.now)]
    topics = "、".join(facts.period.topics)
    until = (
        f"截至{moment_words(facts.end, facts.day.year)}"
        if facts.partial
        else f"至{day_words(facts.last, facts.day.year)}"
    )
    parts: list[Part] = [f"重点监测{topics}，自{day_words(facts.first, facts.day.year)}起，{until}："]
    clauses: list[Parts] = []
    for matter in seen[:SEVERAL_SHOWN]:
        clause: list[Part] = [matter.topic.name]
        for kind, word, compared_ in ((Kind.BOARD, "留言", matter.board), (Kind.POST, "帖文", matter.post)):
            if number(compared_.now):
                unit, asked = NAMES[kind][1], queries.comparison(facts, kind, matter.topic.name)
                clause += [
                    "、" if len(clause) > 1 else "",
                    word,
                    count(compared_.now, unit, queries.counted(facts, kind, matter.topic.name)),
                ]
                clause += compared(compared_, unit, asked) if compared_.before and kind is Kind.BOARD else ()
        clauses.append(tuple(part for part in clause if part != ""))
    if not clauses:
        return (*parts, "没有群众反映。")
    more = "；其余专题较少" if len(facts.period.topics) > len(clauses) else ""
    return (*parts, *listed(clauses, "；"), f"{more}。一件反映涉及几个专题的分别计入。")
