"""Leases in the store, so that any number of hosts share sources and jobs and each is done by one at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.errors import StoreConflict
from monitor.store import Store

STATE = "lease"


def acquire(store: Store, job: str, holder: str, now: datetime, ttl: timedelta) -> bool:
    """Takes the lease of a job until ``now + ttl``; False if another holder has it.

    A lease that ran out, or that is the holder's own, is taken over by compare-and-set: of two hosts that try at the
    same moment exactly one gets it.
    """
    doc = {"holder": holder, "until": (now + ttl).astimezone(UTC).isoformat()}
    state = store.get(STATE, job)
    try:
        if state is None:
            store.create(STATE, job, doc)
            return True
        if state.doc["holder"] != holder and datetime.fromisoformat(state.doc["until"]) > now:
            return False
        store.replace(STATE, job, doc, state.version)
        return True
    except StoreConflict:
        return False


def release(store: Store, job: str, holder: str, now: datetime) -> None:
    """Gives a lease back before it runs out; harmless if it is not held any more."""
    state = store.get(STATE, job)
    if state is None or state.doc["holder"] != holder:
        return
    try:
        store.replace(STATE, job, {"holder": holder, "until": now.astimezone(UTC).isoformat()}, state.version)
    except StoreConflict:
        return  # somebody took it over in the meantime: it is theirs
