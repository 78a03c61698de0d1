"""Who may sign in: users and bearer tokens as state documents. Passwords as argon2id, tokens as SHA-256 only."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor.errors import StoreConflict, YuqingError
from monitor.ops import audit
from monitor.store import Store

if TYPE_CHECKING:
    from argon2 import PasswordHasher

STATE_USER = "user"
STATE_TOKEN = "token"
MIN_PASSWORD = 10
MAX_PASSWORD = 200
"""Longer ones are refused before hashing, so that a sign-in costs the same whatever is typed."""
TOKEN_PREFIX = "yq_"
_NAME = re.compile(r"[\w.-]{1,32}")
# A sign-in takes 64 MiB while it is hashed; more than two at once would let a crowd at the door fill the memory.
_HASHING = threading.BoundedSemaphore(2)


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
        return list(Role).index(self)

    def may(self, needed: Role) -> bool:
        return self.rank >= needed.rank

    @property
    def label(self) -> str:
        return {"reader": "阅览", "duty": "值班", "admin": "管理"}[self.value]


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff. ``epoch`` grows with every new password; a session of an older epoch is void."""

    name: str
    role: Role
    created: datetime
    disabled: datetime | None = None
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token acts for ``user`` with at most ``role`` until ``expires``."""

    label: str
    user: str
    role: Role
    created: datetime
    expires: datetime


def add(store: Store, name: str, role: Role, password: str, now: datetime, *, who: str = "cli") -> User:
    """Makes a user; raises ``PeopleError`` on a bad name, a weak password or a name that is taken."""
    name = _checked_name(name)
    check_password(name, password)
    user = User(name, role, now)
    try:
        store.create(STATE_USER, name, _doc(user, _hash(password)))
    except StoreConflict:
        raise PeopleError(
            f"已有用户“{name}”", "换一个用户名；要改密码请用 yuqing user password，停用请用 yuqing user disable"
        ) from None
    audit.record(store, who, audit.Action.USER_ADDED, f"{name} {role.value}", now)
    return user


def get(store: Store, name: str) -> User | None:
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
    digest = _hash(password)

    def change(doc: dict[str, Any]) -> None:
        doc.update(password=digest, disabled=None, epoch=int(doc["epoch"]) + 1)

    user = _change(store, name, change)
    audit.record(store, who, audit.Action.PASSWORD_CHANGED, user.name, now)
    return user


def verify(store: Store, name: str, password: str) -> User | None:
    """The user if the password is right and the user not disabled; takes as long for a name that does not exist."""
    from argon2.exceptions import InvalidHashError, VerificationError

    state = store.get(STATE_USER, name) if _NAME.fullmatch(name) else None
    digest = state.doc["password"] if state else _dummy()
    if len(password) > MAX_PASSWORD:
        return None
    try:
        with _HASHING:
            _hasher().verify(digest, password)
    except (VerificationError, InvalidHashError):
        return None
    user = _user(state.doc) if state else None
    return user if user and user.disabled is None else None


def add_token(
    store: Store, user: str, label: str, role: Role, expires: datetime, now: datetime, *, who: str = "cli"
) -> str:
    """Makes a bearer token and returns its text, which is kept nowhere and cannot be shown again."""
    owner = get(store, user)
    if owner is None or owner.disabled:
        raise PeopleError(f"没有可用的用户“{user}”", "用 yuqing user list 查看用户")
    if not owner.role.may(role):
        raise PeopleError("令牌的权限不得高于用户本人", f"“{user}”的角色是 {owner.role.value}")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    doc = {
        "label": label[:60],
        "user": user,
        "role": role.value,
        "created": now.astimezone(UTC).isoformat(),
        "expires": expires.astimezone(UTC).isoformat(),
    }
    store.create(STATE_TOKEN, _token_id(text), doc)
    audit.record(store, who, audit.Action.TOKEN_ADDED, f"{user} {role.value}", now)
    return text


def find_token(store: Store, text: str, now: datetime) -> tuple[User, Role] | None:
    """The user a bearer token acts for and the role it may use; None if unknown, expired or the user disabled."""
    if not text.startswith(TOKEN_PREFIX) or len(text) > 100:
        return None
    state = store.get(STATE_TOKEN, _token_id(text))
    if state is None or datetime.fromisoformat(state.doc["expires"]) <= now:
        return None
    user = get(store, state.doc["user"])
    if user is None or user.disabled:
        return None
    role = Role(state.doc["role"])
    return user, role if user.role.may(role) else user.role


def check_password(name: str, password: str) -> None:
    """Raises ``PeopleError`` on a password that is too short, too long or the user's own name."""
    if len(password) < MIN_PASSWORD:
        raise PeopleError(f"密码太短：至少 {MIN_PASSWORD} 个字符", "用几个不相干的词连起来，好记也难猜")
    if len(password) > MAX_PASSWORD:
        raise PeopleError(f"密码太长：最多 {MAX_PASSWORD} 个字符", "缩短后再试")
    if len(password.casefold().replace(name.casefold(), "")) < 8:
        raise PeopleError("密码与用户名太像", "换一个与用户名无关的密码")
    if len(set(password)) < 4:
        raise PeopleError("密码太简单", "不要重复同一个字符")


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
    if not _NAME.fullmatch(name):
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


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # The library's defaults are RFC 9106's second recommended option: argon2id, 64 MiB, 3 passes, 4 lanes.
    return PasswordHasher()


def _hash(password: str) -> str:
    with _HASHING:
        return _hasher().hash(password)


@cache
def _dummy() -> str:
    return _hash(secrets.token_hex(16))


def _token_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
