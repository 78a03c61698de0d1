"""From publication to alert, measured: when the first message of an alert left, how old was what it tells of?

For each source of a public kind: from its first text of the topic since the onset. Post sources together, and only
where their number may be shown: from the hour of the onset, which the alert itself tells. A source counts only if it
was watched by then: what a first reading finds was over before anybody could tell. Once an alert: a state document of
kind ``told`` is what makes the observation single, over ticks, hosts and restarts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.alerts.book import STATE_NOTIFICATION, AlertBook
from monitor.alerts.codec import notification_of
from monitor.alerts.types import Alert, Event, Notification
from monitor.errors import StoreConflict
from monitor.model import Kind
from monitor.ops import latency, runs
from monitor.ops.latency import POSTS_TOGETHER
from monitor.ops.tally import Tally
from monitor.settings import Settings
from monitor.store import Order, RecordQuery, Store

STATE = "told"
PUBLIC = (Kind.NEWS, Kind.OFFICIAL, Kind.BOARD, Kind.HOTLIST)
_LOOKED_AT = 500
"""Texts of an onset that are looked at for the first of each source."""


def measure(settings: Settings, store: Store, sent: Iterable[str], tally: Tally) -> None:
    """Counts the delays of alerts whose first message is among ``sent`` (ids of notifications). Digests are not: what
    they tell was held back on purpose."""
    for id in sent:
        state = store.get(STATE_NOTIFICATION, id)
        told = notification_of(state.id, state.doc) if state else None
        if told is None or told.event is not Event.OPENED or told.sent_at is None:
            continue
        alert = AlertBook(store).get(told.alert_id)
        if alert is not None and alert.recovered_at is None:
            _measure(settings, store, alert, told, told.sent_at, tally)


def _measure(settings: Settings, store: Store, alert: Alert, told: Notification, at: datetime, tally: Tally) -> None:
    first = _first_texts(settings, store, alert, at)
    delays = {source: (at - moment).total_seconds() for source, moment in first.items()}
    doc = {"at": at.isoformat(), "channel": told.channel, "delays": {s: round(d) for s, d in delays.items()}}
    try:
        store.create(STATE, alert.id, doc)
    except StoreConflict:
        return  # an earlier message told of it
    for source, seconds in delays.items():
        latency.observe(tally, "publish_to_alert_seconds", seconds, latency.FRESHNESS, source=source)


def _first_texts(settings: Settings, store: Store, alert: Alert, until: datetime) -> dict[str, datetime]:
    states = runs.states(store, settings.sources.source)
    watched = {id: state.first_ok for id, state in states.items() if state.first_ok is not None}
    query = RecordQuery(
        kinds=PUBLIC, topics=(alert.topic,), since=alert.onset, until=until, order=Order.OLDEST, limit=_LOOKED_AT
    )
    first: dict[str, datetime] = {}
    for record in store.find(query).records:
        first.setdefault(record.source, record.published)
    first = {id: moment for id, moment in first.items() if id in watched and watched[id] <= moment}
    posts, forums = alert.observed.get(Kind.POST), {s.id for s in settings.sources.source if s.kind is Kind.POST}
    known = [moment for id, moment in watched.items() if id in forums]
    if isinstance(posts, dict) and posts.get("value") and known and max(known) <= alert.onset:
        first[POSTS_TOGETHER] = alert.onset
    return first
