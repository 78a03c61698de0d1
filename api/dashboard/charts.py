"""Addresses of the figures that charts draw: the same API that other programs read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from api.parameters import ceil, floor
from monitor.model import CHINA, Kind, day_span
from monitor.store import Bucket

VOLUME = (Kind.POST, Kind.BOARD, Kind.NEWS, Kind.OFFICIAL)


def overview(now: datetime) -> dict[str, str]:
    """The last seven days, today included. Aligned to whole buckets, so that the answer can be kept (ETag)."""
    until = ceil(now, Bucket.DAY)
    since = until - timedelta(days=7)
    # The hours that are still to come would draw as zeros.
    hour = ceil(now, Bucket.HOUR)
    return {
        "usual": _usual(until.date() - timedelta(days=14), until.date() - timedelta(days=1)),
        "volume_day": _trends(Bucket.DAY, since, until, VOLUME),
        "volume_hour": _trends(Bucket.HOUR, since, hour, VOLUME),
        "share_day": _trends(Bucket.DAY, since, until, (Kind.POST, Kind.BOARD, Kind.NEWS)),
    }


def topic(name: str, onset: datetime, since: datetime, until: datetime) -> dict[str, str]:
    """The hours of one topic around the onset of an alert."""
    begin, end = floor(since, Bucket.HOUR), ceil(until, Bucket.HOUR)
    kinds = (Kind.POST, Kind.BOARD, Kind.NEWS)
    return {
        "topic_hour": _trends(Bucket.HOUR, begin, end, kinds, name),
        "onset": onset.astimezone(CHINA).isoformat(timespec="seconds"),
    }


def of_topic(name: str, first: date, last: date, now: datetime) -> dict[str, str]:
    """The days of one topic beside their usual band (at least four weeks of them), its kinds by hour or day."""
    kinds = (Kind.POST, Kind.BOARD, Kind.NEWS)
    since, until = day_span(first, last)
    # The hours that are still to come would draw as zeros.
    end = min(until, ceil(now, Bucket.HOUR))
    short = (last - first).days < 7
    begin = min(first, last - timedelta(days=27))
    return {
        "usual": _usual(begin, min(last, now.astimezone(CHINA).date()), name),
        "kinds": _trends(Bucket.HOUR if short else Bucket.DAY, since, end if short else until, kinds, name),
        "share": _trends(Bucket.DAY, *day_span(begin, last), kinds, name),
    }


def _usual(first: date, last: date, topic: str = "") -> str:
    asked = [("since", first.isoformat()), ("until", last.isoformat())] + ([("topic", topic)] if topic else [])
    return f"/api/v1/trends/usual?{urlencode(asked)}"


def _trends(bucket: Bucket, since: datetime, until: datetime, kinds: tuple[Kind, ...], topic: str = "") -> str:
    asked = [("bucket", bucket.value), ("since", since.isoformat()), ("until", until.isoformat())]
    asked += [("kind", kind.value) for kind in kinds] + ([("topic", topic)] if topic else [])
    return f"/api/v1/trends?{urlencode(asked)}"
