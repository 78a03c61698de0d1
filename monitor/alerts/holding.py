"""What may wait: quiet hours and digests of low levels. Pure rules over the configuration and a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.types import Alert, Owed
from monitor.model import CHINA, hour_of
from monitor.settings import Settings

QUIET = "quiet"
DIGEST = "digest"
_JUMPED = timedelta(hours=1)
"""What is owed later than this from now was written by a clock that ran ahead."""


def quiet_until(settings: Settings, level: int, now: datetime) -> datetime | None:
    """The end of the quiet hours if alerts of a level wait at this moment."""
    quiet = settings.alerts.quiet
    if quiet is None or level not in quiet.levels or quiet.begin == quiet.end:
        return None
    local = now.astimezone(CHINA)
    end = datetime.combine(local.date(), quiet.end, CHINA)
    if quiet.begin < quiet.end:
        return end if quiet.begin <= local.time() < quiet.end else None
    if local.time() >= quiet.begin:
        return end + timedelta(days=1)
    return end if local.time() < quiet.end else None


def quiet_ended(settings: Settings, now: datetime) -> datetime | None:
    """When the last quiet hours before ``now`` ended; None where there are none."""
    quiet = settings.alerts.quiet
    if quiet is None:
        return None
    end = datetime.combine(now.astimezone(CHINA).date(), quiet.end, CHINA)
    return end if end <= now else end - timedelta(days=1)


def digest_period(settings: Settings, now: datetime) -> datetime | None:
    """The beginning of the digest period that holds ``now``: what was owed before it belongs into a digest now."""
    digest = settings.alerts.digest
    if digest is None:
        return None
    if digest.every == "hour":
        return hour_of(now)
    at = datetime.combine(now.astimezone(CHINA).date(), digest.at, CHINA)
    return at if at <= now else at - timedelta(days=1)


def held(settings: Settings, alert: Alert, now: datetime) -> str:
    """Why an alert's messages wait at this moment: ``quiet``, ``digest`` or empty.

    Asked of the present level: an alert that has become grave does not wait any longer. Nor does one whose clock of
    the response plan would run out in the night: what is to be done by four o'clock is of no use at seven.
    """
    digest = settings.alerts.digest
    if digest is not None and alert.level in digest.levels:
        return DIGEST
    until = quiet_until(settings, alert.level, now)
    if until is None:
        return ""
    pressing = alert.active and any(done is None and now < due <= until for _, due, done, _ in alert.clocks)
    return "" if pressing else QUIET


def ripe(debt: Owed, period: datetime, now: datetime) -> bool:
    """Whether a debt belongs into the digest of a period: owed before it began, or by a clock that ran ahead."""
    return debt.at < period or debt.at > now + _JUMPED
