"""How entries of the audit log are chained and written: those of many threads in one durable write.

Whoever comes first writes for all who wait; the others wait for that write to be durable, not for their turn at one
of their own. (Group commit, as in DeWitt et al. 1984, of which write-ahead logs are the usual case.)
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.errors import StoreConflict, StoreUnavailable, YuqingError
from monitor.store import Head, Store

STATE = "audit"
STATE_HEAD = "audit_head"
START = "0" * 64
_HEAD = "head"
_MOST = 64
"""Entries of one write."""
DURABLE_S = 1.0
"""While entries come, those that may wait (who looked at what) are on the disk within this time."""


def id_of(number: int) -> str:
    # After the ids of the first version, which began with the year.
    return f"c{number:012d}"


def hash_of(number: int, doc: Mapping[str, Any]) -> str:
    told = [number, *(doc.get(k) for k in ("prev", "time", "who", "action", "target"))]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def head(store: Store) -> tuple[int, str, int]:
    """Number and hash of the last entry that the head knows, and the head's version (0: none yet)."""
    state = store.get(STATE_HEAD, _HEAD)
    return (int(state.doc["number"]), str(state.doc["hash"]), state.version) if state else (0, START, 0)


@dataclass(slots=True, eq=False)
class _Entry:
    told: Mapping[str, Any]
    durable: bool
    done: bool = False
    """Its write has ended, well or not."""
    error: YuqingError | None = None


class Queue:
    """The entries of one process that wait to be written to one store."""

    def __init__(self, store: Store, timer: Callable[[], float] = time.monotonic) -> None:
        self._store = weakref.ref(store)
        self._timer = timer
        self._turn = threading.Condition()
        self._waiting: list[_Entry] = []
        self._busy = False
        self._durable_at = -DURABLE_S
        self._end: tuple[int, str, int] | None = None
        """The head as this process left it; read anew with every durable write, and when it proves wrong."""

    def append(self, told: Mapping[str, Any], *, durable: bool) -> None:
        """Returns when the entry is kept; raises the store's error if it could not be."""
        entry = _Entry(told, durable)
        with self._turn:
            self._waiting.append(entry)
        while not entry.done:
            with self._turn:
                while self._busy and not entry.done:
                    self._turn.wait()
                if entry.done:
                    break
                self._busy = True
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            self._lead(batch)
        if entry.error is not None:
            raise entry.error

    def _lead(self, batch: Sequence[_Entry]) -> None:
        """Writes a batch and lets its threads go on."""
        store = self._store()
        assert store is not None  # the caller holds it
        failed: YuqingError | None = StoreUnavailable("审计记录没有写成", "查看本服务的日志")
        durable = any(entry.durable for entry in batch) or self._timer() - self._durable_at >= DURABLE_S
        try:
            known, self._end = (None if durable else self._end), None
            self._end = _write(store, [entry.told for entry in batch], durable, known)
            failed = None
            if durable:
                self._durable_at = self._timer()
        except YuqingError as error:
            failed = error
        finally:
            with self._turn:
                for entry in batch:
                    entry.error = failed
                    entry.done = True
                self._busy = False
                self._turn.notify_all()


_queues: weakref.WeakKeyDictionary[Store, Queue] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def of(store: Store) -> Queue:
    """The queue of a store; of one store object there is one."""
    with _lock:
        queue = _queues.get(store)
        if queue is None:
            queue = _queues[store] = Queue(store)
        return queue


def _write(
    store: Store, entries: Sequence[Mapping[str, Any]], durable: bool, known: tuple[int, str, int] | None
) -> tuple[int, str, int]:
    """Chains and writes the entries after the head (as it is known to be, or as the store has it), and moves it on."""
    left = list(entries)
    while True:
        number, before, version = known or head(store)
        known = None
        docs = []
        for told in left:
            number += 1
            doc = {**told, "prev": before}
            before = doc["hash"] = hash_of(number, doc)
            docs.append((id_of(number), doc))
        end = Head(STATE_HEAD, _HEAD, {"number": number, "hash": before}, version)
        made = store.append(STATE, docs, end, durable=durable)
        left = left[made:]
        if not left:
            return number, before, version + 1
        # Somebody was quicker, or was killed before moving the head on: it is moved for them.
        there = number - len(docs) + made + 1
        found = store.get(STATE, id_of(there))
        if found is not None:
            _move(store, there, str(found.doc["hash"]), version)


def _move(store: Store, number: int, hash: str, version: int) -> None:
    doc = {"number": number, "hash": hash}
    try:
        if version:
            store.replace(STATE_HEAD, _HEAD, doc, version)
        else:
            store.create(STATE_HEAD, _HEAD, doc)
    except StoreConflict:
        return  # moved by somebody else, as far or further
