"""The audit log (S7): who did what, when. Entries are only ever created; no code path changes or removes one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from monitor.errors import BadQuery, StoreConflict
from monitor.store import Store

STATE = "audit"


class Action(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    QUERY = "query"
    EXPORT = "export"
    IMPORT = "import"
    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    BRIEF_ISSUED = "brief_issued"
    USER_ADDED = "user_added"
    PASSWORD_CHANGED = "password_changed"
    USER_DISABLED = "user_disabled"
    TOKEN_ADDED = "token_added"
    SETTINGS_CHANGED = "settings_changed"
    PRUNE = "prune"


@dataclass(frozen=True, slots=True)
class Entry:
    """``who`` is a user of this service or ``service``; ``target`` what was read or changed (a path, an id)."""

    id: str
    time: datetime
    who: str
    action: Action
    target: str


def record(store: Store, who: str, action: Action, target: str, now: datetime) -> None:
    """Writes one entry; raises ``StoreUnavailable`` if it cannot be kept (then the action must not go on)."""
    doc = {"time": now.astimezone(UTC).isoformat(), "who": who, "action": action.value, "target": target[:500]}
    while True:
        try:
            store.create(STATE, f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}.{secrets.token_hex(4)}", doc)
            return
        except StoreConflict:
            continue  # two entries in one microsecond drew the same tail; draw again


def read(store: Store, *, before: str = "", limit: int = 100) -> Sequence[Entry]:
    """Newest first; ``before`` is the id of the last entry of the page before."""
    if limit < 1:
        raise BadQuery("条数须为正数", "limit 至少为 1")
    return tuple(
        Entry(s.id, datetime.fromisoformat(s.doc["time"]), s.doc["who"], Action(s.doc["action"]), s.doc["target"])
        for s in store.list_states(STATE, after=before, limit=limit, backwards=True)
    )
