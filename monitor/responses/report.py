"""Answering by span and by department (三率), and what is overdue. Board messages are public: counts are exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import ceil
from statistics import median

from monitor.model import BoardMessage, Kind, day_span
from monitor.responses.asked import Asked, asked, timed
from monitor.responses.clock import Clock, ClockState, longest_hours, shortest_hours
from monitor.settings import Settings
from monitor.store import Order, Question, RecordQuery, Store

_PAGE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOOK_BACK = timedelta(days=60)
"""How far back answered messages are read again for answers later than the moment asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """Messages of one department, or of all. ``answered`` = on time + late + without a time.

    ``response_rate`` = answered / received; ``on_time_rate`` = on time / (on time + late + overdue), so messages whose
    clock still runs count neither way. None where there is nothing to divide. No board shows satisfaction yet, so the
    third rate is left out rather than guessed. ``median_hours`` and ``p90_hours`` (nearest rank) are from question to
    dated answer. ``empty``: of the answered, how many answers only say that the matter was received, passed on or is
    somebody else's; they count as answered all the same.
    """

    department: str
    received: int
    answered: int
    on_time: int
    late: int
    due_soon: int
    overdue: int
    median_hours: float | None
    p90_hours: float | None = None
    empty: int = 0

    @property
    def response_rate(self) -> float | None:
        return self.answered / self.received if self.received else None

    @property
    def on_time_rate(self) -> float | None:
        decided = self.on_time + self.late + self.overdue
        return self.on_time / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSummary:
    """Messages received on the local days ``first`` to ``last``, as their clocks stood at ``as_of``."""

    first: date
    last: date
    as_of: datetime
    total: Tallied
    departments: tuple[Tallied, ...]
    """Most overdue first, then most received, then by name."""


@dataclass(frozen=True, slots=True)
class OverdueMessage:
    message: BoardMessage
    clock: Clock
    department: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """``total`` counts all; ``messages`` are the longest overdue of them."""

    total: int
    messages: tuple[OverdueMessage, ...]


def summary(
    store: Store, settings: Settings, first: date, last: date, now: datetime, *, topics: Sequence[str] = ()
) -> ResponseSummary:
    """How the messages of a span were answered, as known at ``now``; ``topics``: those of any of these only."""
    since, until = day_span(first, last)
    until = max(since, min(until, now))
    return summary_of(asked(store, settings, since, until, now, topics=topics), first, last, now)


def summary_of(messages: Iterable[Asked], first: date, last: date, now: datetime) -> ResponseSummary:
    """The same of messages that have been read with their clocks at ``now``."""
    everything = list(messages)
    groups: dict[str, list[Asked]] = {}
    for one in everything:
        groups.setdefault(one.department, []).append(one)
    rows = [_tallied(name, members) for name, members in groups.items()]
    rows.sort(key=lambda row: (-row.overdue, -row.received, row.department))
    return ResponseSummary(
        first=first, last=last, as_of=now, total=_tallied("合计", everything), departments=tuple(rows)
    )


def overdue(
    store: Store, settings: Settings, now: datetime, limit: int = 20, since: datetime | None = None,
    before: datetime | None = None, *, topics: Sequence[str] = ()
) -> Overdue:  # fmt: skip
    """Messages whose deadline passed without an answer at ``now``, longest first.

    ``since`` and ``before`` bound when they came; ``topics``: those of any of these only. ``limit`` 0: counted only.
    """
    plan = settings.response_plan
    until, surely = now - timedelta(hours=shortest_hours(plan)), now - timedelta(hours=longest_hours(plan))
    until, surely = (min(m, before) if before is not None else m for m in (until, surely))
    if since is not None and since >= until:
        return Overdue(0, ())
    total, oldest = 0, list[Asked]()
    if since is None or since < surely:
        unanswered = RecordQuery(
            kinds=(Kind.BOARD,), topics=tuple(topics), answered=False, since=since, until=surely, order=Order.OLDEST,
            limit=max(1, min(limit, _PAGE)),
        )  # fmt: skip
        counted = store.count(unanswered)
        assert isinstance(counted, int)
        total = counted
        first = islice(board_messages(store, unanswered), limit)
        oldest += timed((_question(message) for message in first), settings, now, said=False)
    # Younger ones are overdue only where a shorter limit holds; answered since, but not at the moment asked about,
    # a message counts too: a brief of last week says what was known then.
    younger = max(surely, since) if since else surely
    later = max(now - LOOK_BACK, since) if since else now - LOOK_BACK
    found = _asked(store, younger, until, topics, answered=False)
    found += [q for q in _asked(store, later, until, topics, answered=True) if _after(q, now)]
    late = [one for one in timed(found, settings, now, said=False) if one.overdue]
    return Overdue(total + len(late), longest(store, [*oldest, *late], limit))


def _asked(
    store: Store, since: datetime, until: datetime, topics: Sequence[str], *, answered: bool
) -> list[Question]:  # fmt: skip
    if since >= until:
        return []
    query = RecordQuery(kinds=(Kind.BOARD,), topics=tuple(topics), since=since, until=until, answered=answered)
    return list(store.questions(query))


def _after(question: Question, now: datetime) -> bool:
    """Whether it was answered, but not yet at a moment."""
    return question.reply is not None and question.reply.time is not None and question.reply.time > now


def longest(store: Store, messages: Iterable[Asked], limit: int) -> tuple[OverdueMessage, ...]:
    """The longest overdue of some messages, with their texts."""
    late = sorted((one for one in messages if one.overdue), key=lambda one: (one.clock.due, one.id))
    found: list[OverdueMessage] = []
    for one in late:
        if len(found) == limit:
            break
        message = store.get_record(one.id)
        # Purged or withdrawn in between: the next one.
        if isinstance(message, BoardMessage) and message.withdrawn is None:
            found.append(OverdueMessage(message, one.clock, one.department))
    return tuple(found)


def _question(message: BoardMessage) -> Question:
    at = (message.published - _EPOCH) // timedelta(microseconds=1)
    return Question(id=message.id, at=at, topics=message.labels.topics, reply=message.reply)


def board_messages(store: Store, query: RecordQuery) -> Iterator[BoardMessage]:
    """Every board message that a query finds, page by page."""
    while True:
        page = store.find(query)
        for record in page.records:
            if isinstance(record, BoardMessage):
                yield record
        if not page.cursor:
            return
        query = replace(query, cursor=page.cursor)


def _tallied(name: str, messages: Sequence[Asked]) -> Tallied:
    states = Counter(one.clock.state for one in messages)
    taken = sorted(one.clock.hours_taken for one in messages if one.clock.hours_taken is not None)
    return Tallied(
        department=name,
        received=len(messages),
        answered=sum(n for state, n in states.items() if state.answered),
        on_time=states[ClockState.ANSWERED_ON_TIME],
        late=states[ClockState.ANSWERED_LATE],
        due_soon=states[ClockState.DUE_SOON],
        overdue=states[ClockState.OVERDUE],
        median_hours=median(taken) if taken else None,
        p90_hours=taken[ceil(0.9 * len(taken)) - 1] if taken else None,
        empty=sum(1 for one in messages if one.empty),
    )
