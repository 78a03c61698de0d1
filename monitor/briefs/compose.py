"""The daily brief: facts read once, sections written, one frozen Brief."""

from __future__ import annotations

from datetime import date, datetime

from monitor.briefs.facts import DayFacts, gather
from monitor.briefs.models import ModelNote, notes
from monitor.briefs.types import Brief
from monitor.briefs.writing import advice, alerts, answers, matters, media, overview
from monitor.briefs.writing import notes as data_notes
from monitor.errors import BadQuery
from monitor.model import day_of
from monitor.settings import Settings
from monitor.settings.types import BriefSettings
from monitor.store import Store

DAILY = "daily"


def daily(settings: Settings, store: Store, day: date, now: datetime) -> Brief:
    """The 每日舆情专报 on the local day ``day`` as known at ``now``.

    Clocks and alerts are read at the hour when the brief is due the next morning (or at ``now`` while that is still to
    come), so the same store, configuration and date give the same brief whenever it is made later. Raises ``BadQuery``
    for a day that has not begun, ``StoreUnavailable`` if the store is away.
    """
    if day > day_of(now):
        raise BadQuery(f"{day.isoformat()} 还没有开始，不能编写专报", "日期不得晚于今天")
    return write(settings, gather(settings, store, day, now), notes(settings.service.analysis.sentiment))


def write(settings: Settings, facts: DayFacts, models: tuple[ModelNote, ...]) -> Brief:
    """Words a brief from facts; pure."""
    brief = settings.brief
    foot = (("报", brief.report_to), ("送", brief.send_to), ("发", brief.copy_to))
    return Brief(
        kind=DAILY,
        title="每日舆情专报",
        district=settings.district.name,
        unit=brief.unit,
        day=facts.day,
        number=number_of(facts.day, brief),
        begin=facts.begin,
        end=facts.end,
        as_of=facts.as_of,
        partial=facts.partial,
        lead=overview.lead(facts),
        sections=(
            overview.section(facts, settings),
            alerts.section(facts),
            matters.section(facts),
            media.section(facts),
            answers.section(facts, settings),
            advice.section(facts, settings),
            data_notes.section(facts, models),
        ),
        foot=tuple((label, names) for label, names in foot if names),
        copies=brief.copies,
    )


def number_of(day: date, settings: BriefSettings) -> int | None:
    """The number of the issue in its year: one a day without gaps, by date and not by when it was made.

    The count begins on January 1st, or in the year of ``first_issue`` on that day; None before it.
    """
    start = date(day.year, 1, 1)
    if settings.first_issue:
        first = date.fromisoformat(settings.first_issue)
        if day < first:
            return None
        if first.year == day.year:
            start = first
    return (day - start).days + 1
