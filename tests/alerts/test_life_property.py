"""Random lives: whatever happens in whatever order, nobody hears a thing twice and nothing comes after the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.book import AlertBook
from monitor.alerts.follow import due
from monitor.alerts.lifecycle import Watch, changed_alerts, hours_to_judge, merge, settle, step
from monitor.alerts.planning import plan
from monitor.alerts.types import AlertState, Event
from monitor.model import Decision, Verdict
from monitor.signals.spikes import HOUR, Pattern, Reason
from monitor.store import open_store
from tests.alerts.desk import NOON, settings_of
from tests.alerts.test_lifecycle import alarm

ALERTS = {
    "channel": [{"id": "mail", "type": "email", "to": ["a@example.org", "b@example.org"]}],
    "escalation": [{"after_min": 90, "channels": ["mail"]}, {"after_min": 200, "channels": ["mail"]}],
    "growth": {"every_h": 2, "grown": 0.2},
    "reminder": {"before_min": 120},
    "quiet": {"begin": "22:00:00", "end": "07:00:00"},
}
steps = st.one_of(
    st.tuples(st.just("alarm"), st.integers(11, 260)),
    st.tuples(
        st.sampled_from(["calm", "elevated", "broken", "ack", "close", "done", "silence", "again", "back"]), st.just(0)
    ),
)
CALM = {"calm": Reason.WITHIN_BAND, "elevated": Reason.ELEVATED, "broken": Reason.SOURCE_BROKEN}


@given(life=st.lists(steps, min_size=3, max_size=40))
@settings(max_examples=40, deadline=None)
def test_nothing_is_told_twice_and_nothing_follows_an_end(life):
    rule = settings_of(Path("x"), alerts=ALERTS)
    store, watch, now = open_store(rule), Watch(topic="供水"), NOON
    book = AlertBook(store)
    ended: dict[str, set[str]] = {}
    for what, n in life:
        known = book.list()
        if what == "ack" and known:
            book.acknowledge(known[0].id, "王", now)
        elif what == "close" and known:
            if known[0].state is not AlertState.CLOSED:  # a graver level may have opened it again
                ended[known[0].id] = {n.id for n in book.notifications(known[0].id)}
            book.close(known[0].id, "王", now, "已办结")
        elif what == "done" and known and known[0].clocks:
            book.done(known[0].id, "reply", "王", now)
        elif what == "silence":
            book.silence("供水", now + 3 * HOUR, "王", "演练", now)
        elif what == "back":
            now -= 2 * HOUR
        elif what in ("alarm", *CALM):
            now += HOUR
            watch = _judged(book, rule, watch, now, _decision(what, n, now))
        _told(book, rule, store, now)
    _check(book, ended)


def _decision(what, n, now):
    if what == "alarm":
        return alarm(end=now, n=n, pattern=Pattern.RISE if n % 7 == 0 else Pattern.BURST)
    return Decision(Verdict.CALM, CALM[what])


def _judged(book, rule, watch, now, decision) -> Watch:
    """What a tick does with one decision about every hour it has to judge."""
    after = watch
    for end in hours_to_judge(watch, now)[-2:]:
        after = step(after, end, decision, rule, now)
    after = settle(watch, after, now)
    for alert in changed_alerts(watch, after):
        stored = book.open_new(alert)
        book.change(stored.id, lambda known, fresh=alert: merge(known, fresh))
    return replace(after, finished=())


def _told(book, rule, store, now) -> None:
    silences = book.silences(now)
    for alert in book.list():
        new = () if any(s.mutes(alert.topic, now) for s in silences) else due(alert, rule, now)
        followed = book.change(alert.id, lambda a, new=new: replace(a, owed=(*a.owed, *new)))
        plan(rule, store, followed, silences, now)


def _check(book, ended) -> None:
    alerts = book.list(limit=1000)
    assert len({a.id for a in alerts}) == len(alerts)
    assert sum(a.recovered_at is None for a in alerts) <= 1, "one matter, one alert"
    for alert in alerts:
        told = book.notifications(alert.id)
        assert max(Counter((n.to, n.id) for n in told).values(), default=1) == 1
        assert max(Counter((n.to, n.event, n.alert.level) for n in told if n.event in _ONCE).values(), default=1) == 1
        names = [o.name for o in alert.owed]
        assert len(set(names)) == len(names), names
        if alert.state is AlertState.CLOSED:
            # Not by their times: the clock may have gone back between the telling and the end.
            after = [n for n in told if n.id not in ended[alert.id]]
            assert not after, [(n.event, n.created) for n in after]
        ids = {n.message_id for n in told}
        assert all(n.thread in ids for n in told if n.thread), "a thread begins with a message that was told"


_ONCE = {Event.OPENED, Event.RAISED, Event.RECOVERED, Event.LATE}
