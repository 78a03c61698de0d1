"""What a daily brief is written from: everything is read here, once, and nothing is worded here.

Counts come from ``signals.figures`` (posts released, S3). Comparisons of posts are computed from released values only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor import coverage, responses
from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert
from monitor.briefs import health
from monitor.briefs.health import SourceFacts
from monitor.coverage import Coverage
from monitor.model import Article, Facet, Kind, day_of, day_span, start_of
from monitor.responses import Overdue, ResponseSummary
from monitor.settings import Settings
from monitor.settings.types import Topic
from monitor.signals import figures
from monitor.signals.figures import Shown, Volume, number
from monitor.store import Order, RecordQuery, Store

HISTORY_DAYS = 60
WEEKS = 4
RATE_DAYS = 30
"""Span of the answering rates: one day's messages are mostly still within their time."""
TOP_MATTERS = 8
CONCENTRATED = 3
"""Fewest messages of a matter that is listed; or ten posts, the fewest that are shown at all."""
TOP_WORDS = 3
OVERDUE_SHOWN = 5
ALERTS_SINCE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the day and those of the same weekday in up to four weeks before that can be compared."""

    now: Shown
    before: tuple[Shown, ...]

    @property
    def mean(self) -> float | None:
        """Mean of the weeks before; None without any, or where one of them is suppressed."""
        values = [number(figure) for figure in self.before]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None

    @property
    def change(self) -> float | None:
        """Relative change against the mean; None where it cannot be said."""
        value, mean = number(self.now), self.mean
        return None if value is None or not mean else value / mean - 1


@dataclass(frozen=True, slots=True)
class KindFacts:
    """The records of one kind: the day's volume, comparison, and since when (within 60 days) the kind is known."""

    volume: Volume
    compared: Compared
    known_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One topic on the day. ``days`` counts days in a row with messages up to the day; ``month`` those of 28 days."""

    topic: Topic
    board: Compared
    post: Compared
    days: int
    month: int
    month_post: bool
    """Whether any of the 28 days before had a post figure of ten or more."""
    answered: int
    terms: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def volume(self) -> int:
        return int(number(self.board.now) or 0) + int(number(self.post.now) or 0)

    @property
    def concentrated(self) -> bool:
        """Whether it is more than a few single voices."""
        return (number(self.board.now) or 0) >= CONCENTRATED or bool(number(self.post.now))

    @property
    def score(self) -> float:
        """Volume plus what exceeds the usual: size first, growth lifts."""
        excess = (max(0.0, (number(c.now) or 0) - (c.mean or 0)) for c in (self.board, self.post) if c.before)
        return self.volume + sum(excess)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Everything a daily brief says, as values. ``as_of`` is the moment at which clocks and alerts are read."""

    day: date
    begin: datetime
    end: datetime
    as_of: datetime
    partial: bool
    kinds: Mapping[Kind, KindFacts]
    board_days: tuple[tuple[date, int | None], ...]
    post_days: tuple[tuple[date, int | None], ...]
    classes: tuple[Matter, ...]
    matters: tuple[Matter, ...]
    """The matters that are concentrated, gravest first; the official classes only where there is nothing finer."""
    further: tuple[Matter, ...]
    """The other finer matters that had messages or shown posts."""
    alerts: tuple[Alert, ...]
    media: Coverage
    hotlist: tuple[Article, ...]
    responses_day: ResponseSummary
    responses_month: ResponseSummary
    overdue: Overdue
    overdue_month: Overdue
    sources: tuple[SourceFacts, ...]
    dropped: Mapping[str, int]
    """Texts that intake dropped since the service began, by reason; of posts only released counts are in it."""
    dropped_rounded: bool


def gather(settings: Settings, store: Store, day: date, now: datetime) -> DayFacts:
    """Reads the store for one local day as known at ``now`` (at the latest: the next morning's hour of the brief)."""
    begin, end = day_span(day)
    brief_at = settings.service.schedule.brief_at
    morning = start_of(day + timedelta(days=1)) + timedelta(hours=brief_at.hour, minutes=brief_at.minute)
    as_of = min(now, morning).astimezone(begin.tzinfo)
    first = day - timedelta(days=HISTORY_DAYS)
    kinds = _kinds(store, first, day)
    history = _history(store, first, day, tuple(t.name for t in settings.topics.topic))
    answered = _answered(store, settings, day, as_of)
    matters = [_matter(store, t, day, kinds, history, answered[t.name]) for t in settings.topics.topic]
    seen = sorted((m for m in matters if m.volume), key=lambda m: (-m.score, m.topic.name))
    finer = [m for m in seen if m.topic.name != m.topic.official.value]
    sub = finer or seen
    listed = tuple([m for m in sub if m.concentrated][:TOP_MATTERS])
    month = day - timedelta(days=RATE_DAYS - 1)
    dropped, rounded = health.dropped(store)
    return DayFacts(
        day=day,
        begin=begin,
        end=min(end, as_of),
        as_of=as_of,
        partial=as_of < end,
        kinds={kind: facts for kind, (facts, _) in kinds.items()},
        board_days=_series(kinds[Kind.BOARD], day),
        post_days=_series(kinds[Kind.POST], day),
        classes=tuple(m for m in seen if m.topic.name == m.topic.official.value),
        matters=listed,
        further=tuple(m for m in sub if m not in listed) if listed or finer else (),
        alerts=_alerts(store, begin, as_of),
        media=coverage.span(store, day, day),
        hotlist=_hotlist(store, begin, end),
        responses_day=responses.summary(store, settings, day, day, as_of),
        responses_month=responses.summary(store, settings, month, day, as_of),
        overdue=responses.overdue(store, settings, as_of, limit=1),
        overdue_month=responses.overdue(store, settings, as_of, OVERDUE_SHOWN, since=start_of(month)),
        sources=health.sources(settings, store),
        dropped=dropped,
        dropped_rounded=rounded,
    )


