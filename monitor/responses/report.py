"""Answering by span and by department (三率), and what is overdue. Board messages are public: counts are exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from math import ceil
from statistics import median

from monitor.model import BoardMessage, Kind, day_span
from monitor.responses.clock import Clock, ClockState, clock, longest_hours, shortest_hours
from monitor.responses.departments import department_of
from monitor.responses.substance import substance
from monitor.settings import Settings
from monitor.store import Order, RecordQuery, Store

_PAGE = 500
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
    groups: dict[str, list[_Timed]] = {}
    query = RecordQuery(kinds=(Kind.BOARD,), topics=tuple(topics), since=since, until=until, limit=_PAGE)
    for message in board_messages(store, query):
        state = clock(message, now, settings.response_plan)
        groups.setdefault(department_of(message, settings), []).append((state, _says_nothing(message, state)))
    rows = [_tallied(name, timed) for name, timed in groups.items()]
    rows.sort(key=lambda row: (-row.overdue, -row.received, row.department))
    everything = [one for timed in groups.values() for one in timed]
    return ResponseSummary(
        first=first, last=last, as_of=now, total=_tallied("合计", everything), departments=tuple(rows)
    )


def overdue(
    store: Store, settings: Settings, now: datetime, limit: int = 20, since: datetime | None = None, *,
    topics: Sequence[str] = ()
) -> Overdue:  # fmt: skip
    """Messages whose deadline passed without an answer at ``now``, longest first.

    ``since`` bounds when they came; ``topics``: those of any of these only.
    """
    plan = settings.response_plan
    until, surely = now - timedelta(hours=shortest_hours(plan)), now - timedelta(hours=longest_hours(plan))
    if since is not None and since >= until:
        return Overdue(0, ())
    unanswered = RecordQuery(
        kinds=(Kind.BOARD,), topics=tuple(topics), answered=False, since=since, until=surely, order=Order.OLDEST,
        limit=max(1, min(limit, _PAGE)),
    )  # fmt: skip
    total, messages = 0, list[BoardMessage]()
    if since is None or since < surely:
        counted = store.count(unanswered)
        assert isinstance(counted, int)
        total = counted
        messages.extend(islice(board_messages(store, unanswered), limit))
    # Younger ones are overdue only where a shorter limit holds; answered since, but not at the moment asked about,
    # a message counts too: a brief of last week says what was known then.
    younger = replace(unanswered, since=max(surely, since) if since else surely, until=until, limit=_PAGE)
    start = max(now - LOOK_BACK, since) if since else now - LOOK_BACK
    later = replace(unanswered, answered=True, since=min(start, until), until=until, limit=_PAGE)
    for query in (younger, later):
        found = [m for m in board_messages(store, query) if _at(m, now, settings).clock.state is ClockState.OVERDUE]
        total += len(found)
        messages.extend(found)
    items = sorted((_at(m, now, settings) for m in messages), key=lambda item: (item.clock.due, item.message.id))
    return Overdue(total, tuple(items[:limit]))


def _at(message: BoardMessage, now: datetime, settings: Settings) -> OverdueMessage:
    return OverdueMessage(message, clock(message, now, settings.response_plan), department_of(message, settings))


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


_Timed = tuple[Clock, bool]
"""A clock, and whether the answer says nothing of its own."""


def _says_nothing(message: BoardMessage, state: Clock) -> bool:
    return state.state.answered and message.reply is not None and not substance(message.reply).kept


def _tallied(name: str, timed: Sequence[_Timed]) -> Tallied:
    def count(*states: ClockState) -> int:
        return sum(1 for c, _ in timed if c.state in states)

    taken = sorted(c.hours_taken for c, _ in timed if c.hours_taken is not None)
    return Tallied(
        department=name,
        received=len(timed),
        answered=sum(1 for c, _ in timed if c.state.answered),
        on_time=count(ClockState.ANSWERED_ON_TIME),
        late=count(ClockState.ANSWERED_LATE),
        due_soon=count(ClockState.DUE_SOON),
        overdue=count(ClockState.OVERDUE),
        median_hours=median(taken) if taken else None,
        p90_hours=taken[ceil(0.9 * len(taken)) - 1] if taken else None,
        empty=sum(1 for _, nothing in timed if nothing),
    )
