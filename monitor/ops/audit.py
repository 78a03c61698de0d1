"""The audit log (S7): who did what, when. Entries are only ever created; no code path changes or removes one.

Entries are numbered without gaps, and each bears the SHA-256 of the one before (a hash chain, as in Schneier and
Kelsey 1999), so that :func:`verify` sees a changed, inserted or removed entry. Whoever can rewrite the whole store can
rewrite the whole chain too: note the head's hash (``yuqing audit --verify`` prints it) outside the store now and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from monitor.errors import BadQuery
from monitor.ops import audit_queue
from monitor.store import StateDoc, Store

STATE = audit_queue.STATE
STATE_HEAD = audit_queue.STATE_HEAD
_PAGE = 1000


class Action(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    QUERY = "query"
    EXPORT = "export"
    IMPORT = "import"
    ACKNOWLEDGE = "acknowledge"
    ALERT_ANSWERED = "alert_answered"
    ALERT_CLOSED = "alert_closed"
    ALERT_NOTED = "alert_noted"
    SILENCE = "silence"
    SILENCE_ENDED = "silence_ended"
    BRIEF_MADE = "brief_made"
    BRIEF_EDITED = "brief_edited"
    BRIEF_REVIEWED = "brief_reviewed"
    BRIEF_ISSUED = "brief_issued"
    BRIEF_SENT = "brief_sent"
    BRIEF_READ = "brief_read"
    USER_ADDED = "user_added"
    PASSWORD_CHANGED = "password_changed"
    USER_DISABLED = "user_disabled"
    ROLE_CHANGED = "role_changed"
    SESSIONS_ENDED = "sessions_ended"
    TOKEN_ADDED = "token_added"
    TOKEN_REVOKED = "token_revoked"
    SETTINGS_CHANGED = "settings_changed"
    PRUNE = "prune"
    WALL_ADDED = "wall_added"
    WALL_OPENED = "wall_opened"
    WALL_REVOKED = "wall_revoked"


@dataclass(frozen=True, slots=True)
class Entry:
    """``who`` is a user of this service or ``service``; ``target`` what was read or changed (a path, an id)."""

    id: str
    time: datetime
    who: str
    action: Action
    target: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What :func:`verify` found: how many entries are whole, the hash of the last, and the first fault (Chinese)."""

    entries: int
    head: str
    fault: str = ""


def record(store: Store, who: str, action: Action, target: str, now: datetime) -> None:
    """Writes one entry; raises ``StoreUnavailable`` if it cannot be kept (then the action must not go on).

    Of many threads that record at once, one writes the entries of all in one go. Sign-ins, exports and changes are on
    the disk when this returns. Who looked at what outlives the process then, and is on the disk within a second while
    people are at work; only a power cut can take the end of it, and never anything from the middle.
    """
    told = {"time": now.astimezone(UTC).isoformat(), "who": who, "action": action.value, "target": target[:500]}
    audit_queue.of(store).append(told, durable=action is not Action.QUERY)


def verify(store: Store) -> Verified:
    """Reads the whole chain; a fault names the first entry that does not fit."""
    # The head is read first: entries that are written meanwhile only make the chain longer than it says.
    head, noted, _ = audit_queue.head(store)
    number, before = 0, audit_queue.START
    for state in _chain(store):
        if state.id != audit_queue.id_of(number + 1):
            return Verified(number, before, f"第 {number + 1} 条记录缺失或被替换（下一条是 {state.id}）")
        if state.doc.get("prev") != before or state.doc.get("hash") != audit_queue.hash_of(number + 1, state.doc):
            return Verified(number, before, f"第 {number + 1} 条记录（{state.id}）被改动过")
        number, before = number + 1, str(state.doc["hash"])
        if number == head and before != noted:
            return Verified(number, before, "链尾与所记的不符：记录被整段替换过")
    if head > number:
        return Verified(number, before, f"最后 {head - number} 条记录被删除")
    return Verified(number, before)


def holds(store: Store, hash: str) -> bool:
    """Whether some entry of the chain bears a hash that was noted before."""
    return any(state.doc.get("hash") == hash.strip().lower() for state in _chain(store))


def _chain(store: Store) -> Iterator[StateDoc]:
    """The entries in the order of their numbers."""
    after = "c"
    while True:
        page = store.list_states(STATE, prefix="c", after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def read(store: Store, *, before: str = "", limit: int = 100) -> Sequence[Entry]:
    """Newest first; ``before`` is the id of the last entry of the page before."""
    if limit < 1:
        raise BadQuery("条数须为正数", "limit 至少为 1")
    return tuple(
        Entry(s.id, datetime.fromisoformat(s.doc["time"]), s.doc["who"], Action(s.doc["action"]), s.doc["target"])
        for s in store.list_states(STATE, after=before, limit=limit, backwards=True)
    )
