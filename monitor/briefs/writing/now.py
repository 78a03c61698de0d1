"""最近几小时 of a running watch window: its topics beside what the same hours usually bring."""

from __future__ import annotations

from datetime import timedelta

from monitor.alerts.snapshots import DAYS, Row
from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.types import Block, Figure, Parts, Table
from monitor.briefs.wording import cell, moment_words
from monitor.model import Kind, hour_of

COLUMNS = ((Kind.BOARD, "留言（件）"), (Kind.POST, "帖文（条）"), (Kind.NEWS, "新闻（篇）"))
SHOWN = 8


def blocks(facts: PeriodFacts) -> tuple[Block, ...]:
    """One row a topic that had anything, the most unusual first."""
    rows = [row for row in facts.now_rows if row.sum or row.usual][:SHOWN]
    if not rows:
        return ()
    end = moment_words(hour_of(facts.as_of), facts.day.year)
    columns = ("专题", *(name for _, name in COLUMNS), "合计", "平时合计")
    note = f"平时指此前{DAYS}天同样钟点的中位数；帖文不足10条的不计入合计。"
    return (Table(f"最近{facts.now_hours}小时（至{end}）", columns, tuple(_row(r, facts) for r in rows), note),)


def _row(row: Row, facts: PeriodFacts) -> tuple[Parts, ...]:
    end = hour_of(facts.as_of)
    begin = end - timedelta(hours=facts.now_hours)
    asked = queries.hours(begin, end, row.topic)
    usual: Parts = ("资料不足",)
    if row.usual is not None:
        text = f"约{row.usual}" if row.usual else "很少"
        usual = (Figure(text, "", queries.hours(begin - timedelta(days=DAYS), end, row.topic), row.usual),)
    return (
        (row.topic,),
        *((cell(row.total[kind], queries.hours(begin, end, row.topic, kind)),) for kind, _ in COLUMNS),
        (cell(row.sum, asked),),
        usual,
    )
