"""What the desk wrote down about an alert, note by note, so that the next shift sees what the last one did.

Notes are only ever added. The caller has taken personal data out of them (S2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.alerts.book import AlertBook, NoSuchAlert
from monitor.errors import BadQuery, StoreConflict
from monitor.model import CHINA
from monitor.ops import audit
from monitor.store import Store

STATE_NOTE = "alert_note"
MOST = 500


@dataclass(frozen=True, slots=True)
class Note:
    alert_id: str
    at: datetime
    who: str
    text: str


def add(store: Store, alert_id: str, who: str, text: str, now: datetime) -> Note:
    """Writes a note down. Raises ``NoSuchAlert``, and ``BadQuery`` for an empty one."""
    text = text.strip()
    if not text:
        raise BadQuery("没有写内容", "例如：已联系水务局，预计 20 时修复")
    if AlertBook(store).get(alert_id) is None:
        raise NoSuchAlert.of(alert_id)
    note = Note(alert_id, now.astimezone(CHINA), who, text)
    audit.record(store, who, audit.Action.ALERT_NOTED, alert_id, now)
    doc = {"alert": alert_id, "at": now.astimezone(UTC).isoformat(), "who": who, "text": text}
    moment = f"{alert_id}.{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    for number in range(MOST):
        try:
            store.create(STATE_NOTE, f"{moment}.{number:03d}", doc)
            break
        except StoreConflict:
            continue  # two notes of one moment
    return note


def notes(store: Store, alert_id: str) -> list[Note]:
    """The notes of an alert, the oldest first."""
    states = store.list_states(STATE_NOTE, prefix=f"{alert_id}.", limit=MOST)
    return [
        Note(s.doc["alert"], datetime.fromisoformat(s.doc["at"]).astimezone(CHINA), s.doc["who"], s.doc["text"])
        for s in states
    ]
