"""A store that counts what this process changes, so that whatever was kept of an earlier reading can be told stale."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.model import AnyRecord, Change, Kind, Reply
from monitor.store.contract import Added, Doc, Purged, Store

ACCESS = frozenset({"user", "token", "session", "device"})
"""Kinds of state that decide who may do what."""
UNSHOWN = ACCESS | {"audit", "audit_head", "sign-in", "tally", "lease", "page"}
"""Kinds that are written all the time and that no cached answer is made of."""


class CountedStore:
    """Keeps the contract of :class:`Store` through another one.

    ``changes`` grows with every write of records or of states that answers are made of, ``access`` with every write
    that decides who may do what. Both grow after the write, and know this process only: another one's writes are
    seen when what was kept is old enough.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self.changes = 0
        self.access = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def add(self, records: Sequence[AnyRecord]) -> Added:
        try:
            return self._store.add(records)
        finally:
            self._changed()

    def record_reply(self, id: str, reply: Reply) -> bool:
        try:
            return self._store.record_reply(id, reply)
        finally:
            self._changed()

    def revise(self, id: str, change: Change) -> bool:
        try:
            return self._store.revise(id, change)
        finally:
            self._changed()

    def withdraw(self, id: str, at: datetime, *, uncount: bool) -> bool:
        try:
            return self._store.withdraw(id, at, uncount=uncount)
        finally:
            self._changed()

    def purge(self, kind: Kind, before: datetime) -> Purged:
        try:
            return self._store.purge(kind, before)
        finally:
            self._changed()

    def create(self, kind: str, id: str, doc: Doc) -> int:
        try:
            return self._store.create(kind, id, doc)
        finally:
            self._changed(kind)

    def replace(self, kind: str, id: str, doc: Doc, version: int) -> int:
        try:
            return self._store.replace(kind, id, doc, version)
        finally:
            self._changed(kind)

    def prune_states(self, kind: str, before: str) -> int:
        try:
            return self._store.prune_states(kind, before)
        finally:
            self._changed(kind)

    def _changed(self, kind: str = "") -> None:
        # A write that failed half-way may have happened: counting once too often only reads once more.
        with self._lock:
            if kind in ACCESS:
                self.access += 1
            elif kind not in UNSHOWN:
                self.changes += 1
