"""Who a session cookie belongs to, and why it may not be good any more."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.errors import StoreConflict, StoreUnavailable
from monitor.ops import people, sessions
from monitor.ops.people import Reads, User
from monitor.ops.sessions import STATE_SESSION, Signed
from monitor.store import Store

TOUCH = timedelta(minutes=1)
"""How often a session in use is written down as seen."""


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
    """``id`` begins with the time of sign-in; it is a hash and opens nothing."""

    id: str
    user: User
    seen: datetime


class Sessions:
    """Opens, finds, closes sessions. ``lifetime`` counts from sign-in, ``idle`` from a person's last request.

    ``access`` reads states that decide who may do what; it may give them as they were a moment ago.
    """

    def __init__(
        self, store: Store, key: bytes, lifetime: timedelta, idle: timedelta, access: Reads | None = None
    ) -> None:
        self._store = store
        self._access: Reads = access or store
        self._key = key
        self.lifetime = lifetime
        self.idle = min(idle, lifetime)

    def open(self, user: User, now: datetime) -> str:
        """A new session; returns the cookie's value."""
        _, cookie = sessions.open_(self._store, user, now)
        self._store.prune_states(STATE_SESSION, sessions.stamp_of(now - self.lifetime - timedelta(days=1)))
        return cookie

    def find(self, cookie: str, now: datetime, *, touch: bool = True) -> Session | End:
        """The session of a cookie, or why there is none. ``touch`` False: a page refreshing itself keeps nobody in."""
        if not cookie:
            return End.ABSENT
        id = sessions.id_of(cookie)
        state = self._access.get(STATE_SESSION, id) if id else None
        if state is None:
            return End.UNKNOWN
        signed = sessions.signed(state)
        user = people.get(self._access, signed.user)
        end = self._judge(signed, user, now)
        if end is not None or user is None:
            return end or End.USER_DISABLED
        session = Session(id, user, signed.seen)
        if touch:
            self.touch(session, now)
        return session

    def touch(self, session: Session, now: datetime) -> None:
        """Notes a session as used by a person, once a minute."""
        if now - session.seen < TOUCH:
            return
        state = self._store.get(STATE_SESSION, session.id)
        if state is None or state.doc["ended"]:
            return
        try:
            seen = {**state.doc, "seen": now.astimezone(UTC).isoformat()}
            self._store.replace(STATE_SESSION, session.id, seen, state.version)
        except (StoreConflict, StoreUnavailable):
            return  # seen by another request, or a store that can only be read: the session is still good

    def _judge(self, signed: Signed, user: User | None, now: datetime) -> End | None:
        checks = (
            (End.SIGNED_OUT, signed.ended),
            (End.TOO_OLD, now - signed.began >= self.lifetime),
            (End.IDLE, now - signed.seen >= self.idle),
            (End.USER_DISABLED, user is None or user.disabled is not None),
            (End.PASSWORD_CHANGED, user is not None and user.epoch != signed.epoch),
        )
        return next((end for end, true in checks if true), None)

    def close(self, session: Session) -> None:
        """Ends a session in the store, so that a copy of its cookie opens nothing. Raises ``StoreUnavailable``."""
        sessions.end(self._store, session.id)

    def csrf(self, bound_to: str) -> str:
        """The CSRF token of a session id (or of the sign-in form's own cookie)."""
        return hmac.new(self._key, b"csrf:" + bound_to.encode(), hashlib.sha256).hexdigest()

    def csrf_fits(self, token: str, bound_to: str) -> bool:
        return bool(bound_to) and hmac.compare_digest(token.encode(), self.csrf(bound_to).encode())
