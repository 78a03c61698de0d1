"""Board messages of a span with their clocks, read without their texts: tens of thousands in a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import Kind, Reply, day_of
from monitor.responses.clock import Clock, ClockState, clock_of, reply_hours
from monitor.responses.departments import department_for
from monitor.responses.substance import READ, substance
from monitor.settings import Settings
from monitor.store import Question, RecordQuery, Store


@dataclass(frozen=True, slots=True)
class Asked:
    """One message: its clock at the moment that was asked about, who is to answer, and whether its answer says
    nothing of its own (False where that was not asked)."""

    id: str
    topics: tuple[str, ...]
    clock: Clock
    department: str
    empty: bool

    @property
    def day(self) -> date:
        return day_of(self.clock.asked)

    @property
    def overdue(self) -> bool:
        return self.clock.state is ClockState.OVERDUE


def asked(
    store: Store, settings: Settings, since: datetime | None, until: datetime, now: datetime, *,
    topics: Sequence[str] = (), answered: bool | None = None, said: bool = True,
) -> list[Asked]:  # fmt: skip
    """The messages published in ``[since, until)``, oldest first, as their clocks stood at ``now``.

    ``topics``: those of any of these only. ``answered``: those with or without a reply, whenever it came. ``said``
    False: what answers say is not looked at.
    """
    query = RecordQuery(kinds=(Kind.BOARD,), topics=tuple(topics), since=since, until=until, answered=answered)
    # An answer longer than READ says something, so one character more is enough to know that.
    return timed(store.questions(query, READ + 1 if said else 0), settings, now, said=said)


def timed(questions: Iterable[Question], settings: Settings, now: datetime, *, said: bool = True) -> list[Asked]:
    """Each with its clock. What many messages share (the limit of their topics, their department) is found once."""
    plan = settings.response_plan
    limits: dict[tuple[str, ...], int] = {}
    departments: dict[tuple[str | None, tuple[str, ...]], str] = {}
    found = []
    for question in questions:
        topics, reply = question.topics, question.reply
        limit = limits.get(topics)
        if limit is None:
            limit = limits.setdefault(topics, reply_hours(topics, plan))
        key = (reply.department if reply is not None else None, topics)
        department = departments.get(key)
        if department is None:
            department = departments.setdefault(key, department_for(*key, settings))
        state = clock_of(question.published, reply, limit, now, plan)
        found.append(Asked(question.id, topics, state, department, said and _empty(reply, state)))
    return found


def _empty(reply: Reply | None, state: Clock) -> bool:
    return state.state.answered and reply is not None and not substance(reply).kept
