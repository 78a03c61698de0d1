"""What matters first in a period: hot issues, grave single messages and topics on one list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.briefs.ranking_gather import gather
from monitor.briefs.ranking_topics import ranked
from monitor.briefs.ranking_types import HotMatter
from monitor.briefs.signs import mark_of
from monitor.model import Kind, day_of
from monitor.settings import Settings
from monitor.store import Store

if TYPE_CHECKING:
    from monitor.briefs.facts import PeriodFacts


def hot_matters(settings: Settings, store: Store, facts: PeriodFacts) -> tuple[HotMatter, ...]:
    """The matters of the period of ``facts`` as known at its moment, the best first. Raises ``StoreUnavailable``."""
    last = min(facts.last, day_of(facts.as_of - timedelta(microseconds=1)))
    sums = facts.period.fixed and last == facts.last
    reading = gather(
        settings, store, facts.first, max(facts.first, last), facts.as_of, topics=facts.period.topics,
        known_from=facts.kinds[Kind.BOARD].known_from, sums=sums,
    )  # fmt: skip
    # An official class is a department's whole business; it is no matter.
    topics = [(m, mark_of(m, facts)) for m in (*facts.matters, *facts.further) if m.topic.terms]
    # A brief of one topic does not name that topic as its own news.
    topics = [(m, mark) for m, mark in topics if m.topic.name != facts.subject]
    return tuple(_rounded(m) for m in ranked(reading, topics, settings.concerns.concern))


def _rounded(matter: HotMatter) -> HotMatter:
    return replace(matter, usual=None if matter.usual is None else round(matter.usual, 4))
