"""预测: the coming days with an interval of 80 %, in a sentence and as days of a chart."""

from __future__ import annotations

from datetime import date

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.outlook_types import Ahead
from monitor.briefs.types import Block, Paragraph, Part, Parts
from monitor.briefs.wording import LEVEL, THIN_MEAN, day_words, decimal, joined
from monitor.disclosure import THRESHOLD
from monitor.model import Kind
from monitor.signals.figures import counted

WORDS = {Kind.BOARD: ("群众留言", "件"), Kind.POST: ("公开帖文", "条")}


def blocks(facts: PeriodFacts) -> list[Block]:
    """One paragraph; kinds without any text of late are not spoken of, thin ones are called thin."""
    told = [a for a in facts.outlook.all_ahead if a.days]
    thin = [WORDS[a.kind][0] for a in facts.outlook.all_ahead if not a.days and _seen(a, facts)]
    if not told:
        return [Paragraph((f"{'、'.join(thin)}样本不足，本期不作预测。",))] if thin else []
    days = told[0].days
    parts: list[Part] = [f"预计{_span(days[0].day, days[-1].day, facts.day.year)}"]
    parts += joined([_clause(a) for a in told])
    topics = [_clause(a, a.topic) for a in facts.outlook.topics_ahead]
    if topics:
        parts += ["；其中", *joined(topics)]
    parts.append("。")
    if thin:
        parts.append(f"{'、'.join(thin)}样本不足，不作预测。")
    return [
        Paragraph(tuple(parts)),
        Paragraph(("预测区间按每五天约有四天落在其中估计，遇突发事件不适用。",), small=True),
    ]


def _seen(ahead: Ahead, facts: PeriodFacts) -> bool:
    """Whether there is something of the kind at all; posts under ten a day may be none."""
    return facts.kinds[ahead.kind].known_from is not None


def _span(first: date, last: date, year: int) -> str:
    """11月22日至28日; 11月28日至12月4日; 12月29日至2027年1月4日."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{day_words(first, year)}至{last.day}日"
    return f"{day_words(first, year)}至{day_words(last, year)}"


def _clause(ahead: Ahead, name: str = "") -> Parts:
    """群众留言日均14.3件（80%预测区间每日8至21件），较前四周日均（13.3件）增加7.5%."""
    word, unit = WORDS[ahead.kind]
    query = queries.forecast(ahead.since or ahead.days[0].day, ahead.topic)
    low, high = min(d.low for d in ahead.days), max(d.high for d in ahead.days)
    posts = ahead.kind is Kind.POST
    about = "约" if posts else ""
    known = [counted(d.mean) for d in ahead.days]
    mean = sum(known) / len(known)
    bounds: Parts = (
        f"（80%预测区间每日{about}", decimal(low, unit, query, 0), "至", decimal(high, unit, query, 0), "）",
    )  # fmt: skip
    if low == 0 or (posts and low < THRESHOLD):
        bounds = (f"（80%预测区间每日不超过{about}", decimal(high, unit, query, 0), "）")
    elif low == high:
        bounds = (f"（80%预测区间每日均为{about}", decimal(high, unit, query, 0), "）")
    head = f"{name}{'留言' if name else word}"
    if posts and any(not counted(d.mean) for d in ahead.days):
        return (f"{head}每日不超过{about}", decimal(high, unit, query, 0))
    middle = decimal(mean, unit, query, 0 if posts else 1)
    return (f"{head}日均{about}", middle, *bounds, *_change(mean, ahead.usual, unit, about, query))


def _change(mean: float, usual: float | None, unit: str, about: str, query: str) -> Parts:
    if usual is None or usual < THIN_MEAN:
        return ()
    change = mean / usual - 1
    places = 0 if about else 1
    base: Parts = (f"前四周日均（{about}", decimal(usual, unit, query, places), "）")
    if abs(change) <= LEVEL:
        return ("，与", *base, "基本持平")
    return ("，较", *base, ("增加" if change > 0 else "减少") + about, decimal(abs(change) * 100, "%", query, places))
