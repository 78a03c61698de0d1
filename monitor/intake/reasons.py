"""Why intake kept or dropped a text; metrics count these names."""

from __future__ import annotations

from enum import StrEnum


class IntakeReason(StrEnum):
    KEPT = "kept"
    EMPTY = "empty"
    """Neither a title nor a text after cleaning."""
    NO_DATE = "no_date"
    """A post without a date: it cannot be held to its retention. Other kinds take the time they were fetched."""
    TOO_OLD = "too_old"
    """Published before ``service.analysis.late_days`` (posts: ``retention.post_days``)."""
    FUTURE = "future"
    """Published more than a day after now: a wrong date."""
    NOT_DISTRICT = "not_district"
    NOT_PUBLIC_SERVICE = "not_public_service"
    """A post without a configured topic (safeguard S4)."""
