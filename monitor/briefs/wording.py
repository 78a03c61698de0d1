"""Small rules of wording that every section shares: figures, dates, hours, comparisons, titles."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime

from monitor.briefs.facts import Compared
from monitor.briefs.types import Figure, Link, Part, Parts, Table
from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Polarity
from monitor.signals import figures
from monitor.signals.figures import Shown, number

THIN = 10
"""Below this many texts no share is computed."""
THIN_MEAN = 5.0
"""Below this mean no percentage of change is computed: one text more would move it by a fifth and more."""
LEVEL = 0.05
"""Changes within ±5 % are called 基本持平."""
TITLE_LENGTH = 60
WEEKDAYS, WEEKS = "同日", "周"
"""What the earlier figures of a daily and of a weekly brief are."""
_COUNTS = "零一两三四"
POLARITY_WORDS = {Polarity.NEGATIVE: "负面", Polarity.NEUTRAL: "中性", Polarity.POSITIVE: "正面"}
_Z95 = 1.959963984540054
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def count(figure: Shown, unit: str, query: str) -> Figure:
    """A count as shown: exact for public kinds; 约25 or 不足10 for posts."""
    return Figure(figures.phrase(figure), unit, query, number(figure))


def cell(figure: Shown, query: str) -> Figure:
    """A count for a table, where the column names the unit."""
    return Figure(figures.text(figure), "", query, number(figure))


def decimal(value: float, unit: str, query: str, places: int = 1) -> Figure:
    rounded = _half_up(value, places)
    return Figure(f"{rounded:.{places}f}", unit, query, rounded)


def percent(share: float, query: str, places: int = 1) -> Figure:
    """A share from 0 to 1 as a percentage, rounded half up."""
    return decimal(share * 100, "%", query, places)


def _half_up(value: float, places: int) -> float:
    scale = 10.0**places
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, JASA 22, 1927); good also near 0 and 1."""
    if not 0 <= part <= whole or whole < 1:
        raise ValueError("a share needs 0 <= part <= whole and whole >= 1")
    share, square = part / whole, _Z95 * _Z95
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = _Z95 / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def compared(facts: Compared, unit: str, query: str, cause: Parts = ()) -> Parts:
    """，较前四周同日均值（15.3件）增加11.1%; ，较上周（70件）增加25.7%，前四周周均66.0件; or why it cannot be said.

    ``facts.before`` holds at least one earlier period. ``cause``: what the change comes from, said right behind it.
    """
    if not facts.earlier.startswith(WEEKS):
        return (*_compared(facts, earlier_words(facts), unit, query), *cause)
    cut = facts.earlier.removeprefix(WEEKS)
    parts = (*_compared(facts.nearest, f"上周{cut}", unit, query), *cause)
    usual = facts.mean
    if len(facts.before) < 2 or usual is None or number(facts.now) is None:
        return parts
    rounded = isinstance(facts.now, ReleasedCount)
    about = "约" if rounded else ""
    weeks = f"，前{_COUNTS[len(facts.before)]}周{cut or '周'}均{about}"
    return (*parts, weeks, decimal(usual, unit, query, 0 if rounded else 1))


def earlier_words(facts: Compared) -> str:
    """前四周同日均值, 前一周同日, 前四周周均, 上月, 此前30日: what the mean of the earlier figures is."""
    n = len(facts.before)
    if facts.earlier == WEEKDAYS:
        return f"前{_COUNTS[n]}周同日{'均值' if n > 1 else ''}"
    if facts.earlier.startswith(WEEKS):
        cut = facts.earlier.removeprefix(WEEKS)
        return f"前{_COUNTS[n]}周{cut or '周'}均" if n > 1 else f"上周{cut}"
    return facts.earlier


def _compared(facts: Compared, name: str, unit: str, query: str) -> Parts:
    mean, change = facts.mean, facts.change
    rounded = isinstance(facts.now, ReleasedCount)
    about = "约" if rounded else ""
    if rounded and number(facts.now) is None:
        return ("（不作比较）",)
    if mean is None or (rounded and change is None):
        return (f"（{_suppressed(facts, name, unit)}，不作比较）",)
    base = _base(facts, mean, unit, query)
    if mean < THIN_MEAN or change is None:
        return (f"（{name}", *base, "，基数小，不计增减百分比）")
    shown: Parts = (f"{name}（", *base, "）")
    if abs(change) <= LEVEL + 1e-9:
        return ("，与", *shown, "持平" if change == 0 else "基本持平")
    return (
        "，较",
        *shown,
        ("增加" if change > 0 else "减少") + about,
        percent(abs(change), query, 0 if rounded else 1),
    )


