"""The alert book: what the desk reads and does. Changes are compare-and-set: two people cannot undo each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime

from monitor.alerts.codec import alert_doc, alert_of, notification_of, silence_doc, silence_of
from monitor.alerts.types import Alert, AlertState, Notification, NotificationState, Silence, topic_hash
from monitor.errors import BadQuery, StoreConflict, YuqingError
from monitor.model import CHINA
from monitor.ops import audit
from monitor.store import StateDoc, Store

STATE_ALERT = "alert"
STATE_NOTIFICATION = "notification"
STATE_SILENCE = "silence"
TRIES = 20
_PAGE = 200

Alerts = list[Alert]
StateDocs = list[StateDoc]
Silences = list[Silence]
Notifications = list[Notification]


class NoSuchAlert(YuqingError):
    """No alert has this id."""

    code = "no_such_alert"

    @classmethod
    def of(cls, id: str) -> NoSuchAlert:
        return cls(f"没有编号为 {id} 的预警", "用 yuqing alerts list --all 查看全部预警的编号")


class AlertBook:
    """Lists, acknowledges, answers, closes and silences. What people do is written to the audit log here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(
        self, *, states: Collection[AlertState] = (), topics: Collection[str] = (), since: datetime | None = None,
        until: datetime | None = None, limit: int = 100, before: str = ""
    ) -> Alerts:  # fmt: skip
        """Newest onset first; empty filters mean any. The span is half-open over onset hours.

        ``before`` is the id of the last alert of the page before. Raises ``BadQuery`` on a limit below 1.
        """
        if limit < 1:
            raise BadQuery("条数须为正数", "limit 至少为 1")
        found: Alerts = []
        for alert in self._newest_first(before):
            if since and alert.onset < since:
                break
            if until and alert.onset >= until:
                continue
            if (states and alert.state not in states) or (topics and alert.topic not in topics):
                continue
            found.append(alert)
            if len(found) == limit:
                break
        return found

    def get(self, id: str) -> Alert | None:
        state = self._store.get(STATE_ALERT, id)
        return alert_of(state.doc) if state else None

    def acknowledge(self, id: str, who: str, now: datetime, note: str = "") -> Alert:
        """Takes an alert on. Harmless when repeated: the first acknowledgement stands, a new note replaces the old.

        A recovered alert may still be acknowledged and stays recovered. Raises ``NoSuchAlert``.
        """
        if self.get(id) is None:
            raise NoSuchAlert.of(id)
        audit.record(self._store, who, audit.Action.ACKNOWLEDGE, id, now)

        def taken(alert: Alert) -> Alert:
            first = alert.acknowledged_at is None
            return replace(
                alert,
                state=AlertState.ACKNOWLEDGED if alert.state.waiting else alert.state,
                acknowledged_by=who if first else alert.acknowledged_by,
                acknowledged_at=now.astimezone(CHINA) if first else alert.acknowledged_at,
                note=note or alert.note,
            )

        return self.change(id, taken)

    def close(self, id: str, who: str, now: datetime, note: str) -> Alert:
        """Ends the desk's part: no more messages but for a graver level, which opens it again. A note is required.

        Harmless when repeated: the first closing stands, a new note
        replaces the old. Raises ``NoSuchAlert``, ``BadQuery``.
        """
        if not note.strip():
            raise BadQuery("办结须写明说明", "例如：已恢复供水并逐条答复")
        if self.get(id) is None:
            raise NoSuchAlert.of(id)
        audit.record(self._store, who, audit.Action.ALERT_CLOSED, id, now)
        moment = now.astimezone(CHINA)

        def closed(alert: Alert) -> Alert:
            if alert.state is AlertState.CLOSED:
                return replace(alert, note=note.strip())
            return replace(
                alert, state=AlertState.CLOSED, closed_at=moment, closed_by=who, note=note.strip(),
                acknowledged_by=alert.acknowledged_by or who, acknowledged_at=alert.acknowledged_at or moment,
            )  # fmt: skip

        return self.change(id, closed)

    def done(self, id: str, clock: str, who: str, now: datetime, note: str = "") -> Alert:
        """Stops a clock of the response plan: ``first`` (information published) or ``reply`` (residents answered).

        The first word stands; a note, if given, replaces the old. Raises ``NoSuchAlert``, ``BadQuery``.
        """
        alert = self.get(id)
        if alert is None:
            raise NoSuchAlert.of(id)
        if clock not in {name for name, *_ in alert.clocks}:
            raise BadQuery("预案没有为这起预警规定这个时限", "first 为发布权威信息，reply 为答复群众")
        audit.record(self._store, who, audit.Action.ALERT_ANSWERED, f"{id} {clock}", now)
        moment = now.astimezone(CHINA)

        def marked(known: Alert) -> Alert:
            known = replace(known, note=note.strip() or known.note)
            if clock == "first" and known.first_done_at is None:
                return replace(known, first_done_at=moment, first_done_by=who)
            if clock == "reply" and known.answered_at is None:
                return replace(known, answered_at=moment, answered_by=who)
            return known

        return self.change(id, marked)

    def silence(self, topic: str, until: datetime, who: str, reason: str, now: datetime) -> Silence:
        """Mutes a topic's notifications from now on; the alerts themselves go on. ``topic`` may be ``EVERY_TOPIC``."""
        if until <= now:
            raise BadQuery("静默的结束时刻已过", "结束时刻须晚于当前时刻")
        if not reason.strip():
            raise BadQuery("静默须写明原因", "例如：计划停水，已公告")
        silence = Silence(
            id=f"{now.astimezone(CHINA):%Y-%m-%dT%H%M%S.%f}.{topic_hash(topic)}",
            topic=topic,
            begin=now.astimezone(CHINA),
            until=until.astimezone(CHINA),
            who=who,
            reason=reason.strip(),
        )
        audit.record(self._store, who, audit.Action.SILENCE, f"{topic} → {silence.until.isoformat()}", now)
        try:
            self._store.create(STATE_SILENCE, silence.id, silence_doc(silence))
        except StoreConflict:
            # A button pressed twice: what was asked for last holds.
            state = self._store.get(STATE_SILENCE, silence.id)
            if state is not None:
                self._store.replace(STATE_SILENCE, silence.id, silence_doc(silence), state.version)
        return silence

    def end_silence(self, id: str, who: str, now: datetime) -> bool:
        """Lets a silence end now rather than later; tells whether it was in force."""
        while True:
            state = self._store.get(STATE_SILENCE, id)
            if state is None:
                return False
            known = silence_of(id, state.doc)
            if not known.begin <= now < known.until:
                return False
            audit.record(self._store, who, audit.Action.SILENCE_ENDED, known.topic, now)
            try:
                ended = replace(known, until=now.astimezone(CHINA))
                self._store.replace(STATE_SILENCE, id, silence_doc(ended), state.version)
                return True
            except StoreConflict:
                continue  # somebody else ended it in this moment

    def told(self, *, limit: int = 100, before: str = "", failed: bool = False) -> Notifications:
        """Everything that was or will be sent about all alerts, newest first by the hour of the alert's onset.

        ``before`` is the id of the last one of the page before; ``failed``: only what could not be delivered.
        """
        found: Notifications = []
        while len(found) < limit:
            page = self._store.list_states(STATE_NOTIFICATION, after=before, limit=_PAGE, backwards=True)
            for state in page:
                one = notification_of(state.id, state.doc)
                if not failed or one.state is NotificationState.FAILED_PERMANENTLY:
                    found.append(one)
                if len(found) == limit:
                    break
            if len(page) < _PAGE:
                break
            before = page[-1].id
        return found

    def silences(self, now: datetime) -> Silences:
        """The silences in force at a moment, oldest first."""
        states: StateDocs = []
        while True:
            page = self._store.list_states(STATE_SILENCE, after=states[-1].id if states else "", limit=_PAGE)
            states += page
            if len(page) < _PAGE:
                break
        known = [silence_of(s.id, s.doc) for s in states]
        return [s for s in known if s.begin <= now < s.until]

    def notifications(self, alert_id: str) -> Notifications:
        """Everything that was or will be sent about an alert, with states and errors."""
        states = self._store.list_states(STATE_NOTIFICATION, prefix=f"{alert_id}.")
        return sorted((notification_of(s.id, s.doc) for s in states), key=lambda n: (n.created, n.id))

    def change(self, id: str, step: Callable[[Alert], Alert]) -> Alert:
        """Applies a pure step to an alert by compare-and-set, again on a conflict. Raises ``NoSuchAlert``."""
        for _ in range(TRIES):
            state = self._store.get(STATE_ALERT, id)
            if state is None:
                raise NoSuchAlert.of(id)
            before = alert_of(state.doc)
            after = step(before)
            if after == before:
                return before
            try:
                self._store.replace(STATE_ALERT, id, alert_doc(after), state.version)
            except StoreConflict:
                continue
            return after
        raise StoreConflict("预警正被多处同时修改", "稍后重试")

    def open_new(self, alert: Alert) -> Alert:
        """Writes an alert down; if it is there already (another process, a repeat) the stored one stands."""
        try:
            self._store.create(STATE_ALERT, alert.id, alert_doc(alert))
        except StoreConflict:
            return self.get(alert.id) or alert
        return alert

    def _newest_first(self, before: str) -> Iterator[Alert]:
        after = before
        while True:
            page = self._store.list_states(STATE_ALERT, after=after, limit=_PAGE, backwards=True)
            for state in page:
                yield alert_of(state.doc)
            if len(page) < _PAGE:
                return
            after = page[-1].id
