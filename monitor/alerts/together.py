"""Several alerts in one message: the digest of low levels, and what waited through the quiet hours.

What a message lists is written down first, under an id made of its period; then the notifications are created; then
the alerts' debts are marked. A killed process is completed by the next tick, and an alert that came in between waits
for the next message: no alert is marked as told without having been listed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.book import AlertBook
from monitor.alerts.holding import DIGEST, QUIET, digest_period, quiet_ended, quiet_until, ripe
from monitor.alerts.planning import NO_ROUTE, notify, paid
from monitor.alerts.routing import Recipient, recipients
from monitor.alerts.types import Alert, AlertState, Event, moment_key
from monitor.alerts.wording import digest_text
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.settings import Settings
from monitor.store import Doc, Store

STATE = "digest"
_BACK = timedelta(days=3)
"""Unfinished messages of a killed process are looked for so far back."""
_FEWEST = 2
"""A summary of one is that one's own message."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One message's worth of alerts. ``why`` is what they waited for: ``digest`` or ``quiet``."""

    key: str
    why: str
    alerts: tuple[Alert, ...]


def tell_together(
    settings: Settings, store: Store, alerts: Sequence[Alert], muted: Collection[str], now: datetime
) -> None:
    """Completes what was begun, then writes down and tells what is due; ``muted``: topics under a silence now."""
    for state in store.list_states(STATE, after=moment_key(now - _BACK)):
        if not state.doc["done"]:
            _complete(settings, store, state.id, state.doc, state.version, now)
    free = [a for a in alerts if a.topic not in muted and a.state is not AlertState.CLOSED]
    for bundle in (digest_due(settings, free, now), morning_due(settings, free, now)):
        if bundle is not None:
            _begin(settings, store, bundle, now)


def digest_due(settings: Settings, alerts: Sequence[Alert], now: datetime) -> Bundle | None:
    """The alerts of low levels whose digest is due."""
    digest, period = settings.alerts.digest, digest_period(settings, now)
    if digest is None or period is None or any(quiet_until(settings, level, now) for level in digest.levels):
        return None
    found = [
        a
        for a in alerts
        if a.level in digest.levels
        and any(not o.planned and o.muted == DIGEST and ripe(o, period, now) for o in a.owed)
    ]
    return Bundle(f"{moment_key(period)}.digest", DIGEST, tuple(_sorted(found))) if found else None


def morning_due(settings: Settings, alerts: Sequence[Alert], now: datetime) -> Bundle | None:
    """What waited through the quiet hours and is told in one message when they are over.

    All that have recovered meanwhile, and of those that go on the ones beyond the number that is told singly.
    """
    quiet, ended = settings.alerts.quiet, quiet_ended(settings, now)
    if quiet is None or ended is None or any(quiet_until(settings, level, now) for level in quiet.levels):
        return None
    waited = [a for a in alerts if a.level in quiet.levels and any(not o.planned and o.muted == QUIET for o in a.owed)]
    going = _sorted([a for a in waited if a.active])
    found = [a for a in waited if not a.active] + going[quiet.singles :]
    return Bundle(f"{moment_key(ended)}.night", QUIET, tuple(_sorted(found))) if len(found) >= _FEWEST else None


def _sorted(alerts: Sequence[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda a: (a.level, a.onset, a.id))


def _begin(settings: Settings, store: Store, bundle: Bundle, now: datetime) -> None:
    doc = written(settings, store, bundle, now)
    if not doc["messages"]:
        return
    try:
        version = store.create(STATE, bundle.key, doc)
    except StoreConflict:
        return  # this period's message has been written; what came later waits for the next, or is told singly
    _complete(settings, store, bundle.key, doc, version, now)


def written(settings: Settings, store: Store, bundle: Bundle, now: datetime) -> dict[str, Any]:
    """The state document of a bundle: each recipient's message, and the debts that it pays."""
    lists: dict[Recipient, list[Alert]] = {}
    for alert in bundle.alerts:
        told = recipients(settings, alert.topic, alert.level, now)
        for r in told:
            lists.setdefault(Recipient(r.channel, r.to, r.name), []).append(alert)
        if not told:
            AlertBook(store).change(alert.id, lambda a, seen=alert: paid(a, seen, NO_ROUTE, now))  # type: ignore[misc]
    messages = []
    for r, listed in lists.items():
        subject, text = digest_text(bundle.why, listed, settings.public_url, now)
        messages.append({"channel": r.channel, "to": r.to, "name": r.name, "subject": subject, "text": text})
    listed_ids = {a.id for each in lists.values() for a in each}
    return {
        "at": now.astimezone(CHINA).isoformat(),
        "messages": messages,
        "alerts": {a.id: [o.name for o in a.owed if not o.planned] for a in bundle.alerts if a.id in listed_ids},
        "done": False,
    }


def _complete(settings: Settings, store: Store, key: str, doc: Doc, version: int, now: datetime) -> None:
    for message in doc["messages"]:
        to = [Recipient(message["channel"], message["to"], message["name"])]
        notify(settings, store, key, Event.DIGEST, (message["subject"], message["text"]), now, to=to)
    book = AlertBook(store)
    for id, names in doc["alerts"].items():
        known = book.get(id)
        if known is not None:
            book.change(id, lambda a, names=names: _paid(a, names, now))  # type: ignore[misc]
    try:
        store.replace(STATE, key, {**doc, "done": True}, version)
    except StoreConflict:
        return  # another tick has completed it just now


def _paid(alert: Alert, names: Collection[str], now: datetime) -> Alert:
    """Marks the listed debts, and those alone, as told."""
    return paid(alert, replace(alert, owed=tuple(o for o in alert.owed if o.name in names)), "", now)
