"""The things people report, each told as a whole: how many, how long, where, and what was answered."""

from __future__ import annotations

from datetime import timedelta

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.periods import BriefKind
from monitor.briefs.ranking import NOTABLE
from monitor.briefs.ranking_gather import MONTH, WEEK
from monitor.briefs.ranking_types import HotMatter, Sort
from monitor.briefs.types import Bullets, Figure, Mark, Part, Parts
from monitor.briefs.wording import count, day_words, decimal, hours, joined, link
from monitor.signals.figures import number

SHOWN, SHOWN_LONG = 5, 8
"""Issues and single messages that a daily brief tells of, and a longer one."""
FEWEST_USUAL = 0.05
"""Below this the usual number would be told as 0.0."""
APART = 5
"""Texts from which an issue stands by itself beside a greater one of its topic."""
OTHERS = 3
"""Of the small ones, how many are named."""
LONG_H = 120
"""Waiting is told in days from here on."""
REPEATED = 2
"""Public texts from which an issue has a page of its own."""


def told(facts: PeriodFacts) -> tuple[HotMatter, ...]:
    """The issues and single messages that the brief tells of, what matters most first."""
    most = SHOWN if facts.kind is BriefKind.DAILY else SHOWN_LONG
    found: list[HotMatter] = []
    for matter in _notable(facts):
        if not any(_alike(matter, other) for other in found):
            found.append(matter)
    return tuple(found[:most])


def like(matter: HotMatter, facts: PeriodFacts) -> tuple[HotMatter, ...]:
    """Small matters of the topic of one that is told: one pipe that breaks is reported under many headings."""
    first = next((m for m in told(facts) if m.topic == matter.topic), None)
    if first is not matter:
        return ()
    return tuple(m for m in _notable(facts) if m is not matter and _alike(m, matter))


def _notable(facts: PeriodFacts) -> list[HotMatter]:
    return [m for m in facts.hot if m.sort is not Sort.TOPIC and m.score.total >= NOTABLE]


def _alike(small: HotMatter, told_of: HotMatter) -> bool:
    return bool(small.topic) and small.topic == told_of.topic and small.texts < APART


def top(facts: PeriodFacts) -> HotMatter | None:
    """What a reader needs to see first; None where nothing stands out."""
    return next((m for m in facts.hot if (m.mark if m.sort is Sort.TOPIC else m.score.total >= NOTABLE)), None)


def bullets(facts: PeriodFacts) -> Bullets | None:
    """重点事项; None where there is none."""
    items = tuple(_item(matter, facts) for matter in told(facts))
    return Bullets("重点事项", items) if items else None


def _item(matter: HotMatter, facts: PeriodFacts) -> Parts:
    parts: list[Part] = [Mark(matter.mark)] if matter.mark else []
    parts += [*_named(matter), *_numbers(matter, facts)]
    clauses: list[Parts] = []
    if matter.places:
        clauses.append((f"涉及{'、'.join(matter.places)}",))
    if matter.terms:
        clauses.append((f"主要词语：{'、'.join(matter.terms)}",))
    if matter.board or matter.standing.messages:
        clauses.append(_answers(matter, facts))
    if matter.department:
        clauses.append((f"责任部门{matter.department}",))
    parts += ["；", *joined(clauses)] if clauses else []
    named = matter.quoted if matter.sort is not Sort.SINGLE else ()
    for index, quoted in enumerate(named):
        parts += ["。见《" if not index else "》《", link(quoted.title, quoted.url, quoted.id)]
    if named:
        parts.append("》")
    others = [quoted for m in like(matter, facts) for quoted in m.quoted[:1]]
    for index, quoted in enumerate(others[:OTHERS]):
        parts += ["；同类还有《" if not index else "》《", link(quoted.title, quoted.url, quoted.id)]
    if others:
        parts.append("》等" if len(others) > OTHERS else "》")
    return (*parts, "。")


def _named(matter: HotMatter) -> Parts:
    """“丽发新城搅拌站”：; a single message by its title with its link."""
    if matter.sort is Sort.SINGLE and matter.quoted:
        quoted = matter.quoted[0]
        return ("《", link(quoted.title, quoted.url, quoted.id), "》：")
    return (f"“{matter.name}”：",)


