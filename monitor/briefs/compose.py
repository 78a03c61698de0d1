"""A brief of any kind: facts read once, sections written, one frozen Brief."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from monitor.briefs import outlook
from monitor.briefs.facts import PeriodFacts, gather
from monitor.briefs.models import ModelNote, notes
from monitor.briefs.periods import BriefKind, number_of, period_of
from monitor.briefs.ranking_all import hot_matters
from monitor.briefs.types import Brief, Section
from monitor.briefs.writing import advice, alerts, answers, focus, matters, media, migration, overview
from monitor.briefs.writing import notes as data_notes
from monitor.settings import Settings
from monitor.store import Store


def make(settings: Settings, store: Store, kind: BriefKind | str, day: date, now: datetime, subject: str = "") -> Brief:
    """The brief of ``kind`` on the period that ``day`` lies in (topic: 30 days that end on it), as known at ``now``.

    ``subject``: name of the topic or id of the watch window. Clocks and alerts are read at the hour when the brief is
    due, the morning after its last day (or at ``now`` while that is still to come), so the same store, configuration
    and date give the same brief whenever it is made later. Raises ``BadQuery`` for a period that has not begun and an
    unknown kind or subject, ``StoreUnavailable`` if the store is away.
    """
    period = period_of(settings, BriefKind.of(kind), day, now, subject)
    facts = gather(settings, store, period, now)
    facts = replace(facts, hot=hot_matters(settings, store, facts), outlook=outlook.gather(settings, store, facts))
    return write(settings, facts, notes(settings.service.analysis.sentiment))


def daily(settings: Settings, store: Store, day: date, now: datetime) -> Brief:
    """The 每日舆情专报 on the local day ``day`` as known at ``now``; see :func:`make`."""
    return make(settings, store, BriefKind.DAILY, day, now)


def write(settings: Settings, facts: PeriodFacts, models: tuple[ModelNote, ...]) -> Brief:
    """Words a brief from facts; pure."""
    brief, period = settings.brief, facts.period
    foot = (("报", brief.report_to), ("送", brief.send_to), ("发", brief.copy_to))
    return Brief(
        kind=period.kind.value,
        title=period.title,
        district=settings.district.name,
        unit=brief.unit,
        day=facts.day,
        number=number_of(period.last, brief, period.kind),
        begin=facts.begin,
        end=facts.end,
        as_of=facts.as_of,
        partial=facts.partial,
        lead=overview.lead(facts),
        sections=(
            overview.section(facts, settings),
            alerts.section(facts, settings),
            _matters(facts),
            media.section(facts),
            answers.section(facts, settings),
            advice.section(facts, settings),
            data_notes.section(facts, models),
        ),
        foot=tuple((label, names) for label, names in foot if names),
        copies=brief.copies,
        subject=period.subject,
        slug=period.slug,
        asks=tuple(suggestion.ask for suggestion in facts.outlook.suggestions),
    )


def _matters(facts: PeriodFacts) -> Section:
    """What residents bring forward; of a topic where and in which words, of a month which matters rose and fell."""
    if facts.kind is BriefKind.TOPIC:
        return focus.section(facts)
    section = matters.section(facts)
    if facts.kind is BriefKind.MONTHLY:
        return replace(section, blocks=(*section.blocks, *migration.blocks(facts)))
    return section
