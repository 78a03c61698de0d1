"""How long to wait before a source is read again: by how much its list changes, and by how it failed. Pure rules.

A list of which less than a third was known had nearly rolled over: the next reading comes sooner. One of which more
than two thirds were known was read for little: the next comes later. Both within the source's own bounds. The usual
rate of a source is found within a few readings; it shortens faster than it lengthens, as an entry that rolled off is
lost and a reading for little is not. A list without a single known entry may have lost some in between: the interval is
halved at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.ops.failures import FetchFailure
from monitor.settings.types import Source

FRESH, STALE = 1 / 3, 2 / 3
"""Shares of known entries between which the interval stays."""
SHORTER, LONGER = 1.5, 1.25
LEAST = 4
"""Fewest listed entries that say something about the rate."""
JITTER = 0.05
"""Sources of one interval should not all come at one moment."""
LONGEST = timedelta(hours=24)
_TEMPORARY_MOST, _SOFT_MOST, _HARD_MOST = 8, 16, 96
FIRST_RETRY = timedelta(minutes=5)


class Failing(StrEnum):
    """How a source fails: ``TEMPORARY`` passes by itself, ``SOFT`` may (a page that looks different), ``HARD`` needs a
    person (the site refuses, the address is gone).
    """

    NO = ""
    TEMPORARY = "temporary"
    SOFT = "soft"
    HARD = "hard"


_F = FetchFailure
TEMPORARY = frozenset(
    {_F.TIMEOUT, _F.CONNECTION, _F.DNS, _F.SERVER_ERROR, _F.RATE_LIMITED, _F.ROBOTS_AWAY, _F.TIME_LIMIT, _F.PAGE_LIMIT,
     _F.NOT_KEPT, _F.INTERNAL}
)  # fmt: skip
HARD = frozenset(
    {_F.ROBOTS, _F.FORBIDDEN, _F.NOT_FOUND, _F.GONE, _F.CLIENT_ERROR, _F.PRIVATE_ADDRESS, _F.REDIRECTS, _F.RULES_NEEDED,
     _F.BAD_RULE}
)  # fmt: skip


def failing(failures: Iterable[str]) -> Failing:
    """How a failed run failed, from the failures it met; the gravest that explains it."""
    met = set(failures)
    if met & HARD:
        return Failing.HARD
    return Failing.TEMPORARY if met and met <= TEMPORARY else Failing.SOFT


def factor_after(factor: float, listed: int, known: int, gap: bool, bounds: tuple[float, float]) -> float:
    """What the source's interval is multiplied by next; ``listed`` entries of its list, ``known`` of them read before.

    ``bounds`` are those of the factor (:func:`factors`): what lies beyond them would have to be walked back first.
    """
    lowest, highest = bounds
    if gap:
        factor /= 2
    elif listed >= LEAST:
        share = known / listed
        factor *= LONGER if share > STALE else 1 / SHORTER if share < FRESH else 1
    return min(max(factor, lowest), highest)


def factors(source: Source) -> tuple[float, float]:
    """The least and the greatest factor that a source's bounds allow."""
    fastest, slowest = source.bounds
    return fastest / source.interval_min, slowest / source.interval_min


def interval(source: Source, factor: float) -> timedelta:
    """The interval of a source that reads well, within its bounds."""
    fastest, slowest = source.bounds
    return timedelta(minutes=min(max(source.interval_min * factor, fastest), slowest))


def wait(source: Source, factor: float, failed: int, how: Failing, last: datetime) -> timedelta:
    """How long after its last run a source is due; ``failed``: runs in a row that failed."""
    usual = interval(source, factor)
    if not failed:
        return usual * _jitter(source.id, last)
    base = timedelta(minutes=source.interval_min)
    if how is Failing.TEMPORARY and failed == 1:
        return min(base, FIRST_RETRY)
    most = {Failing.TEMPORARY: _TEMPORARY_MOST, Failing.HARD: _HARD_MOST}.get(how, _SOFT_MOST)
    times: int = min(most, 2 ** min(10, failed - 1 if how is Failing.TEMPORARY else failed))
    return min(base * times, max(base, LONGEST)) * _jitter(source.id, last)


def site_of(url: str, local: bool) -> str:
    """What shares one rate: the host; for local sources, whose sites may share a host, also the port."""
    parts = urlsplit(url)
    return parts.netloc.lower() if local else (parts.hostname or "")


def _jitter(id: str, last: datetime) -> float:
    """1 ± 5 %, the same whenever it is asked for the same run."""
    drawn = hashlib.sha256(f"{id}\0{last.isoformat()}".encode()).digest()
    return 1 + JITTER * (int.from_bytes(drawn[:4], "big") / 2**31 - 1)
