"""What happened after the suggestions of the last brief: answered, partly or not, by clocks and alerts."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert
from monitor.briefs import archive
from monitor.briefs.outlook_plan import known_by
from monitor.briefs.outlook_types import Followed, Outcome
from monitor.briefs.types import Ask, Brief
from monitor.model import BoardMessage, Kind, start_of
from monitor.responses import board_messages, clock, department_of
from monitor.responses.clock import ClockState, shortest_hours
from monitor.settings import Settings
from monitor.store import RecordQuery, Store

if TYPE_CHECKING:
    from monitor.briefs.facts import PeriodFacts

READ = 3000
"""Messages read at most; where more wait, nothing is said of single departments."""


def follow(
    settings: Settings, store: Store, facts: PeriodFacts, read: int = READ
) -> tuple[date | None, tuple[Followed, ...]]:  # fmt: skip
    """Day of the last issued brief of the same kind and subject that asked for something, and what came of it.

    (None, ()) where there is none. ``read``: messages read at most. Raises ``StoreUnavailable``.
    """
    before = previous(store, facts)
    if before is None or not before.asks:
        return None, ()
    reading = any(not a.alert for a in before.asks)
    open_ = _still_open(settings, store, before, facts.as_of, read) if reading else None
    gone = _withdrawn(settings, store, before) if reading else Counter[str]()
    found = []
    for ask in before.asks:
        told = (
            _alert(settings, store, ask, facts.as_of, before.as_of)
            if ask.alert
            else _overdue(ask, open_, gone[ask.department])
        )
        if told is not None:
            found.append(told)
    return (before.day, tuple(found)) if found else (None, ())


def previous(store: Store, facts: PeriodFacts) -> Brief | None:
    """The last brief of the same kind and subject before this one."""
    kind = ".".join(filter(None, (facts.kind.value, facts.period.slug)))
    found = archive.list_issued(store, kind=kind, before=f"{kind}.{facts.day.isoformat()}", limit=1)
    return found[0].brief if found else None


def judge(alert: Alert | None, messages: int, answered: int, as_of: datetime) -> Outcome:
    """What came of a suggestion about an alert. Pure.

    Done where the desk closed it or noted the answer, or every message was answered; partly where information was
    published, some were answered or the matter calmed down by itself.
    """
    if alert is not None and (known_by(alert.closed_at, as_of) or known_by(alert.answered_at, as_of)):
        return Outcome.DONE
    if messages and answered == messages:
        return Outcome.DONE
    calm = alert is not None and (known_by(alert.first_done_at, as_of) or known_by(alert.recovered_at, as_of))
    return Outcome.PARTLY if answered or calm else Outcome.NOT


def _alert(settings: Settings, store: Store, ask: Ask, as_of: datetime, asked_at: datetime) -> Followed:
    alert = AlertBook(store).get(ask.alert)
    messages = answered = 0
    if alert is not None:
        query = RecordQuery(kinds=(Kind.BOARD,), topics=(ask.topic,), since=min(alert.onset, alert.window_begin),
                            until=max(asked_at, alert.onset), limit=500)  # fmt: skip
        for message in islice(board_messages(store, query), READ):
            messages += 1
            answered += clock(message, as_of, settings.response_plan).state.answered
    return Followed(ask=ask, outcome=judge(alert, messages, answered, as_of), messages=messages, answered=answered,
                    alert=alert)  # fmt: skip


def _overdue(ask: Ask, still_open: Counter[str] | None, withdrawn: int) -> Followed | None:
    """Of the messages that were overdue when a department was asked, how many have been answered since.

    Those that were ``withdrawn`` since need no answer and are none; where nothing else was asked, nothing is told.
    """
    asked = ask.messages - withdrawn
    if still_open is None or asked <= 0:
        return None
    waiting = min(asked, still_open[ask.department])
    outcome = Outcome.DONE if not waiting else Outcome.NOT if waiting == asked else Outcome.PARTLY
    return Followed(ask=ask, outcome=outcome, messages=asked, answered=asked - waiting)


def _withdrawn(settings: Settings, store: Store, before: Brief) -> Counter[str]:
    """Messages that were overdue at the last brief and have been withdrawn since, by department."""
    asks = [ask for ask in before.asks if not ask.alert and ask.since is not None]
    if not asks:
        return Counter()
    since = start_of(min(ask.since for ask in asks if ask.since is not None))
    query = RecordQuery(kinds=(Kind.BOARD,), topics=asks[0].topics, since=since, until=before.as_of, withdrawn=True,
                        limit=500)  # fmt: skip
    gone: Counter[str] = Counter()
    for message in board_messages(store, query):
        late = clock(message, before.as_of, settings.response_plan).state is ClockState.OVERDUE
        if late and message.withdrawn is not None and message.withdrawn > before.as_of:
            gone[department_of(message, settings)] += 1
    return gone


def _still_open(
    settings: Settings, store: Store, before: Brief, as_of: datetime, read: int
) -> Counter[str] | None:  # fmt: skip
    """Messages that were overdue at the last brief and are not answered at this one, by department.

    None where there are too many to read.
    """
    plan = settings.response_plan
    asks = [ask for ask in before.asks if not ask.alert and ask.since is not None]
    if not asks:
        return Counter()
    since = min(ask.since for ask in asks if ask.since is not None)
    until = before.as_of - timedelta(hours=shortest_hours(plan))
    if start_of(since) >= until:
        return Counter()
    counts: Counter[str] = Counter()
    for wanted in (False, True):
        # Answered since this brief's moment counts as open: a brief that is made again says what was known then.
        query = RecordQuery(kinds=(Kind.BOARD,), topics=asks[0].topics, since=start_of(since), until=until,
                            answered=wanted, limit=500)  # fmt: skip
        for seen, message in enumerate(board_messages(store, query)):
            if seen >= read:
                if wanted:
                    break
                return None
            if _open_at(message, before.as_of, as_of, settings):
                counts[department_of(message, settings)] += 1
    return counts


def _open_at(message: BoardMessage, asked_at: datetime, as_of: datetime, settings: Settings) -> bool:
    plan = settings.response_plan
    if clock(message, as_of, plan).state.answered:
        return False
    return clock(message, asked_at, plan).state is ClockState.OVERDUE
