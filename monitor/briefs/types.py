"""The Brief: frozen data that every format is rendered from. It holds only what may be shown (safeguard S3).

A text is a sequence of parts: plain words, figures and links. A figure is never written into plain words, so that every
figure of a brief can be found, checked and traced to the API query that reproduces it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is shown. ``text`` has no unit (``12``, ``约25``, ``不足10``, ``37.5``).

    ``value`` is the number shown, None where it is suppressed. ``unit`` follows the text (条, 件, %, 小时).
    ``query`` is the API query that reproduces it (path and parameters).
    """

    text: str
    unit: str
    query: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a public page. ``url`` is http or https, else empty: then only the words are shown.

    ``record`` is the id of the record that is cited, empty for any other page: by it a later look finds what has been
    changed or withdrawn since (``briefs.since``). No format shows it.
    """

    text: str
    url: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A short tag that is set off: 新, 升, 红色."""

    text: str


Part = str | Figure | Link | Mark
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    parts: Parts
    small: bool = False
    """Remarks on method and reservations."""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Numbered points; ``heading`` may be empty."""

    heading: str
    items: tuple[Parts, ...]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Parts, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day of a chart; None where there is no figure or it is suppressed.

    ``low`` and ``high`` bound the usual (or, for days to come, the expected) height of the bar. ``alert`` is the level
    of the gravest alert that began on the day, 1 (红) to 4 (蓝), 0 for none. ``ahead`` marks a day to come.
    """

    day: date
    bar: int | None
    line: int | None
    low: float | None = None
    high: float | None = None
    alert: int = 0
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Daily bars (board messages, exact) and a line (posts, released), with ``level`` as the usual height of the bars.

    ``alt`` says in words what the chart shows. The last day is the day of the brief.
    """

    title: str
    bar_name: str
    line_name: str
    days: tuple[ChartDay, ...]
    level: float | None
    level_name: str
    alt: str
    query: str
    band_name: str = ""
    """What ``low`` and ``high`` are, in words; empty where no day has them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: its length is ``value.value`` (None: suppressed, shown as its text without a bar).

    ``change`` is what stands behind it (+40.0 %, 持平), empty where nothing can be said; ``mark`` is 新, 升 or empty.
    """

    name: str
    value: Figure
    change: Parts = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, in the order given."""

    title: str
    bars: tuple[Bar, ...]
    alt: str
    query: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Shares of a whole, stacked: a row is a department or span, a value one of ``names``; exact counts of messages."""

    title: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    alt: str
    query: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A calendar, one field a day, weeks as rows from Monday; None where there is no figure or it is suppressed."""

    title: str
    unit: str
    days: tuple[tuple[date, int | None], ...]
    alt: str
    query: str


@dataclass(frozen=True, slots=True)
class Panels:
    """Small multiples: charts of one span side by side, each with its title; only bars, level and band are drawn."""

    title: str
    charts: tuple[Chart, ...]
    alt: str
    query: str


Drawing = Chart | Bars | Stack | HeatMap | Panels
"""Blocks that are drawn as a picture."""

Block = Paragraph | Bullets | Table | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """``key`` is stable (overview, alerts, matters, media, responses, advice, notes); ``title`` is what people read."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A suggestion as it was made, so that a later brief can tell what came of it.

    ``id`` is the same as long as the same is asked for the same reason: rule, topic and alert, or ``overdue`` and the
    department. ``rule`` is the entry of the response plan, empty for its general time limit. ``alert``: id of the alert
    that called for it, else empty. ``first_due`` and ``due``: until when information is to be published and residents
    answered. ``messages``: how many overdue messages the department was asked to answer, received from ``since`` on;
    0 where the reason was an alert. ``topics``: only messages of any of these were meant; empty: all.
    """

    id: str
    rule: str
    department: str
    topic: str = ""
    alert: str = ""
    first_due: datetime | None = None
    due: datetime | None = None
    messages: int = 0
    since: date | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One 专报. Renderers add layout and nothing else; the same brief gives the same bytes.

    ``number`` is the issue's number in its year, None before the first numbered day. ``begin`` to ``end`` is the time
    that is reported on; ``as_of`` is the moment at which clocks and alerts are read. ``partial`` means the day was not
    over. ``lead`` is 今日要点. ``foot`` are the 报/送/发 lines as (label, names).

    ``subject`` is the topic or watch window of a brief on one matter, and ``slug`` its short ASCII name in the id.
    ``note`` is the 编者按, a paragraph each; ``revision`` is 1 for the first issue; a later one is a 更正, and
    ``changes`` say what it changed. ``asks`` are its suggestions as data; they are not shown.
    """

    kind: str
    title: str
    district: str
    unit: str
    day: date
    number: int | None
    begin: datetime
    end: datetime
    as_of: datetime
    partial: bool
    lead: Parts
    sections: tuple[Section, ...]
    foot: tuple[tuple[str, tuple[str, ...]], ...]
    copies: int
    subject: str = ""
    slug: str = ""
    note: tuple[str, ...] = ()
    revision: int = 1
    changes: tuple[Parts, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def id(self) -> str:
        """``daily.2026-11-22``, ``topic.3fa1b2c4.2026-11-22``."""
        return ".".join(filter(None, (self.kind, self.slug, self.day.isoformat())))

    @property
    def lead_title(self) -> str:
        """今日要点, 本周要点 …: what stands before the lead."""
        return {"daily": "今日要点", "weekly": "本周要点", "monthly": "本月要点"}.get(self.kind, "要点")

    @property
    def issue(self) -> str:
        """〔2026〕第 12 期, or 〔2026〕未编号."""
        return f"〔{self.day.year}〕第 {self.number} 期" if self.number else f"〔{self.day.year}〕未编号"

    def section(self, key: str) -> Section:
        return next(s for s in self.sections if s.key == key)

    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the brief in reading order."""
        found = [part for part in self.lead if isinstance(part, Figure)]
        for section in self.sections:
            for block in section.blocks:
                found += [part for part in parts_of(block) if isinstance(part, Figure)]
        return tuple(found)


def parts_of(block: Block) -> Parts:
    """All parts of a block in reading order (a picture but Bars has none: its numbers are those of its query)."""
    if isinstance(block, Paragraph):
        return block.parts
    if isinstance(block, Bullets):
        return tuple(part for item in block.items for part in item)
    if isinstance(block, Table):
        return tuple(part for row in block.rows for cell in row for part in cell)
    if isinstance(block, Bars):
        return tuple(part for bar in block.bars for part in (bar.value, *bar.change))
    return ()


def words(parts: Parts) -> str:
    """Parts as running text, for plain-text readers and tests."""
    return "".join(part if isinstance(part, str) else part.text + getattr(part, "unit", "") for part in parts)
