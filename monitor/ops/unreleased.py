"""Which aggregates may still shrink: those of days that no daily brief has been made of yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from monitor.model import CHINA, day_of, start_of


def unreleased_since(now: datetime, brief_at: time) -> datetime:
    """From when on posts are in no daily brief that is due: of today, and of yesterday until its brief is issued.

    ``brief_at`` is a time of day in China Standard Time.
    """
    today = day_of(now)
    early = now.astimezone(CHINA).time() < brief_at
    return start_of(today - timedelta(days=1) if early else today)
