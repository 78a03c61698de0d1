"""Users as state documents: names, roles, passwords (as argon2id only)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from monitor.errors import StoreConflict, YuqingError
from monitor.ops import audit, hashing, passwords
from monitor.store import StateDoc, Store

STATE_USER = "user"
NAME = re.compile(r"[\w.-]{1,32}")


class PeopleError(YuqingError):
    """A user or token that cannot be made or changed as asked."""

    code = "people"


class Role(StrEnum):
    """READER sees, DUTY also acknowledges and silences alerts, ADMIN also reads the audit log."""

    READER = "reader"
    DUTY = "duty"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    def may(self, needed: Role) -> bool:
        return self.rank >= needed.rank

    @property
    def label(self) -> str:
        return {"reader": "阅览", "duty": "值班", "admin": "管理"}[self.value]


_RANKS = {role: rank for rank, role in enumerate(Role)}


class Reads(Protocol):
    """The part of a store that looking somebody up needs."""

    def get(self, kind: str, id: str) -> StateDoc | None: ...


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff. ``epoch`` grows with every new password; a session of an older epoch is void."""

    name: str
    role: Role
    created: datetime
    disabled: datetime | None = None
    epoch: int = 1


def add(store: Store, name: str, role: Role, password: str, now: datetime, *, who: str = "cli") -> User:
    """Makes a user; raises ``PeopleError`` on a bad name, a weak password or a name that is taken."""
    name = _checked_name(name)
    check_password(name, password)
    user = User(name, role, now)
    try:
        store.create(STATE_USER, name, _doc(user, hashing.hashed(password)))
    except StoreConflict:
        raise PeopleError(
            f"已有用户“{name}”", "换一个用户名；要改密码请用 yuqing user password，停用请用 yuqing user disable"
        ) from None
    audit.record(store, who, audit.Action.USER_ADDED, f"{name} {role.value}", now)
    return user


def get(store: Reads, name: str) -> User | None:
    state = store.get(STATE_USER, name)
    return _user(state.doc) if state else None


def everyone(store: Store) -> list[User]:
    """All users in the order of their names."""
    return [_user(state.doc) for state in store.list_states(STATE_USER, limit=10_000)]


def disable(store: Store, name: str, now: datetime, *, who: str = "cli") -> User:
    """Ends a user's access at once, sessions and tokens included; done twice it changes nothing."""

    def change(doc: dict[str, Any]) -> None:
        doc["disabled"] = doc["disabled"] or now.astimezone(UTC).isoformat()

    user = _change(store, name, change)
    audit.record(store, who, audit.Action.USER_DISABLED, user.name, now)
    return user


def set_password(store: Store, name: str, password: str, now: datetime, *, who: str = "cli") -> User:
    """A new password; ends every session of the user and lets a disabled one in again."""
    check_password(name, password)
    digest = hashing.hashed(password)

    def change(doc: dict[str, Any]) -> None:
        doc.update(password=digest, disabled=None, epoch=int(doc["epoch"]) + 1)

    user = _change(store, name, change)
    audit.record(store, who, audit.Action.PASSWORD_CHANGED, user.name, now)
    return user


def set_role(store: Store, name: str, role: Role, now: datetime, *, who: str = "cli") -> User:
    """Another role; ends the user's sessions, so that no page goes on with the old one."""

    def change(doc: dict[str, Any]) -> None:
        doc.update(role=role.value, epoch=int(doc["epoch"]) + 1)

    user = _change(store, name, change)
    audit.record(store, who, audit.Action.ROLE_CHANGED, f"{user.name} {role.value}", now)
    return user


def end_sessions(store: Store, name: str, now: datetime, *, who: str = "cli") -> User:
    """Signs a user out everywhere; tokens stay."""

    def change(doc: dict[str, Any]) -> None:
        doc["epoch"] = int(doc["epoch"]) + 1

    user = _change(store, name, change)
    audit.record(store, who, audit.Action.SESSIONS_ENDED, user.name, now)
    return user


def verify(store: Store, name: str, password: str) -> User | None:
    """The user if the password is right and the user not disabled; takes as long for a name that does not exist."""
    state = store.get(STATE_USER, name) if NAME.fullmatch(name) else None
    if not hashing.fits(password, state.doc["password"] if state else None) or state is None:
        return None
    user = _user(state.doc)
    return user if user.disabled is None else None


def check_password(name: str, password: str) -> None:
    """Raises ``PeopleError`` on a password that is too short, too long, widely used or like the user's own name."""
    fault = passwords.fault(password, name)
    if fault is not None:
        raise PeopleError(*fault)


def make_password() -> str:
    """A fresh random password of 96 bits."""
    return secrets.token_urlsafe(12)


def _change(store: Store, name: str, change: Any) -> User:
    while True:
        state = store.get(STATE_USER, name)
        if state is None:
            raise PeopleError(f"没有用户“{name}”", "用 yuqing user list 查看用户")
        doc = dict(state.doc)
        change(doc)
        try:
            store.replace(STATE_USER, name, doc, state.version)
            return _user(doc)
        except StoreConflict:
            continue  # someone else changed the same user just now


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not NAME.fullmatch(name):
        raise PeopleError("用户名只能含汉字、字母、数字和 . _ -，最多 32 个字", "例如 zhiban01")
    return name


def _doc(user: User, digest: str) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role.value,
        "created": user.created.astimezone(UTC).isoformat(),
        "disabled": None,
        "epoch": user.epoch,
        "password": digest,
    }


def _user(doc: Mapping[str, Any]) -> User:
    disabled = doc["disabled"]
    return User(
        name=doc["name"],
        role=Role(doc["role"]),
        created=datetime.fromisoformat(doc["created"]),
        disabled=datetime.fromisoformat(disabled) if disabled else None,
        epoch=int(doc["epoch"]),
    )
