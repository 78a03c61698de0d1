"""How the messages of a period were answered: read once without their texts, counted for all that tells of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import responses
from monitor.briefs.facts.types import RATE_DAYS
from monitor.briefs.periods import BriefKind, Period, Span, due
from monitor.model import day_span, start_of
from monitor.responses import Overdue, ResponseSummary
from monitor.settings import Settings
from monitor.store import Store

OVERDUE_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """``of_day``: the messages of the period; ``of_month``: those of the span of the rates; ``before``: those of the
    period before, as they stood when its own brief was due (None for a daily brief). ``answered``: messages of the
    period that were answered, by topic. ``ever``: everything that is overdue."""

    of_day: ResponseSummary
    of_month: ResponseSummary
    before: ResponseSummary | None
    answered: Mapping[str, int]
    late: Overdue
    ever: Overdue


def answering(store: Store, settings: Settings, period: Period, as_of: datetime) -> Answering:
    """Everything as known at ``as_of``."""
    first, last = rates(period)
    since, until = day_span(first, last)
    read = responses.asked(
        store, settings, since, max(since, min(until, as_of)), as_of, topics=period.topics
    )  # fmt: skip
    own = [one for one in read if period.first <= one.day <= period.last]
    answered: Counter[str] = Counter()
    for one in own:
        if one.clock.state.answered:
            answered.update(one.topics)
    late = responses.longest(store, read, OVERDUE_SHOWN)
    total = sum(1 for one in read if one.overdue)
    older = responses.overdue(store, settings, as_of, 0, before=start_of(first), topics=period.topics)
    of_month = responses.summary_of(read, first, last, as_of)
    daily = period.kind is BriefKind.DAILY
    return Answering(
        of_day=responses.summary_of(own, period.first, period.last, as_of) if daily else of_month,
        of_month=of_month,
        before=None if daily else _before(store, settings, period),
        answered=answered,
        late=Overdue(total, late),
        ever=Overdue(total + older.total, late[:1]),
    )


def rates(period: Period) -> Span:
    """The span of the answering rates: 30 days for a daily brief, else the period."""
    if period.kind is BriefKind.DAILY:
        return period.last - timedelta(days=RATE_DAYS - 1), period.last
    return period.first, period.last


def _before(store: Store, settings: Settings, period: Period) -> ResponseSummary:
    """How the messages of the previous period stood at the moment when its own brief was due."""
    first, last = period.before[0]
    at = due(replace(period, first=first, last=last), settings)
    since, until = day_span(first, last)
    read = responses.asked(store, settings, since, until, at, topics=period.topics, said=False)
    return responses.summary_of(read, first, last, at)