_Days = dict[date, Volume]


def _kinds(store: Store, first: date, day: date) -> dict[Kind, tuple[KindFacts, _Days]]:
    since, until = day_span(first, day)
    by_kind: dict[Kind, _Days] = {kind: {} for kind in Kind}
    for volume in figures.volumes(store, since, until):
        by_kind[volume.kind][day_of(volume.start)] = volume
    result = {}
    for kind, days in by_kind.items():
        # A suppressed day of posts may be an empty one, so a kind of posts is known from its first shown day.
        known = min((d for d, volume in days.items() if number(volume.total)), default=None)
        compared = _compared({d: v.total for d, v in days.items()}, day, known)
        result[kind] = (KindFacts(days[day], compared, known), days)
    return result


def _compared(totals: Mapping[date, Shown], day: date, known_from: date | None) -> Compared:
    earlier = [day - timedelta(days=7 * week) for week in range(1, WEEKS + 1)]
    before = tuple(totals[d] for d in earlier if known_from is not None and d >= known_from and d in totals)
    return Compared(totals[day], before)


def _history(store: Store, first: date, day: date, topics: Sequence[str]) -> dict[tuple[Kind, str], _Days]:
    groups: dict[tuple[Kind, str], _Days] = {}
    if not topics:
        return groups
    since, until = day_span(first, day)
    for volume in figures.volumes(store, since, until, kinds=(Kind.BOARD, Kind.POST), topics=topics):
        groups.setdefault((volume.kind, volume.topic), {})[day_of(volume.start)] = volume
    return groups


def _matter(
    store: Store, topic: Topic, day: date, kinds: Mapping[Kind, tuple[KindFacts, _Days]],
    history: Mapping[tuple[Kind, str], _Days], answered: int,
) -> Matter:  # fmt: skip
    board = {d: v.total for d, v in history[Kind.BOARD, topic.name].items()}
    post = {d: v.total for d, v in history[Kind.POST, topic.name].items()}
    month = [day - timedelta(days=n) for n in range(1, 7 * WEEKS + 1)]
    days = 0
    while number(board.get(day - timedelta(days=days), 0)):
        days += 1
    any_of_day = bool(number(board[day]) or number(post[day]))
    return Matter(
        topic=topic,
        board=_compared(board, day, kinds[Kind.BOARD][0].known_from),
        post=_compared(post, day, kinds[Kind.POST][0].known_from),
        days=days,
        month=sum(number(board[d]) or 0 for d in month),
        month_post=any(number(post[d]) for d in month),
        answered=answered,
        terms=_words(store, Facet.TERM, day, topic.name) if any_of_day else (),
        places=_words(store, Facet.PLACE, day, topic.name) if any_of_day else (),
    )


def _answered(store: Store, settings: Settings, day: date, as_of: datetime) -> Counter[str]:
    """Messages of the day that were answered by ``as_of``, by topic."""
    since, until = day_span(day)
    query = RecordQuery(kinds=(Kind.BOARD,), since=since, until=until, answered=True, limit=500)
    counts: Counter[str] = Counter()
    for message in responses.board_messages(store, query):
        if responses.clock(message, as_of, settings.response_plan).state.answered:
            counts.update(message.labels.topics)
    return counts


def _words(store: Store, facet: Facet, day: date, topic: str) -> tuple[str, ...]:
    """Terms or places of the messages, then those that ten posts or more carry; none that holds another."""
    found: list[str] = []
    for kind in (Kind.BOARD, Kind.POST):
        for word, _ in figures.facets(store, facet, day, day, kind, topic):
            if not any(word in other or other in word for other in found):
                found.append(word)
    return tuple(found[:TOP_WORDS])


def _series(kind: tuple[KindFacts, _Days], day: date) -> tuple[tuple[date, int | None], ...]:
    """Four weeks and the day itself; None before the kind was known."""
    facts, days = kind
    dates = [day - timedelta(days=n) for n in range(7 * WEEKS, -1, -1)]
    known = facts.known_from
    return tuple((d, number(days[d].total) if known is not None and d >= known else None) for d in dates)


def _alerts(store: Store, begin: datetime, as_of: datetime) -> tuple[Alert, ...]:
    """Alerts open at ``as_of`` or recovered since the day began; gravest first, then newest."""
    found = AlertBook(store).list(since=begin - ALERTS_SINCE, until=as_of, limit=500)
    shown = [a for a in found if a.opened_at <= as_of and (a.recovered_at is None or a.recovered_at >= begin)]
    return tuple(sorted(shown, key=lambda a: (not open_at(a, as_of), a.level, -a.onset.timestamp(), a.id)))


def open_at(alert: Alert, moment: datetime) -> bool:
    """Whether the alert had neither recovered nor been closed by a moment."""
    ends = [end for end in (alert.recovered_at, alert.closed_at) if end is not None]
    return not ends or min(ends) > moment


def _hotlist(store: Store, begin: datetime, end: datetime) -> tuple[Article, ...]:
    query = RecordQuery(kinds=(Kind.HOTLIST,), since=begin, until=end, order=Order.OLDEST, limit=200)
    entries = [r for r in store.find(query).records if isinstance(r, Article)]
    return tuple(sorted(entries, key=lambda a: (a.rank or 10_000, a.published, a.id))[:5])
