"""Who is told of what is written down before anything is sent: every notification has a deterministic id.

Creating a notification is what makes a message single; an alert's debts are marked afterwards, so that a killed
process is completed by the next tick. The sending is in outbox.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.book import STATE_NOTIFICATION, AlertBook
from monitor.alerts.codec import notification_doc
from monitor.alerts.facts import standing
from monitor.alerts.follow import SILENCED
from monitor.alerts.holding import held
from monitor.alerts.lifecycle import LATE_TELL
from monitor.alerts.routing import Recipient, escalated_to, general, recipients
from monitor.alerts.types import Alert, AlertState, Event, Notification, NotificationState, Owed, Silence
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.settings import Settings
from monitor.store import Store

NO_ROUTE = "no_route"
CLOSED = "closed"


def plan(settings: Settings, store: Store, alert: Alert, silences: Iterable[Silence], now: datetime) -> Alert:
    """Creates the notifications an alert owes and marks them planned; harmless when repeated or done by two at once.

    A debt of ``opened`` that is still unpaid swallows the ``raised`` ones: one mail says the present level. Under a
    silence, in quiet hours and where a digest is kept, debts stay, marked with the reason.
    """
    if all(o.planned for o in alert.owed):
        return alert
    book = AlertBook(store)
    if alert.state is AlertState.CLOSED:
        return book.change(alert.id, lambda a: paid(a, alert, CLOSED, now))
    if any(s.mutes(alert.topic, now) for s in silences):
        # If the alert ends under the silence, what it owes is written off.
        if not alert.active:
            return book.change(alert.id, lambda a: paid(a, alert, SILENCED, now))
        return book.change(alert.id, lambda a: _kept(a, alert, SILENCED))
    why = held(settings, alert, now)
    if why:
        return book.change(alert.id, lambda a: _kept(a, alert, why))
    unpaid = _to_tell([o for o in alert.owed if not o.planned], alert, now)
    made = [_create(settings, store, alert, owed, now) for owed in unpaid]
    hushed = any(o.event is Event.OPENED and o.muted == SILENCED for o in alert.owed if not o.planned)
    muted = "" if any(made) else (SILENCED if hushed else NO_ROUTE)
    return book.change(alert.id, lambda a: paid(a, alert, muted, now))


def _to_tell(unpaid: list[Owed], alert: Alert, now: datetime) -> list[Owed]:
    """The debts as they are to be told now."""
    opening = next((o for o in unpaid if o.event is Event.OPENED), None)
    if opening is None:
        return unpaid
    if alert.active:
        return [opening]
    # Over before anybody was told: one late word, unless it was hushed on purpose or is long ago.
    waited = opening.muted not in ("", SILENCED)
    old = alert.recovered_at is None or now - alert.recovered_at > LATE_TELL
    return [] if opening.muted == SILENCED or (old and not waited) else [replace(opening, event=Event.LATE)]


def notify(
    settings: Settings, store: Store, about: str, event: Event, notice: tuple[str, str], now: datetime, *,
    to: Sequence[Recipient] | None = None, after: tuple[str, Event] | None = None,
) -> int:  # fmt: skip
    """A message that is about no single alert, to ``to`` (None: whoever gets everything), once per ``about`` and event.

    ``after``: (about, event) of the message that began the thread.
    """
    domain, local = _domain(settings), now.astimezone(CHINA)
    told = general(settings, now) if to is None else to
    for recipient in told:
        tail = _tail(recipient)
        id = f"{about}.{event.value}.{tail}"
        first = f"{after[0]}.{after[1].value}.{tail}" if after else id
        _created(
            store,
            Notification(
                id=id, alert_id=about, event=event, channel=recipient.channel, to=recipient.to, name=recipient.name,
                message_id=_message_id(id, domain), state=NotificationState.PENDING, created=local, next_try=local,
                notice=notice, thread=_message_id(first, domain) if id != first else "",
            ),
        )  # fmt: skip
    return len(told)


def notification_id(alert: Alert, owed: Owed, recipient: Recipient) -> str:
    """Alert, event and recipient: one message a recipient and event, whoever plans it."""
    return f"{alert.id}.{owed.name}.{_tail(recipient)}"


def paid(alert: Alert, seen: Alert, muted: str, now: datetime) -> Alert:
    """The alert with the debts of ``seen`` marked as planned, and with what their messages said."""
    names = {o.name for o in seen.owed if not o.planned}

    def done(debt: Owed) -> Owed:
        if debt.name not in names or debt.planned:
            return debt
        return replace(
            debt, planned=True, muted=muted, paid_at=now.astimezone(CHINA), total=seen.shown_total, news=seen.news,
            places=seen.places,
        )  # fmt: skip

    return replace(alert, owed=tuple(done(o) for o in alert.owed))


def _kept(alert: Alert, seen: Alert, muted: str) -> Alert:
    """The debts stay, marked with why."""
    names = {o.name for o in seen.owed if not o.planned}
    return replace(
        alert,
        owed=tuple(replace(o, muted=muted) if o.name in names and not o.planned else o for o in alert.owed),
    )


def _create(settings: Settings, store: Store, alert: Alert, owed: Owed, now: datetime) -> int:
    """The notifications of one debt; each continues the thread of the first message to its recipient."""
    first: dict[tuple[str, str], Notification] = {}
    for known in AlertBook(store).notifications(alert.id):
        first.setdefault((known.channel, known.to), known)
    told = _recipients(settings, alert, owed, first, now)
    stands = replace(alert, related=standing(store, alert.related))
    domain = _domain(settings)
    for recipient in told:
        id = notification_id(alert, owed, recipient)
        begun = first.get(recipient.key)
        _created(
            store,
            Notification(
                id=id, alert_id=alert.id, event=owed.event, channel=recipient.channel, to=recipient.to,
                name=recipient.name, message_id=_message_id(id, domain), state=NotificationState.PENDING,
                created=now.astimezone(CHINA), next_try=now.astimezone(CHINA), alert=_as_told(stands, owed),
                thread=begun.message_id if begun is not None and begun.id != id else "",
            ),
        )  # fmt: skip
    return len(told)


def _recipients(
    settings: Settings, alert: Alert, owed: Owed, told: Mapping[tuple[str, str], Notification], now: datetime
) -> list[Recipient]:
    if owed.event is Event.ESCALATED:
        return escalated_to(settings, alert.level, owed.step, now)
    if owed.event is Event.RECOVERED:
        # An all-clear goes to those who had the alarm, in a summary or by itself; the rest by the present routes.
        if told:
            return [Recipient(n.channel, n.to, n.name) for n in told.values()]
        if not any(o.told for o in alert.owed):
            return []
    return recipients(settings, alert.topic, alert.level, now)


def _as_told(alert: Alert, owed: Owed) -> Alert:
    """The alert as it stands; what was told before and last the debt that this message pays."""
    return replace(alert, owed=(*(o for o in alert.owed if o.planned), owed))


def _created(store: Store, notification: Notification) -> None:
    try:
        store.create(STATE_NOTIFICATION, notification.id, notification_doc(notification))
    except StoreConflict:
        return  # planned before, or by another process just now


def _tail(recipient: Recipient) -> str:
    return hashlib.sha256(f"{recipient.channel} {recipient.to}".encode()).hexdigest()[:12]


def _domain(settings: Settings) -> str:
    return settings.service.smtp.sender.rpartition("@")[2] or "yuqing.invalid"


def _message_id(notification_id: str, domain: str) -> str:
    return f"{hashlib.sha256(notification_id.encode()).hexdigest()[:32]}@{domain}"
