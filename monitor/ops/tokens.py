"""Bearer tokens as state documents: for whom, for what, until when. Of their text only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.errors import StoreConflict, StoreUnavailable
from monitor.ops import audit
from monitor.ops.users import PeopleError, Reads, Role, User, get
from monitor.store import StateDoc, Store

STATE_TOKEN = "token"
TOKEN_PREFIX = "yq_"
USED = timedelta(minutes=10)
"""How often a token in use is written down as used."""


class Scope(StrEnum):
    """What a bearer token may be used for, within the role it has."""

    READ = "read"
    EXPORT = "export"
    """Whole lists and documents as files."""
    ALERTS = "alerts"
    """Acknowledging, silencing, closing."""
    BRIEFS = "briefs"
    """Making, editing and issuing briefs."""
    ADMIN = "admin"
    """Audit log, users, settings."""

    @property
    def label(self) -> str:
        return {"read": "读取", "export": "导出", "alerts": "处置预警", "briefs": "编发专报", "admin": "管理"}[
            self.value
        ]


_LABELS = {"read": "读取", "export": "导出", "alerts": "处置预警", "briefs": "编发专报", "admin": "管理"}
ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token acts for ``user`` with at most ``role``, for ``scopes`` only, until ``expires``.

    ``id`` is the SHA-256 of its text and opens nothing. ``used`` is when it was last used, to ten minutes.
    """

    id: str
    label: str
    user: str
    role: Role
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime
    used: datetime | None = None
    revoked: datetime | None = None

    def good(self, now: datetime) -> bool:
        return self.revoked is None and now < self.expires


def add_token(
    store: Store, user: str, label: str, role: Role, expires: datetime, now: datetime, *, who: str = "cli",
    scopes: frozenset[Scope] = ALL_SCOPES
) -> str:  # fmt: skip
    """Makes a bearer token and returns its text, which is kept nowhere and cannot be shown again."""
    owner = get(store, user)
    if owner is None or owner.disabled:
        raise PeopleError(f"没有可用的用户“{user}”", "用 yuqing user list 查看用户")
    if not owner.role.may(role):
        raise PeopleError("令牌的权限不得高于用户本人", f"“{user}”的角色是 {owner.role.value}")
    if not scopes:
        raise PeopleError("令牌至少要有一项用途", "可用的有：" + "、".join(Scope))
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    doc = {
        "label": label[:60],
        "user": user,
        "role": role.value,
        "scopes": sorted(scopes),
        "created": now.astimezone(UTC).isoformat(),
        "expires": expires.astimezone(UTC).isoformat(),
        "used": None,
        "revoked": None,
    }
    store.create(STATE_TOKEN, _token_id(text), doc)
    audit.record(store, who, audit.Action.TOKEN_ADDED, f"{user} {role.value} {' '.join(sorted(scopes))}", now)
    return text


def find_token(store: Reads, text: str, now: datetime) -> tuple[User, Token] | None:
    """The user a bearer token acts for and the token as it may be used now; None if it opens nothing."""
    if not text.startswith(TOKEN_PREFIX) or len(text) > 100:
        return None
    state = store.get(STATE_TOKEN, _token_id(text))
    if state is None or not (token := _token(state)).good(now):
        return None
    user = get(store, token.user)
    if user is None or user.disabled:
        return None
    return user, token if user.role.may(token.role) else replace(token, role=user.role)


def token_used(store: Store, token: Token, now: datetime) -> None:
    """Writes down, every ten minutes, that a token is in use. A store that cannot write stops nobody from reading."""
    if token.used is not None and now - token.used < USED:
        return
    state = store.get(STATE_TOKEN, token.id)
    try:
        if state is not None:
            store.replace(STATE_TOKEN, token.id, {**state.doc, "used": now.astimezone(UTC).isoformat()}, state.version)
    except (StoreConflict, StoreUnavailable):
        return  # noted by another request, or to be noted by the next


def tokens(store: Store, user: str = "") -> list[Token]:
    """All tokens (of one user), the one made last first."""
    found = [_token(state) for state in store.list_states(STATE_TOKEN, limit=100_000)]
    return sorted((t for t in found if not user or t.user == user), key=lambda t: (t.created, t.id), reverse=True)


def revoke_token(store: Store, id: str, now: datetime, *, who: str = "cli") -> Token:
    """Ends a token by the beginning of its id (8 signs or more); done twice it changes nothing."""
    found = store.list_states(STATE_TOKEN, prefix=id, limit=2) if len(id) >= 8 else ()
    if len(found) != 1:
        raise PeopleError("没有这个令牌", "用 yuqing user tokens 查看编号，至少写前 8 位")
    state: StateDoc | None = found[0]
    while state is not None and not state.doc.get("revoked"):
        try:
            doc = {**state.doc, "revoked": now.astimezone(UTC).isoformat()}
            store.replace(STATE_TOKEN, state.id, doc, state.version)
        except StoreConflict:
            pass  # it was used in this very moment
        state = store.get(STATE_TOKEN, found[0].id)
    token = _token(state or found[0])
    audit.record(store, who, audit.Action.TOKEN_REVOKED, f"{token.user} {token.id[:8]}", now)
    return token


def _token(state: StateDoc) -> Token:
    doc = state.doc

    def moment(key: str) -> datetime | None:
        return datetime.fromisoformat(doc[key]) if doc.get(key) else None

    # Tokens of the first version have no scopes: they may do what their role may.
    scopes = frozenset(Scope(s) for s in doc["scopes"]) if "scopes" in doc else ALL_SCOPES
    return Token(
        id=state.id, label=doc["label"], user=doc["user"], role=Role(doc["role"]), scopes=scopes,
        created=datetime.fromisoformat(doc["created"]), expires=datetime.fromisoformat(doc["expires"]),
        used=moment("used"), revoked=moment("revoked"),
    )  # fmt: skip


def _token_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
