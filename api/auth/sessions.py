"""Sessions as state documents: the cookie holds a secret, the store only its hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.errors import StoreConflict, StoreUnavailable
from monitor.ops import people
from monitor.ops.people import User
from monitor.store import Doc, Store

STATE = "session"
TOUCH = timedelta(minutes=1)
"""How often a session in use is written down as seen."""
_COOKIE = re.compile(r"(\d{8}T\d{12})\.([\w-]{43})", re.ASCII)


class End(StrEnum):
    """Why there is no session."""

    ABSENT = "absent"
    UNKNOWN = "unknown"
    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    TOO_OLD = "too_old"
    USER_DISABLED = "user_disabled"
    PASSWORD_CHANGED = "password_changed"


@dataclass(frozen=True, slots=True)
class Session:
    """``id`` begins with the time of sign-in, so that old ones can be pruned; it is a hash and opens nothing."""

    id: str
    user: User


class Sessions:
    """Opens, finds, closes sessions. ``lifetime`` counts from sign-in, ``idle`` from a person's last request."""

    def __init__(self, store: Store, key: bytes, lifetime: timedelta, idle: timedelta) -> None:
        self._store = store
        self._key = key
        self.lifetime = lifetime
        self.idle = min(idle, lifetime)

    def open(self, user: User, now: datetime) -> str:
        """A new session; returns the cookie's value. Always a new id, so that no id from before sign-in lives on."""
        stamp, secret = _stamp(now), secrets.token_urlsafe(32)
        doc = {"user": user.name, "epoch": user.epoch, "seen": now.astimezone(UTC).isoformat(), "ended": False}
        self._store.create(STATE, _id(stamp, secret), doc)
        self._store.prune_states(STATE, _stamp(now - self.lifetime - timedelta(days=1)))
        return f"{stamp}.{secret}"

    def find(self, cookie: str, now: datetime, *, touch: bool = True) -> Session | End:
        """The session of a cookie, or why there is none. ``touch`` False: a page refreshing itself keeps nobody in."""
        if not cookie:
            return End.ABSENT
        match = _COOKIE.fullmatch(cookie)
        id = _id(match[1], match[2]) if match else ""
        state = self._store.get(STATE, id) if match else None
        if match is None or state is None:
            return End.UNKNOWN
        began = datetime.strptime(match[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        seen = datetime.fromisoformat(state.doc["seen"])
        user = people.get(self._store, state.doc["user"])
        end = self._judge(state.doc, began, seen, user, now)
        if end is not None or user is None:
            return end or End.USER_DISABLED
        if touch and now - seen >= TOUCH:
            self._replace(id, {**state.doc, "seen": now.astimezone(UTC).isoformat()}, state.version)
        return Session(id, user)

    def _judge(self, doc: Doc, began: datetime, seen: datetime, user: User | None, now: datetime) -> End | None:
        checks = (
            (End.SIGNED_OUT, bool(doc["ended"])),
            (End.TOO_OLD, now - began >= self.lifetime),
            (End.IDLE, now - seen >= self.idle),
            (End.USER_DISABLED, user is None or user.disabled is not None),
            (End.PASSWORD_CHANGED, user is not None and user.epoch != doc["epoch"]),
        )
        return next((end for end, true in checks if true), None)

    def close(self, session: Session) -> None:
        """Ends a session in the store, so that a copy of its cookie opens nothing. Raises ``StoreUnavailable``."""
        while True:
            state = self._store.get(STATE, session.id)
            if state is None:
                return
            try:
                self._store.replace(STATE, session.id, {**state.doc, "ended": True}, state.version)
                return
            except StoreConflict:
                continue  # another request of the same session noted it as seen

    def csrf(self, bound_to: str) -> str:
        """The CSRF token of a session id (or of the sign-in form's own cookie)."""
        return hmac.new(self._key, b"csrf:" + bound_to.encode(), hashlib.sha256).hexdigest()

    def csrf_fits(self, token: str, bound_to: str) -> bool:
        return bool(bound_to) and hmac.compare_digest(token.encode(), self.csrf(bound_to).encode())

    def _replace(self, id: str, doc: dict[str, object], version: int) -> None:
        try:
            self._store.replace(STATE, id, doc, version)
        except (StoreConflict, StoreUnavailable):
            return  # seen by another request, or a store that can only be read: the session is still good


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def _id(stamp: str, secret: str) -> str:
    return f"{stamp}.{hashlib.sha256(secret.encode()).hexdigest()}"