def _suppressed(facts: Compared, name: str, unit: str) -> str:
    if facts.earlier == WEEKDAYS:
        return f"往期同日{'有' if len(facts.before) > 1 else ''}不足10{unit}{'的' if len(facts.before) > 1 else ''}"
    return f"{name}不足10{unit}"


def _base(facts: Compared, mean: float, unit: str, query: str) -> Parts:
    """The earlier figure itself where it is one, else a mean."""
    if isinstance(facts.now, ReleasedCount):
        return ("约", decimal(mean, unit, query, 0))
    if len(facts.before) == 1 and facts.earlier != WEEKDAYS:
        return (count(facts.before[0], unit, query),)
    return (decimal(mean, unit, query),)


def change_cell(facts: Compared, query: str) -> Parts:
    """For a table: +50.0 %, 持平, or a dash where it cannot be said."""
    mean, change = facts.mean, facts.change
    if mean is None or change is None or mean < THIN_MEAN:
        return ("—",)
    if change == 0:
        return ("持平",)
    places = 0 if isinstance(facts.now, ReleasedCount) else 1
    amount = percent(abs(change), query, places)
    return ("+" if change > 0 else "−", amount)


def change_words(facts: Compared, query: str) -> Parts:
    """The same behind a bar: empty where it cannot be said."""
    parts = change_cell(facts, query)
    return () if parts == ("—",) else parts


def usual_words(facts: Compared, usual: str, unit: str, query: str) -> Parts:
    """往期同日平均13.3件, 前四周平均约320条, 上月50件; empty where it cannot be said. ``usual``: the earlier span."""
    mean = facts.mean
    if mean is None:
        return ()
    if facts.earlier == WEEKDAYS or facts.earlier.startswith(WEEKS):
        about = "约" if isinstance(facts.now, ReleasedCount) else ""
        name = f"{usual}平均" if facts.earlier == WEEKDAYS else earlier_words(facts)
        return (f"{name}{about}", decimal(mean, unit, query, 0 if about else 1))
    return (usual, count(facts.before[0], unit, query))


def day_words(day: date, year: int) -> str:
    """9月5日; with the year where it is another than the brief's."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"


def moment_words(moment: datetime, year: int) -> str:
    """9月5日8时, 9月5日8时30分, in China Standard Time."""
    return f"{day_words(moment.astimezone(CHINA).date(), year)}{clock_words(moment)}"


def clock_words(moment: datetime) -> str:
    """8时, 8时30分, in China Standard Time."""
    local = moment.astimezone(CHINA)
    return f"{local.hour}时{f'{local.minute:02d}分' if local.minute else ''}"


def hours(value: float, query: str) -> Figure:
    """Whole hours, rounded down: nobody is called later than he is."""
    whole = math.floor(value + 1e-9)
    return Figure(str(whole), "小时", query, whole)


def plain_title(title: str, fallback: str = "（无标题）", limit: int = TITLE_LENGTH) -> str:
    """A title for one line: control and direction characters gone, white space folded, cut at ``limit`` characters."""
    seen = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Zs") else c for c in title)
    seen = " ".join(_DIRECTION_MARKS.sub("", seen).split())
    if len(seen) > limit:
        seen = seen[: limit - 1].rstrip() + "…"
    return seen or fallback


def link(title: str, url: str, record: str) -> Link:
    """The title of a record that leads to its page; other schemes than http and https lead nowhere."""
    return Link(plain_title(title), url if url.startswith(("http://", "https://")) else "", record)


def without_empty_columns(table: Table) -> Table:
    """The table without the columns in which every row has a dash: they say nothing and cost paper."""
    keep = [i for i in range(len(table.columns)) if any(row[i] != ("—",) for row in table.rows)]
    rows = tuple(tuple(row[i] for i in keep) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in keep), rows=rows)


def joined(clauses: list[Parts]) -> Parts:
    """甲；乙；丙."""
    result: list[Part] = []
    for index, clause in enumerate(clauses):
        result += ["；", *clause] if index else clause
    return tuple(result)


def listed(items: list[Parts], last: str = "、") -> Parts:
    """甲、乙、丙."""
    result: list[Part] = []
    for index, item in enumerate(items):
        if index:
            result.append(last if index == len(items) - 1 else "、")
        result.extend(item)
    return tuple(result)
