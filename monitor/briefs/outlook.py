"""What is to come and what is to be done: forecasts, suggestions of the response plan, what came of the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monitor.briefs.followup import follow
from monitor.briefs.outlook_plan import suggestions
from monitor.briefs.outlook_types import Ahead, Outlook
from monitor.briefs.signs import early_signs, open_alerts
from monitor.model import ALL_TOPICS, Kind, day_of, day_span
from monitor.settings import Settings
from monitor.signals import figures
from monitor.signals.ahead import forecast_named
from monitor.signals.figures import number
from monitor.store import Bucket, Store

if TYPE_CHECKING:
    from monitor.briefs.facts import PeriodFacts

KINDS = (Kind.BOARD, Kind.POST)
TOPICS = 3
MONTH = 28
FEWEST = 14
"""Texts of the four weeks before, half a day, below which nothing is forecast: 样本不足."""


def gather(settings: Settings, store: Store, facts: PeriodFacts) -> Outlook:
    """The outlook of a period as known at the moment of ``facts``. Raises ``StoreUnavailable``."""
    alerts = open_alerts(facts)
    topics = facts.period.topics
    main = topics[0] if len(topics) == 1 else ALL_TOPICS
    day, followed = follow(settings, store, facts)
    names = [name for name in _topics(facts, [a.topic for a in alerts]) if name != main][:TOPICS]
    ahead = _ahead(settings, store, facts, (main, *names))
    return Outlook(
        all_ahead=tuple(a for a in ahead if a.topic == main),
        topics_ahead=tuple(a for a in ahead if a.topic != main and a.days),
        suggestions=suggestions(facts, alerts, settings.response_plan),
        previous=day,
        followed=followed,
    )


def _topics(facts: PeriodFacts, alarmed: Sequence[str]) -> list[str]:
    """Topics that a reader will ask about: those under alert, then those that are marked."""
    marked = [matter.topic.name for matter, _ in early_signs(facts)]
    return list(dict.fromkeys([*alarmed, *marked]))


def _ahead(settings: Settings, store: Store, facts: PeriodFacts, names: Sequence[str]) -> list[Ahead]:
    """Forecasts from the day after the last whole one on; a day that is still running is not part of the past."""
    today = day_of(facts.as_of)
    first = today if facts.partial else facts.last + timedelta(days=1)
    usual = _usual(store, first, names)
    found = []
    told = forecast_named(settings, store, first, names[:1], kinds=KINDS)
    if len(names) > 1:
        told += forecast_named(settings, store, first, names[1:], kinds=(Kind.BOARD,))
    for one in told:
        total, mean = usual[one.kind, one.topic]
        days = tuple(d for d in one.days if not facts.partial or d.day > today)
        found.append(Ahead(one.kind, one.topic, days if total >= FEWEST else (), mean, first))
    return found


def _usual(store: Store, first: date, names: Sequence[str]) -> dict[tuple[Kind, str], tuple[int, float | None]]:
    """What is shown of the 28 days before a day: the sum of the days, and their mean where every day can be told."""
    since, until = day_span(first - timedelta(days=MONTH), first - timedelta(days=1))
    days: dict[tuple[Kind, str], list[int | None]] = {}
    for volume in figures.volumes(store, since, until, bucket=Bucket.DAY, kinds=KINDS, topics=tuple(names)):
        days.setdefault((volume.kind, volume.topic), []).append(number(volume.total))
    result = {}
    for key, values in days.items():
        known = [value for value in values if value is not None]
        result[key] = (sum(known), sum(known) / len(known) if len(known) == len(values) else None)
    return result
