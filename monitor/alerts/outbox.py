"""The outbox: who is told of what is written down before anything is sent, and every try is claimed.

``plan`` turns what is owed into notifications with deterministic ids: creating one is what makes a message single.
``deliver`` claims a due notification by compare-and-set, sends it, and marks it. A process killed before the claim has
sent nothing; one killed after it leaves a claim that runs out, and the next try carries the same Message-ID: only when
the outcome of a send cannot be known (killed between the server's acceptance and our mark) does a recipient get it
twice, and then as one message to every mail program that looks at ids.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.book import STATE_NOTIFICATION, AlertBook
from monitor.alerts.channels import Channel, ChannelAway
from monitor.alerts.codec import notification_doc, notification_of
from monitor.alerts.lifecycle import LATE_TELL
from monitor.alerts.render import render
from monitor.alerts.types import Alert, Event, Notification, NotificationState, Owed, Silence, moment_key
from monitor.errors import NotificationFailed, StoreConflict
from monitor.model import CHINA
from monitor.settings import Settings
from monitor.store import StateDoc, Store

BACK_OFF_MIN = (1, 2, 4, 8, 15, 30, 60)
"""Minutes until the next try after the first, second, ... failed one; the last value from then on."""
GIVE_UP = timedelta(hours=48)
"""A message that could not be delivered for so long is recorded as failed and shown."""
SCAN_BACK = timedelta(days=14)
"""Notifications of alerts that began earlier are no longer looked at."""
CLAIM_SLACK_S = 60.0
_PAGE = 500
NO_ROUTE = "no_route"
SILENCED = "silence"


@dataclass(slots=True)
class Delivered:
    """Ids of notifications by what became of them in one pass."""

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    """Failed for now, will be tried again."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(channel id, outcome), for metrics."""


def recipients(settings: Settings, alert: Alert) -> list[tuple[str, str]]:
    """(channel id, recipient) of an alert by the routes of alerts.toml, each once; without routes all channels."""
    routes = settings.alerts.route
    ids: list[str] = [c.id for c in settings.alerts.channel] if not routes else []
    for route in routes:
        if (not route.levels or alert.level in route.levels) and (not route.topics or alert.topic in route.topics):
            ids += route.channels
    known = {c.id: c for c in settings.alerts.channel}
    pairs = [(id, to) for id in dict.fromkeys(ids) if id in known for to in (known[id].to or ("",))]
    return list(dict.fromkeys(pairs))


def plan(settings: Settings, store: Store, alert: Alert, silences: Iterable[Silence], now: datetime) -> Alert:
    """Creates the notifications an alert owes and marks them planned; harmless when repeated or done by two at once.

    A debt of ``opened`` that is still unpaid swallows the ``raised`` ones: one mail says the present level.
    """
    if all(o.planned for o in alert.owed):
        return alert
    book = AlertBook(store)
    if any(s.mutes(alert.topic, now) for s in silences):
        # Under a silence the debt stays, marked; if the alert ends under it, it is written off.
        return book.change(alert.id, lambda a: _paid(a, alert.owed, SILENCED, planned=not alert.active))
    unpaid = [o for o in alert.owed if not o.planned]
    opening = next((o for o in unpaid if o.event is Event.OPENED), None)
    if opening is not None and alert.active:
        unpaid = [opening]
    elif opening is not None:
        # Over before anybody was told: one late word, unless it was hushed on purpose or is long ago.
        old = alert.recovered_at is None or now - alert.recovered_at > LATE_TELL
        unpaid = [] if opening.muted or old else [replace(opening, event=Event.LATE)]
    made = [_create(settings, store, alert, owed, now) for owed in unpaid]
    muted = "" if any(made) else (SILENCED if opening is not None and opening.muted else NO_ROUTE)
    return book.change(alert.id, lambda a: _paid(a, alert.owed, muted))


def create_notice(
    settings: Settings, store: Store, about: str, event: Event, notice: tuple[str, str], now: datetime
) -> None:
    """A message about the service itself, to whoever gets everything (routes without level and topic; else all)."""
    routes = [r for r in settings.alerts.route if not r.levels and not r.topics]
    ids = {id for r in routes for id in r.channels} or {c.id for c in settings.alerts.channel}
    domain, local = _domain(settings), now.astimezone(CHINA)
    for channel in (c for c in settings.alerts.channel if c.id in ids):
        for to in channel.to or ("",):
            tail = hashlib.sha256(f"{channel.id} {to}".encode()).hexdigest()[:12]
            id, first = f"{about}.{event.value}.{tail}", f"{about}.{Event.SOURCE_FAILED.value}.{tail}"
            notification = Notification(
                id=id, alert_id=about, event=event, channel=channel.id, to=to, message_id=_message_id(id, domain),
                state=NotificationState.PENDING, created=local, next_try=local, notice=notice,
                thread=_message_id(first, domain) if id != first else "",
            )  # fmt: skip
            _created(store, notification)


