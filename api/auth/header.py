"""Sign-in by a trusted reverse proxy that has asked an identity provider and names the user in a header.

The gate has dropped these headers from every request that did not come through a proxy of ``http.trusted_proxies``, so
what stands in the environment here was said by the proxy. Such a user needs no entry in the store; one of the same
name that is disabled there stays out.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections import OrderedDict
from datetime import datetime

from flask import request

from api.gate import GROUPS, USER
from monitor.ops import audit, people
from monitor.ops.people import Reads, Role, User
from monitor.settings.http import HeaderSignIn
from monitor.store import Store

NOTED_S = 8 * 3600.0
"""A user who keeps coming through the proxy is written down as signing in once in this time."""
_NAME = re.compile(r"[\w.@+-]{1,64}")
_MOST = 10_000


def named() -> tuple[str, str]:
    """User and groups as the proxy told them; empty where it told none."""
    return str(request.environ.get(USER, "")), str(request.environ.get(GROUPS, ""))


def role_of(groups: str, rule: HeaderSignIn) -> Role | None:
    """The highest role that the groups give; None where they give none and there is no default."""
    mine = {group.strip() for group in re.split(r"[,;]", groups)}
    given = [Role(role) for group, role in rule.roles.items() if group in mine]
    if rule.default_role:
        given.append(Role(rule.default_role))
    return max(given, key=lambda role: role.rank, default=None)


def user_of(name: str, role: Role, access: Reads, now: datetime) -> User | None:
    """The user, or None for a name that cannot be one or that is disabled here."""
    name = unicodedata.normalize("NFKC", name)
    if not _NAME.fullmatch(name):
        return None
    known = people.get(access, name)
    if known is not None and known.disabled is not None:
        return None
    return User(name, role, now)


class Noted:
    """Who has been written down as signed in; one process's memory, bounded."""

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, store: Store, user: User, now: datetime) -> None:
        """Writes a sign-in down (S7) unless that was done lately. Raises ``StoreUnavailable``."""
        key, moment = (user.name, user.role.value), time.monotonic()
        with self._lock:
            last = self._at.get(key)
            if last is not None and moment - last < NOTED_S:
                return
        audit.record(store, user.name, audit.Action.SIGN_IN, f"proxy {user.role.value}", now)
        with self._lock:
            self._at[key] = moment
            self._at.move_to_end(key)
            if len(self._at) > _MOST:
                self._at.popitem(last=False)
