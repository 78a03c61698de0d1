"""One topic in a period: how much, how long, in which words and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.briefs.facts.counts import Counts, days_of
from monitor.briefs.facts.types import KindFacts, Matter, fewest_of
from monitor.briefs.periods import BriefKind, Period, Span
from monitor.model import Facet, Kind
from monitor.settings.types import Topic
from monitor.signals import figures
from monitor.signals.figures import Shown, number
from monitor.store import Store

MONTH_DAYS = 28
TOP_WORDS = 3


def matter(
    topic: Topic, period: Period, kinds: Mapping[Kind, KindFacts], counts: Counts, answered: int, upto: date
) -> Matter:
    """The topic in the period and before it; terms and places are read later, for what is listed."""
    name = topic.name
    month = [period.first - timedelta(days=n) for n in range(1, MONTH_DAYS + 1)]
    of_days = tuple(number(counts.day(Kind.BOARD, name, day)) or 0 for day in days_of(period.first, upto))
    daily = period.kind is BriefKind.DAILY
    return Matter(
        topic=topic,
        board=counts.compared(Kind.BOARD, name, period, kinds[Kind.BOARD].known_from, upto),
        post=counts.compared(Kind.POST, name, period, kinds[Kind.POST].known_from, upto),
        days=_in_a_row(counts, name, period.last) if daily else sum(1 for n in of_days if n),
        month=sum(number(counts.day(Kind.BOARD, name, day)) or 0 for day in month),
        month_post=any(number(counts.day(Kind.POST, name, day)) for day in month),
        answered=answered,
        terms=(),
        places=(),
        fewest=fewest_of(period),
        board_days=() if daily else of_days,
    )


def _in_a_row(counts: Counts, topic: str, last: date) -> int:
    """Days in a row with messages up to the last one, as far as was looked."""
    days = 0
    while last - timedelta(days=days) >= counts.first and number(
        counts.day(Kind.BOARD, topic, last - timedelta(days=days))
    ):
        days += 1
    return days


def worded(store: Store, found: Sequence[Matter], span: Span, whole: bool) -> tuple[Matter, ...]:
    """The matters with their terms and places: those of the messages, then those that ten posts or more carry.

    ``whole``: the span is one over which posts may be summed (S3), else only messages are read. One query a facet
    reads all of them.
    """
    names = tuple(m.topic.name for m in found)
    if not names:
        return ()
    kinds = (Kind.BOARD, Kind.POST) if whole else (Kind.BOARD,)
    terms = figures.facets_by_topic(store, Facet.TERM, *span, kinds, names)
    places = figures.facets_by_topic(store, Facet.PLACE, *span, kinds, names)
    return tuple(
        replace(m, terms=_words(terms, kinds, m.topic.name), places=_words(places, kinds, m.topic.name)) for m in found
    )


def _words(
    facets: Mapping[tuple[Kind, str], list[tuple[str, Shown]]], kinds: Sequence[Kind], topic: str
) -> tuple[str, ...]:
    """The most frequent ones; none that holds another."""
    found: list[str] = []
    for kind in kinds:
        for word, _ in facets.get((kind, topic), ()):
            if not any(word in other or other in word for other in found):
                found.append(word)
    return tuple(found[:TOP_WORDS])
