"""Facts with what matters in them, and a brief's words, for the tests of ranking, advice and follow-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.briefs import outlook
from monitor.briefs.facts import PeriodFacts, gather
from monitor.briefs.periods import BriefKind, period_of
from monitor.briefs.ranking_all import hot_matters
from monitor.briefs.ranking_types import HotMatter
from monitor.briefs.types import Brief, Bullets, Paragraph, Section, Table, words
from monitor.store import Store
from tests.briefs.build import DAY, MORNING, settings


def facts_of(
    kept: Store, day: date = DAY, now: datetime = MORNING, kind: BriefKind = BriefKind.DAILY, subject: str = "",
    **changes: Any,
) -> PeriodFacts:  # fmt: skip
    """The facts of a period, hot matters and outlook among them."""
    rules = settings(**changes)
    facts = gather(rules, kept, period_of(rules, kind, day, now, subject), now)
    return replace(facts, hot=hot_matters(rules, kept, facts), outlook=outlook.gather(rules, kept, facts))


def found(facts: PeriodFacts) -> list[HotMatter]:
    return list(facts.hot)


def lines(section: Section) -> list[str]:
    """Everything a section says, a line each; table rows with bars."""
    told: list[str] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            told.append(words(block.parts))
        elif isinstance(block, Bullets):
            told += [block.heading, *map(words, block.items)]
        elif isinstance(block, Table):
            told += [block.title, *("|".join(map(words, row)) for row in block.rows)]
    return told


def items(brief: Brief, key: str, heading: str) -> list[str]:
    """The points under a heading."""
    blocks = brief.section(key).blocks
    return [words(i) for b in blocks if isinstance(b, Bullets) and b.heading == heading for i in b.items]
