"""Wallboards: screens that nobody signs in at. Each is let in once by a code, holds a secret of its own, and sees only
the wallboard until an administrator takes that back.

A code works once and for an hour, so a copy of its link in a chat or a history opens nothing afterwards. Of codes and
secrets only the SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.errors import StoreConflict, StoreUnavailable, YuqingError
from monitor.ops import audit
from monitor.store import Store

STATE_CODE = "wall_code"
STATE_WALL = "wall"
CODE_LIVES = timedelta(hours=1)
UNSEEN = timedelta(days=60)
"""A screen that did not ask for so long is let in no more."""
TOUCH = timedelta(minutes=10)
"""How often a screen in use is written down as seen."""
MOST = 100
"""Screens in use at once; more is a mistake."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read as something else: no I, O, 0, 1
_CODE = re.compile(rf"[{_LETTERS}]{{12}}")
_NAME = re.compile(r"[\w 　.（）()-]{1,30}")


class WallError(YuqingError):
    """A screen that cannot be let in or sent away as asked."""

    code = "wall"


@dataclass(frozen=True, slots=True)
class Wall:
    """One screen. ``id`` names it for people and opens nothing."""

    id: str
    name: str
    by: str
    opened: datetime
    seen: datetime
    revoked: datetime | None = None

    def lost(self, now: datetime) -> bool:
        """Whether it has not asked for so long that it is let in no more."""
        return now - self.seen >= UNSEEN

    def good(self, now: datetime) -> bool:
        return self.revoked is None and not self.lost(now)


def add(store: Store, name: str, now: datetime, *, who: str = "cli") -> str:
    """A code for one screen, written in groups (``ABCD-EFGH-JKLM``); shown once. Raises ``WallError``."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise WallError("大屏的名称只能含汉字、字母、数字、空格和 . - （），最多 30 个字", "例如 值班室大屏")
    if sum(wall.good(now) for wall in everyone(store)) >= MOST:
        raise WallError(f"在用的大屏已有 {MOST} 块", "先撤销不再使用的")
    code = "".join(secrets.choice(_LETTERS) for _ in range(12))
    doc = {"name": name, "by": who, "created": _iso(now), "used": False}
    audit.record(store, who, audit.Action.WALL_ADDED, name, now)
    store.create(STATE_CODE, f"{now.astimezone(UTC):%Y%m%d}.{_hash(code)}", doc)
    store.prune_states(STATE_CODE, f"{now.astimezone(UTC) - timedelta(days=7):%Y%m%d}")
    return "-".join((code[:4], code[4:8], code[8:]))


def waiting(store: Store, code: str, now: datetime) -> str | None:
    """The name of the screen that a code would let in; None for one that is wrong, used or too old."""
    found = _of_code(store, code, now)
    return str(found[1]["name"]) if found else None


def open_(store: Store, code: str, now: datetime) -> tuple[Wall, str] | None:
    """Uses a code up: the screen and its secret, which is kept nowhere else. None for a wrong, used or old code."""
    found = _of_code(store, code, now)
    if found is None:
        return None
    id, doc, version = found
    try:
        store.replace(STATE_CODE, id, {**doc, "used": True}, version)
    except StoreConflict:
        return None  # somebody else used it in this very moment
    secret = secrets.token_urlsafe(32)
    told = {"name": doc["name"], "by": doc["by"], "opened": _iso(now), "seen": _iso(now), "revoked": None}
    audit.record(store, str(doc["by"]), audit.Action.WALL_OPENED, str(doc["name"]), now)
    store.create(STATE_WALL, _hash(secret), told)
    return _wall(_hash(secret), told), secret


def find(store: Store, secret: str, now: datetime) -> Wall | None:
    """The screen that holds a secret, if it is still let in; notes that it was seen. Raises ``StoreUnavailable``."""
    state = store.get(STATE_WALL, _hash(secret)) if 20 < len(secret) < 100 else None
    if state is None:
        return None
    wall = _wall(state.id, state.doc)
    if not wall.good(now):
        return None
    if now - wall.seen >= TOUCH:
        try:
            store.replace(STATE_WALL, state.id, {**state.doc, "seen": _iso(now)}, state.version)
        except (StoreConflict, StoreUnavailable):
            return wall  # noted by another request, or a store that can only be read: it is still let in
    return wall


def everyone(store: Store) -> list[Wall]:
    """All screens, the one let in last first."""
    walls = [_wall(state.id, state.doc) for state in store.list_states(STATE_WALL, limit=10_000)]
    return sorted(walls, key=lambda wall: (wall.opened, wall.id), reverse=True)


def revoke(store: Store, id: str, now: datetime, *, who: str = "cli") -> Wall:
    """Lets a screen in no more, from its next question on; done twice it changes nothing. Raises ``WallError``."""
    state = next((s for s in store.list_states(STATE_WALL, prefix=id, limit=2)), None) if len(id) == 8 else None
    if state is None:
        raise WallError("没有这块大屏", "用 yuqing wall list 查看编号")
    audit.record(store, who, audit.Action.WALL_REVOKED, str(state.doc["name"]), now)
    while True:
        if state.doc["revoked"]:
            return _wall(state.id, state.doc)
        doc = {**state.doc, "revoked": _iso(now)}
        try:
            store.replace(STATE_WALL, state.id, doc, state.version)
            return _wall(state.id, doc)
        except StoreConflict:
            state = store.get(STATE_WALL, state.id) or state  # it was seen in this very moment


def _of_code(store: Store, code: str, now: datetime) -> tuple[str, Mapping[str, Any], int] | None:
    plain = re.sub(r"[\s-]", "", code).upper()
    if not _CODE.fullmatch(plain):
        return None
    for day in {now.astimezone(UTC).date(), (now - CODE_LIVES).astimezone(UTC).date()}:
        state = store.get(STATE_CODE, f"{day:%Y%m%d}.{_hash(plain)}")
        if (
            state is not None
            and not state.doc["used"]
            and now - datetime.fromisoformat(state.doc["created"]) < CODE_LIVES
        ):
            return state.id, state.doc, state.version
    return None


def _wall(id: str, doc: Mapping[str, Any]) -> Wall:
    revoked = doc["revoked"]
    return Wall(
        id=id[:8], name=doc["name"], by=doc["by"], opened=datetime.fromisoformat(doc["opened"]),
        seen=datetime.fromisoformat(doc["seen"]), revoked=datetime.fromisoformat(revoked) if revoked else None,
    )  # fmt: skip


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
