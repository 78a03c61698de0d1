"""Whether a text is of the time the service may look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.intake.reasons import IntakeReason
from monitor.model import CHINA, Fetched, Kind
from monitor.settings import Settings

_AHEAD = timedelta(days=1)
"""A page's clock or time zone may be wrong by so much."""


def dated(fetched: Fetched, settings: Settings, now: datetime) -> tuple[datetime | None, IntakeReason]:
    """When the text was published, and KEPT, or None and the reason it is refused.

    A page without a date counts from when it was fetched: news lists and boards show the newest first. A post without
    one is refused, because its 30 days (S6) could not be counted. A time without an offset is China Standard Time.
    """
    published = fetched.published
    if published is None:
        if fetched.kind is Kind.POST:
            return None, IntakeReason.NO_DATE
        published = fetched.fetched_at
    if published.tzinfo is None:
        published = published.replace(tzinfo=CHINA)
    late = settings.service.analysis.late_days
    if fetched.kind is Kind.POST:
        late = min(late, settings.service.retention.post_days)
    if published < now - timedelta(days=late):
        return None, IntakeReason.TOO_OLD
    if published > now + _AHEAD:
        return None, IntakeReason.FUTURE
    return published, IntakeReason.KEPT
