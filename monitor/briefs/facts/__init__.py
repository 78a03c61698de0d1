"""What a brief is written from: read once, worded elsewhere."""

from monitor.briefs.facts.answering import OVERDUE_SHOWN
from monitor.briefs.facts.gather import TOP_MATTERS, gather, open_at
from monitor.briefs.facts.types import (
    CONCENTRATED,
    HISTORY_DAYS,
    RATE_DAYS,
    BandDay,
    Compared,
    DayFacts,
    KindFacts,
    Matter,
    PeriodFacts,
)

__all__ = [
    "CONCENTRATED",
    "HISTORY_DAYS",
    "OVERDUE_SHOWN",
    "RATE_DAYS",
    "TOP_MATTERS",
    "BandDay",
    "Compared",
    "DayFacts",
    "KindFacts",
    "Matter",
    "PeriodFacts",
    "gather",
    "open_at",
]
