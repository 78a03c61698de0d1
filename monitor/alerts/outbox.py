"""The outbox: what planning.py has written down is sent, and every try is claimed.

``deliver`` claims a due notification by compare-and-set, sends it, and marks it. A process killed before the claim has
sent nothing; one killed after it leaves a claim that runs out, and the next try carries the same Message-ID: only when
the outcome of a send cannot be known (killed between the server's acceptance and our mark) does a recipient get it
twice, and then as one message to every mail program that looks at ids.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.book import STATE_NOTIFICATION
from monitor.alerts.channels import Channel, ChannelAway, Message
from monitor.alerts.codec import notification_doc, notification_of
from monitor.alerts.render import render
from monitor.alerts.types import Event, Notification, NotificationState, moment_key
from monitor.errors import NotificationFailed, StoreConflict
from monitor.settings import Settings
from monitor.store import StateDoc, Store

BACK_OFF_MIN = (1, 2, 4, 8, 15, 30, 60)
"""Minutes until the next try after the first, second, ... failed one; the last value from then on."""
GIVE_UP = timedelta(hours=48)
"""A message that could not be delivered for so long is recorded as failed and shown."""
SCAN_BACK = timedelta(days=45)
"""Notifications of alerts that began earlier are no longer looked at."""
CLAIM_SLACK_S = 60.0
_FURTHEST = timedelta(hours=2)
"""No pause and no claim is longer: a next try beyond it was written by a clock that ran ahead."""
_PAGE = 500


@dataclass(slots=True)
class Delivered:
    """Ids of notifications by what became of them in one pass."""

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    """Failed for now, will be tried again."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(channel id, outcome), for metrics."""


def deliver(
    settings: Settings, store: Store, channels: Mapping[str, Channel], now: datetime, *,
    kind: str = STATE_NOTIFICATION, message: Callable[[Notification, str], Message] = render,
) -> Delivered:  # fmt: skip
    """Tries every notification that is due. A channel that is away is left alone for the rest of this pass.

    ``kind`` of state documents are its notifications, and ``message`` makes of one (and the service's address) what is
    sent; their ids begin with the hour at which they were planned.
    """
    done = Delivered()
    away: dict[str, ChannelAway] = {}
    started = time.monotonic()
    for state in _due(store, now, kind):
        notification = notification_of(state.id, state.doc)
        moment = now + timedelta(seconds=time.monotonic() - started)
        channel = channels.get(notification.channel)
        if channel is None:
            gone = NotificationFailed("通知渠道已不在配置中", "检查 alerts.toml", permanent=True)
            _mark(store, kind, _claimed(store, kind, state, notification, moment, CLAIM_SLACK_S), gone, moment, done)
            continue
        if notification.channel in away:
            continue
        claim = _claimed(store, kind, state, notification, moment, channel.longest_s + CLAIM_SLACK_S)
        if claim is None:
            continue  # another process has it
        error: NotificationFailed | None = None
        try:
            channel.send(message(claim[0], settings.public_url))
        except ChannelAway as failure:
            away[notification.channel] = error = failure
        except NotificationFailed as failure:
            error = failure
        _mark(store, kind, claim, error, now + timedelta(seconds=time.monotonic() - started), done)
    return done


def _due(store: Store, now: datetime, kind: str) -> Iterator[StateDoc]:
    """Due notifications, oldest alert first, so that a mail about yesterday's onset precedes its recovery."""
    after = moment_key(now - SCAN_BACK)
    while True:
        page = store.list_states(kind, after=after, limit=_PAGE)
        due = [notification_of(s.id, s.doc) for s in page]
        order = sorted(
            (n for n in due if n.state is NotificationState.PENDING and not now < n.next_try <= now + _FURTHEST),
            key=lambda n: (n.created, n.event is Event.RECOVERED, n.id),
        )
        by_id = {s.id: s for s in page}
        yield from (by_id[n.id] for n in order)
        if len(page) < _PAGE:
            return
        after = page[-1].id


_Claim = tuple[Notification, int]


def _claimed(
    store: Store, kind: str, state: StateDoc, notification: Notification, moment: datetime, hold_s: float
) -> _Claim | None:
    """Takes a notification for one try, or None where another process was quicker."""
    claim = replace(notification, tries=notification.tries + 1, next_try=moment + timedelta(seconds=hold_s))
    try:
        return claim, store.replace(kind, state.id, notification_doc(claim), state.version)
    except StoreConflict:
        return None


def _mark(
    store: Store, kind: str, claim: _Claim | None, error: NotificationFailed | None, moment: datetime, done: Delivered
) -> None:
    if claim is None:
        return
    notification, version = claim
    if error is None:
        after = replace(notification, state=NotificationState.SENT, sent_at=moment, error="")
        done.sent.append(after.id)
    elif error.permanent or moment - notification.created >= GIVE_UP:
        after = replace(notification, state=NotificationState.FAILED_PERMANENTLY, error=str(error))
        done.failed.append(after.id)
    else:
        wait = BACK_OFF_MIN[min(notification.tries, len(BACK_OFF_MIN)) - 1]
        after = replace(notification, next_try=moment + timedelta(minutes=wait), error=str(error))
        done.retried.append(after.id)
    outcome = "sent" if error is None else ("failed" if after.id in done.failed else "retried")
    done.outcomes[notification.channel, outcome] += 1
    try:
        store.replace(kind, after.id, notification_doc(after), version)
    except StoreConflict:
        # The claim ran out while we sent (a host that slept); whoever holds it now writes down what it sees.
        return