def deliver(settings: Settings, store: Store, channels: Mapping[str, Channel], now: datetime) -> Delivered:
    """Tries every notification that is due. A channel that is away is left alone for the rest of this pass."""
    done = Delivered()
    away: dict[str, ChannelAway] = {}
    started = time.monotonic()
    for state in _due(store, now):
        notification = notification_of(state.id, state.doc)
        moment = now + timedelta(seconds=time.monotonic() - started)
        channel = channels.get(notification.channel)
        if channel is None:
            gone = NotificationFailed("通知渠道已不在配置中", "检查 alerts.toml", permanent=True)
            _mark(store, _claimed(store, state, notification, moment, CLAIM_SLACK_S), gone, moment, done)
            continue
        if notification.channel in away:
            continue
        claim = _claimed(store, state, notification, moment, channel.longest_s + CLAIM_SLACK_S)
        if claim is None:
            continue  # another process has it
        error: NotificationFailed | None = None
        try:
            channel.send(render(claim[0], settings.public_url))
        except ChannelAway as failure:
            away[notification.channel] = error = failure
        except NotificationFailed as failure:
            error = failure
        _mark(store, claim, error, now + timedelta(seconds=time.monotonic() - started), done)
    return done


def notification_id(alert: Alert, owed: Owed, channel: str, to: str) -> str:
    """Alert, event and recipient: one message a recipient and event, whoever plans it."""
    return f"{alert.id}.{owed.name}.{hashlib.sha256(f'{channel} {to}'.encode()).hexdigest()[:12]}"


def _create(settings: Settings, store: Store, alert: Alert, owed: Owed, now: datetime) -> int:
    told = [(n.channel, n.to) for n in AlertBook(store).notifications(alert.id)]
    # An all-clear goes to those who had the alarm; everything else by the routes of the present level.
    pairs = list(dict.fromkeys(told)) if owed.event is Event.RECOVERED else recipients(settings, alert)
    domain = _domain(settings)
    for channel, to in pairs:
        id = notification_id(alert, owed, channel, to)
        first = notification_id(alert, Owed(Event.OPENED, owed.level, owed.at), channel, to)
        notification = Notification(
            id=id, alert_id=alert.id, event=owed.event, channel=channel, to=to, message_id=_message_id(id, domain),
            state=NotificationState.PENDING, created=now.astimezone(CHINA), next_try=now.astimezone(CHINA),
            thread=_message_id(first, domain) if (channel, to) in told and id != first else "", alert=alert,
        )  # fmt: skip
        _created(store, notification)
    return len(pairs)


def _created(store: Store, notification: Notification) -> None:
    try:
        store.create(STATE_NOTIFICATION, notification.id, notification_doc(notification))
    except StoreConflict:
        return  # planned before, or by another process just now


def _domain(settings: Settings) -> str:
    return settings.service.smtp.sender.rpartition("@")[2] or "yuqing.invalid"


def _message_id(notification_id: str, domain: str) -> str:
    return f"{hashlib.sha256(notification_id.encode()).hexdigest()[:32]}@{domain}"


def _paid(alert: Alert, owed: Iterable[Owed], muted: str, *, planned: bool = True) -> Alert:
    names = {o.name for o in owed}

    def paid(debt: Owed) -> Owed:
        return replace(debt, planned=planned, muted=muted) if debt.name in names and not debt.planned else debt

    return replace(alert, owed=tuple(paid(o) for o in alert.owed))


def _due(store: Store, now: datetime) -> Iterator[StateDoc]:
    """Due notifications, oldest alert first, so that a mail about yesterday's onset precedes its recovery."""
    after = moment_key(now - SCAN_BACK)
    while True:
        page = store.list_states(STATE_NOTIFICATION, after=after, limit=_PAGE)
        due = [notification_of(s.id, s.doc) for s in page]
        order = sorted(
            (n for n in due if n.state is NotificationState.PENDING and n.next_try <= now),
            key=lambda n: (n.created, n.event is Event.RECOVERED, n.id),
        )
        by_id = {s.id: s for s in page}
        yield from (by_id[n.id] for n in order)
        if len(page) < _PAGE:
            return
        after = page[-1].id


_Claim = tuple[Notification, int]


def _claimed(
    store: Store, state: StateDoc, notification: Notification, moment: datetime, hold_s: float
) -> _Claim | None:
    """Takes a notification for one try, or None where another process was quicker."""
    claim = replace(notification, tries=notification.tries + 1, next_try=moment + timedelta(seconds=hold_s))
    try:
        return claim, store.replace(STATE_NOTIFICATION, state.id, notification_doc(claim), state.version)
    except StoreConflict:
        return None


def _mark(
    store: Store, claim: _Claim | None, error: NotificationFailed | None, moment: datetime, done: Delivered
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
        store.replace(STATE_NOTIFICATION, after.id, notification_doc(after), version)
    except StoreConflict:
        # The claim ran out while we sent (a host that slept); whoever holds it now writes down what it sees.
        return
