"""Which matters are marked: 新 (not seen in four weeks), 升 (clearly above the usual). Pure rules on shown figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.alerts.types import Alert
from monitor.briefs.facts import DayFacts, Matter, open_at
from monitor.model import Kind
from monitor.signals.figures import number

NEW_BOARD = 3
NEW_POST = 20
"""Fewest texts of a new matter. Posts: twice the threshold of disclosure, else 9 and 10 would look like news."""
UP_BOARD = 5
UP_POST = 20
UP_RATIO = 1.5
UP_EXCESS = 3


def mark_of(matter: Matter, facts: DayFacts) -> str:
    """新, 升 or nothing."""
    if _is_new(matter, facts):
        return "新"
    board, post = matter.board, matter.post
    up = _up(number(board.now), board.mean, UP_BOARD) or _up(number(post.now), post.mean, UP_POST)
    return "升" if up else ""


def early_signs(facts: DayFacts) -> Sequence[tuple[Matter, str]]:
    """苗头: marked matters without an open alert."""
    alarmed = {alert.topic for alert in open_alerts(facts)}
    marked = ((matter, mark_of(matter, facts)) for matter in facts.matters)
    return [(matter, mark) for matter, mark in marked if mark and matter.topic.name not in alarmed]


def open_alerts(facts: DayFacts) -> Sequence[Alert]:
    return [alert for alert in facts.alerts if open_at(alert, facts.as_of)]


def _is_new(matter: Matter, facts: DayFacts) -> bool:
    """Nothing in 28 days although the kind had been watched for at least 14 of them."""
    if matter.month or matter.month_post:
        return False
    enough = {
        Kind.BOARD: (number(matter.board.now) or 0) >= NEW_BOARD,
        Kind.POST: (number(matter.post.now) or 0) >= NEW_POST,
    }
    watched = facts.first - timedelta(days=14)
    for kind, seen in enough.items():
        known = facts.kinds[kind].known_from
        if seen and known is not None and known <= watched:
            return True
    return False


def _up(now: int | None, mean: float | None, fewest: int) -> bool:
    if now is None or mean is None or now < fewest:
        return False
    return now >= UP_RATIO * mean and now - mean >= UP_EXCESS