def _numbers(matter: HotMatter, facts: PeriodFacts, short: bool = False) -> Parts:
    """当日留言4件，近7日共10件，11月2日首次反映，已持续24天; posts behind. ``short``: without month and usual."""
    word, unit = ("留言", "件") if matter.board == matter.texts else ("公开信息", "条")
    query = query_of(matter, facts)
    parts: list[Part] = []
    if matter.texts:
        parts += [f"{facts.now}{word}", count(matter.texts, unit, query)]
        if matter.week > matter.texts:
            parts += [f"，近{WEEK}日共", count(matter.week, unit, query)]
        if matter.month > matter.week and not short:
            parts += [f"，近{MONTH}日共", count(matter.month, unit, query)]
        if matter.mark == "升" and matter.usual is not None and matter.usual >= FEWEST_USUAL and not short:
            span = "周" if facts.period.days <= WEEK else "月" if facts.kind is BriefKind.MONTHLY else "同样天数"
            parts += [f"（此前平均每{span}", decimal(matter.usual, unit, query), "）"]
        parts += _since(matter, facts)
    posts = number(matter.posts) if matter.posts is not None else None
    if posts and matter.posts is not None:
        parts += ["，另有公开帖文" if parts else f"{facts.now}公开帖文", count(matter.posts, "条", query)]
    return tuple(parts)


def _since(matter: HotMatter, facts: PeriodFacts) -> Parts:
    first = matter.first
    if first is None or matter.sort is Sort.SINGLE or matter.month + (first < facts.first) < REPEATED:
        return ()
    if first >= facts.first:
        return () if facts.period.days == 1 else (f"，{day_words(first, facts.day.year)}首次反映",)
    return (f"，{day_words(first, facts.day.year)}首次反映，已持续{matter.days}天",)


def _answers(matter: HotMatter, facts: PeriodFacts) -> Parts:
    """均未答复，最早一件已等待553小时; 已答复2件，其中1件仅告知收悉或转办; 区住建局11月20日答复：“…”."""
    state, query = matter.standing, query_of(matter, facts)
    if not state.answered:
        none = "尚未答复" if state.messages <= 1 else "均未答复"
        waited: Parts = ("，已等待" if state.messages <= 1 else "，最早一件已等待", _waited(state.waited_h, query))
        return (none, *waited) if state.waited_h >= 1 else (none,)
    parts: list[Part] = ["已答复"] if state.messages == 1 else ["已全部答复"]
    if state.answered < state.messages:
        parts = ["已答复", count(state.answered, "件", query)]
    if state.empty:
        same = state.empty == state.answered
        only: Parts = ("，但仅告知收悉或转办",) if same else (
            "，其中", count(state.empty, "件", query), "仅告知收悉或转办")  # fmt: skip
        parts += only
    if state.gist:
        when = day_words(state.gist_on, facts.day.year) if state.gist_on else ""
        parts.append(f"，{state.gist_by or '有关部门'}{when}答复：“{state.gist}”")
    return tuple(parts)


def _waited(value: float, query: str) -> Figure:
    """Whole hours, or days where these are many; rounded down."""
    return hours(value, query) if value < LONG_H else count(int(value // 24), "天", query)


def line(matter: HotMatter, facts: PeriodFacts) -> Parts:
    """今日要点 about an issue or a single message, short."""
    parts: list[Part] = [Mark(matter.mark)] if matter.mark else []
    parts += [*_named(matter), *_numbers(matter, facts, short=True)]
    if matter.concerns:
        parts.append(f"，涉及{'、'.join(matter.concerns[:2])}")
    state = matter.standing
    if matter.board and not state.answered:
        parts.append("，尚未答复" if state.messages <= 1 else "，均未答复")
    elif matter.board and state.answered < state.messages:
        parts += ["，已答复", count(state.answered, "件", query_of(matter, facts))]
    return (*parts, f"；责任部门{matter.department}。" if matter.department else "。")


def query_of(matter: HotMatter, facts: PeriodFacts) -> str:
    """What gives the figures of a matter again: its thirty days, or where these hold too little the messages."""
    if matter.sort is Sort.ISSUE and (matter.month >= REPEATED or matter.shown_posts):
        id = matter.key.partition(":")[2]
        if facts.kind is BriefKind.MONTHLY:
            return queries.event(id, facts.first, facts.last)
        return queries.event(id, facts.upto - timedelta(days=MONTH - 1), facts.upto)
    return queries.board(facts.first, facts.upto, matter.topic)
