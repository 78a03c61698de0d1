"""Every kind of brief against a recount of the raw rows that nothing of the service takes part in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import pytest

from monitor import briefs
from monitor.briefs.types import Bars, Block, Brief, Figure, HeatMap, Panels, Paragraph, Parts, Stack, Table, words
from monitor.model import CHINA
from monitor.store.memory import MemoryStore
from tests.briefs.build import store
from tests.briefs.period_data import LAST, TOPICS, Row, drawn, rules
from tests.briefs.period_recount import Recount

RULES = rules()
NOW = datetime(2026, 12, 2, 9, tzinfo=CHINA)


@pytest.fixture(scope="module")
def made() -> tuple[MemoryStore, list[Row]]:
    records, rows = drawn()
    return store(*records), rows


def shown(parts: Parts) -> list[tuple[str, str]]:
    return [(p.text, p.unit) for p in parts if isinstance(p, Figure)]


def first(brief: Brief, key: str) -> list[tuple[str, str]]:
    """The figures of the first paragraph of a section."""
    return shown(next(b for b in brief.section(key).blocks if isinstance(b, Paragraph)).parts)


def table(blocks: Iterable[Block], word: str) -> Table:
    return next(b for b in blocks if isinstance(b, Table) and word in b.title)


def due(last: date) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(7, 30))


def week(last: date) -> tuple[tuple[date, date], tuple[tuple[date, date], ...]]:
    spans = [(last - timedelta(days=6 + 7 * n), last - timedelta(days=7 * n)) for n in range(5)]
    return spans[0], tuple(spans[1:])


@pytest.mark.parametrize("sunday", [date(2026, 11, 29), date(2026, 11, 22), date(2026, 10, 25)], ids=str)
def test_a_weekly_brief_equals_a_recount(made: tuple[MemoryStore, list[Row]], sunday: date) -> None:
    kept, rows = made
    brief = briefs.make(RULES, kept, "weekly", sunday - timedelta(days=3), NOW)
    span, before = week(sunday)
    recount = Recount(rows, span, before, due(sunday))
    assert (brief.begin.date(), brief.day) == span
    assert first(brief, "overview") == recount.overview()
    assert first(brief, "responses") == recount.responses()
    bars = next(b for b in brief.section("overview").blocks if isinstance(b, Bars))
    counts = {t: recount.n("board", None, t) for t in TOPICS}
    assert {b.name: b.value.value for b in bars.bars} == {t: n for t, n in counts.items() if n}
    assert _table_rows(brief) == recount.departments()
    stack = next(b for b in brief.section("responses").blocks if isinstance(b, Stack))
    assert sum(sum(values) for _, values in stack.rows) == recount.n("board")


@pytest.mark.parametrize("month", [11, 10], ids=str)
def test_a_monthly_brief_equals_a_recount(made: tuple[MemoryStore, list[Row]], month: int) -> None:
    kept, rows = made
    spans = {11: (date(2026, 11, 1), LAST), 10: (date(2026, 10, 1), date(2026, 10, 31)),
             9: (date(2026, 9, 1), date(2026, 9, 30))}  # fmt: skip
    span, before = spans[month], spans[month - 1]
    brief = briefs.make(RULES, kept, "monthly", date(2026, month, 14), NOW)
    recount = Recount(rows, span, (before,), due(span[1]))
    assert first(brief, "overview") == recount.overview()
    assert first(brief, "responses") == recount.responses()
    ranks = table(brief.section("matters").blocks, "名次")
    assert [tuple(words(cell) for cell in row) for row in ranks.rows] == recount.ranks()
    heat = next(b for b in brief.section("overview").blocks if isinstance(b, HeatMap))
    assert [n for _, n in heat.days] == recount.days()
    panels = next(b for b in brief.section("overview").blocks if isinstance(b, Panels))
    for chart in panels.charts:
        own = Recount(rows, span, (), due(span[1]), chart.title)
        assert [d.bar for d in chart.days] == own.days()


@pytest.mark.parametrize("topic", ["供水", "停车"])
def test_a_topic_brief_equals_a_recount(made: tuple[MemoryStore, list[Row]], topic: str) -> None:
    kept, rows = made
    span = (LAST - timedelta(days=29), LAST)
    before = (LAST - timedelta(days=59), LAST - timedelta(days=30))
    brief = briefs.make(RULES, kept, "topic", LAST, NOW, topic)
    recount = Recount(rows, span, (before,), due(LAST), topic)
    assert first(brief, "overview") == recount.overview()
    assert first(brief, "responses") == recount.responses()
    days = recount.days()
    assert first(brief, "matters") == [(str(sum(n > 0 for n in days)), "天"), (str(max(days)), "件")]
    places = table(brief.section("matters").blocks, "街道").rows
    counted = {words(row[0]): words(row[1]) for row in places}
    board = recount.of("board")
    assert counted == {p: str(sum(r.place == p for r in board)) for p in {r.place for r in board}}


def test_a_watch_brief_equals_a_recount(made: tuple[MemoryStore, list[Row]]) -> None:
    """Several topics: each for itself, against as many days before, weekday on weekday."""
    kept, rows = made
    span = (date(2026, 11, 9), date(2026, 11, 25))
    shift = timedelta(days=21)
    before = (span[0] - shift, span[1] - shift)
    brief = briefs.make(RULES, kept, "watch", date(2026, 12, 1), NOW, "flood")
    recount = Recount(rows, span, (before,), due(span[1]))
    assert (brief.begin.date(), brief.day) == span
    told = next(b for b in brief.section("overview").blocks if isinstance(b, Paragraph)).parts
    for topic in ("供水", "噪音", "物业"):
        at = next(
            i for i, part in enumerate(told) if (isinstance(part, str) and part.endswith(f"{topic}")) or part == topic
        )
        now = next(p for p in told[at + 1 :] if isinstance(p, Figure))
        assert now.value == recount.n("board", None, topic)
    for topic in ("供水", "噪音", "物业"):
        assert str(recount.n("board", before, topic)) in {p.text for p in told if isinstance(p, Figure)}
    assert first(brief, "responses") == recount.responses(("供水", "噪音", "物业"))


def _table_rows(brief: Brief) -> list[tuple[str, ...]]:
    rows = table(brief.section("responses").blocks, "办理情况")
    wanted = [rows.columns.index(c) for c in ("部门", "收到", "已答复", "逾期", "按时率")]
    return [tuple(words(row[i]).removesuffix("%") for i in wanted) for row in rows.rows]
