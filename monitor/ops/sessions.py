"""Sessions as state documents: the cookie holds a secret, the store only its hash."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.errors import StoreConflict
from monitor.ops import audit
from monitor.ops.people import PeopleError, User
from monitor.store import StateDoc, Store

STATE_SESSION = "session"
_COOKIE = re.compile(r"(\d{8}T\d{12})\.([\w-]{43})", re.ASCII)
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Signed:
    """One sign-in. ``id`` begins with its time, so that old ones can be pruned; it is a hash and opens nothing."""

    id: str
    user: str
    epoch: int
    began: datetime
    seen: datetime
    ended: bool

    @property
    def name(self) -> str:
        """How staff name it on the command line."""
        return self.id.partition(".")[2][:_SHORT]


def open_(store: Store, user: User, now: datetime) -> tuple[str, str]:
    """A new session: its id and the cookie's value. Always a new id, so that none from before sign-in lives on."""
    stamp, secret = stamp_of(now), secrets.token_urlsafe(32)
    doc = {"user": user.name, "epoch": user.epoch, "seen": now.astimezone(UTC).isoformat(), "ended": False}
    store.create(STATE_SESSION, _id(stamp, secret), doc)
    return _id(stamp, secret), f"{stamp}.{secret}"


def id_of(cookie: str) -> str:
    """The id of a cookie's session; empty for a cookie that none of ours can be."""
    match = _COOKIE.fullmatch(cookie)
    return _id(match[1], match[2]) if match else ""


def signed(state: StateDoc) -> Signed:
    doc = state.doc
    began = datetime.strptime(state.id.partition(".")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Signed(state.id, doc["user"], int(doc["epoch"]), began, datetime.fromisoformat(doc["seen"]), doc["ended"])


def under_way(store: Store, users: dict[str, User], since: datetime) -> list[Signed]:
    """Sessions begun after ``since`` that nobody has ended, the last first. ``users``: by name, all of them."""
    found = [signed(s) for s in store.list_states(STATE_SESSION, after=stamp_of(since), limit=100_000, backwards=False)]
    good = [s for s in found if not s.ended and (user := users.get(s.user)) and user.disabled is None
            and user.epoch == s.epoch]  # fmt: skip
    return sorted(good, key=lambda s: s.id, reverse=True)


def end(store: Store, id: str) -> None:
    """Ends a session in the store, so that a copy of its cookie opens nothing. Raises ``StoreUnavailable``."""
    while True:
        state = store.get(STATE_SESSION, id)
        if state is None:
            return
        try:
            store.replace(STATE_SESSION, id, {**state.doc, "ended": True}, state.version)
            return
        except StoreConflict:
            continue  # another request of the same session noted it as seen


def end_named(store: Store, user: str, name: str, sessions: list[Signed], now: datetime, *, who: str = "cli") -> Signed:
    """Ends the one of ``sessions`` that staff call ``name``. Raises ``PeopleError``."""
    found = next((s for s in sessions if s.user == user and s.name == name), None)
    if found is None:
        raise PeopleError(f"“{user}”没有编号为 {name} 的登录", "用 yuqing user sessions 查看")
    end(store, found.id)
    audit.record(store, who, audit.Action.SESSIONS_ENDED, f"{user} {name}", now)
    return found


def stamp_of(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def _id(stamp: str, secret: str) -> str:
    return f"{stamp}.{hashlib.sha256(secret.encode()).hexdigest()}"
