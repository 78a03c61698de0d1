"""When a page that was read is asked for again, and what its absence means. Pure rules.

A page is asked again at growing ages: what is corrected or taken back is so soon after it appeared. One moment says
what was done: every re-visit that was due by ``since`` was made, so nothing has to be written down page by page. A page
that is gone is taken for withdrawn only when it is gone a second time (the site says 410: at once), and only while
other old pages of the source still stand: else the site moved or is broken, and nothing is withdrawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from monitor.model import Kind

_H, _D = timedelta(hours=1), timedelta(days=1)
STEPS = (_H, 4 * _H, _D, 3 * _D, 7 * _D, 30 * _D)
"""Ages at which news and official releases are asked again."""
POST_STEPS = STEPS[:4]
YOUNG = 2 * _D
"""A message without an answer is asked for in every pass while it is younger: its answer is due within that time."""
UNANSWERED_STEPS = tuple(n * _D for n in (2, 3, 4, 5, 7, 10, 14, 21, 30, 45, 60))
ANSWERED_STEPS = (_D, 7 * _D, 30 * _D)
"""After its answer was recorded."""
SPREAD = 1 / 8
"""A page's steps are longer by up to so much, each page's by its own share: what was read together is not asked again
together.
"""
HORIZON = {Kind.NEWS: 35 * _D, Kind.OFFICIAL: 35 * _D, Kind.POST: 4 * _D, Kind.BOARD: 90 * _D}
"""The age beyond which no page of a kind is asked again."""
AGAIN = timedelta(hours=1)
"""A page has to be gone for so long before it counts as withdrawn."""
SHARE = 4
"""At most one in so many of a pass's pages is a re-visit."""
CONTROLS = 2
MOVED_LEAST = 3
MOVED_SHARE = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that was read. ``name`` is the id of its record (of a thread: its hash in the ledger), ``key`` the key of
    its item, ``first`` from when its age counts, ``title`` the title that is kept.

    ``answered`` is None where there is nothing to answer; else when the answer came, or False.
    """

    name: str
    url: str
    key: str
    first: datetime
    kind: Kind
    answered: datetime | bool | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``visits`` in the order in which they fell due, with that moment; ``until``: what is done when all are made."""

    visits: tuple[tuple[Page, datetime], ...] = ()
    until: datetime | None = None


class Absence(StrEnum):
    NONE = "none"
    FIRST = "first"
    """Gone for the first time: noted, asked again."""
    CONFIRMED = "confirmed"
    MOVED = "moved"
    """Too many are gone at once: the site moved or is broken, nothing is withdrawn."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the absence of pages means: those to withdraw, and those that stay under suspicion since when."""

    withdrawn: tuple[str, ...]
    gone: Mapping[str, datetime]
    reason: Absence


def steps_of(kind: Kind, answered: datetime | bool | None) -> tuple[timedelta, ...]:
    if kind is Kind.BOARD:
        return UNANSWERED_STEPS if answered is False else ANSWERED_STEPS
    return POST_STEPS if kind is Kind.POST else STEPS


def due_at(page: Page, since: datetime, now: datetime) -> datetime | None:
    """The first moment in (since, now] at which a page falls due."""
    if page.answered is False and now - page.first < YOUNG:
        return now
    start = page.answered if isinstance(page.answered, datetime) else page.first
    spread = 1 + SPREAD * int.from_bytes(hashlib.sha256(page.name.encode()).digest()[:4], "big") / 2**32
    return next(
        (at for at in (start + s * spread for s in steps_of(page.kind, page.answered)) if since < at <= now), None
    )


def planned(pages: Sequence[Page], gone: Mapping[str, datetime], since: datetime, now: datetime, most: int) -> Plan:
    """The re-visits of a pass: those that are due, oldest due first, at most ``most``; what is left stays due.

    Pages under suspicion come again after ``AGAIN``, with a few others beside them: if those are gone too, it is the
    site that has changed.
    """
    due = [(at, page) for page in pages if (at := due_at(page, since, now)) is not None and page.name not in gone]
    suspects = [(gone[p.name] + AGAIN, p) for p in pages if p.name in gone and gone[p.name] + AGAIN <= now]
    # Of those that are due in every pass others come first each time.
    ordered = sorted((*suspects, *due), key=lambda one: (one[0], _drawn(one[1].name, now)))
    chosen, left = ordered[:most], ordered[most:]
    if any(p.name in gone for _, p in chosen) and sum(p.name not in gone for _, p in chosen) < CONTROLS:
        asked = {p.name for _, p in chosen}
        others = [p for p in pages if p.name not in gone and p.name not in asked]
        chosen += [(now, p) for p in sorted(others, key=lambda p: (p.first, p.name), reverse=True)[:CONTROLS]]
    first_left = min((at for at, p in left if p.name not in gone), default=None)
    until = now if first_left is None else first_left - timedelta(microseconds=1)
    return Plan(tuple((p, at) for at, p in chosen), max(since, until))


def _drawn(name: str, now: datetime) -> bytes:
    return hashlib.sha256(f"{name}{now.isoformat()}".encode()).digest()


def judged(absent: Mapping[str, bool], standing: int, gone: Mapping[str, datetime], now: datetime) -> Judgement:
    """What to make of the pages that a pass found gone (True: the site said so in so many words, 410) beside so many
    that stand. ``gone``: those under suspicion before, and since when.
    """
    if not absent:
        return Judgement((), gone, Absence.NONE)
    if len(absent) >= MOVED_LEAST and len(absent) > MOVED_SHARE * (len(absent) + standing):
        return Judgement((), {}, Absence.MOVED)
    again = {name for name in absent if name in gone and now - gone[name] >= AGAIN}
    withdrawn = tuple(name for name, final in absent.items() if final or (standing and name in again))
    suspected = {**gone, **{name: gone.get(name, now) for name in absent}}
    kept = {name: at for name, at in suspected.items() if name not in withdrawn}
    return Judgement(withdrawn, kept, Absence.CONFIRMED if withdrawn else Absence.FIRST)


def settled_until(plan: Plan, since: datetime, unmade: Iterable[datetime], failed: int, made: int) -> datetime:
    """Up to when re-visits count as made: not beyond one that was left out, and not at all when the site was away."""
    if failed >= MOVED_LEAST and failed * 2 > failed + made:
        return since
    first = min(unmade, default=None)
    until = plan.until or since
    return until if first is None else max(since, min(until, first - timedelta(microseconds=1)))


def vanished(before: Sequence[str], listed: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]] | None:
    """The order of a list with the entries that are missing between two that are still listed, and those entries.

    None where it cannot be told: the entries that are left stand in another order than before, or too many are missing
    at once.
    """
    here, there = set(listed), set(before)
    common = [name for name in before if name in here]
    if common != [name for name in listed if name in there]:
        return None
    places = [n for n, name in enumerate(before) if name in here]
    inside = before[places[0] : places[-1] + 1] if places else ()
    missing = [name for name in inside if name not in here]
    if len(missing) >= MOVED_LEAST and len(missing) > MOVED_SHARE * len(inside):
        return None
    after: dict[str, list[str]] = {}
    last = ""
    for name in inside:
        if name in here:
            last = name
        else:
            after.setdefault(last, []).append(name)
    merged = [one for name in listed for one in (name, *after.get(name, ()))]
    return tuple(merged), frozenset(missing)


def in_order(times: Sequence[datetime]) -> bool:
    """Whether a list stands in the order of time, one way or the other."""
    pairs = list(pairwise(times))
    return all(a >= b for a, b in pairs) or all(a <= b for a, b in pairs)
