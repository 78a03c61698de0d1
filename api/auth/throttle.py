"""Back-off of failed sign-ins, kept in the store so that every process and every restart knows it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from monitor.errors import StoreConflict
from monitor.store import Store

STATE = "sign-in"
FREE_PER_NAME = 5
FREE_PER_ADDRESS = 30
"""More than for a name, since a whole office may come from one address."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET = timedelta(hours=6)
_BUCKETS = 4096


def wait_after(failures: int, free: int) -> timedelta:
    """How long the next try has to wait after so many failures in a row: doubling from the first one too many."""
    over = failures - free
    return timedelta(0) if over < 0 else min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 10))


class Throttle:
    """Counts failures by user name and by address. Both are kept as keyed hashes in a bounded number of buckets.

    Buckets bound what a stranger who types a million names can make the store keep; two names that share one by
    chance share a wait of at most a quarter of an hour.
    """

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._key = key

    def blocked(self, name: str, address: str, now: datetime) -> timedelta:
        """How long this name or address still has to wait; zero if it may try."""
        waits = []
        for bucket, free in self._buckets(name, address):
            state = self._store.get(STATE, bucket)
            if state is None:
                continue
            last = datetime.fromisoformat(state.doc["last"])
            if timedelta(0) <= now - last < FORGET:
                waits.append(last + wait_after(int(state.doc["failures"]), free) - now)
        return max([w for w in waits if w > timedelta(0)], default=timedelta(0))

    def failed(self, name: str, address: str, now: datetime) -> None:
        for bucket, _ in self._buckets(name, address):
            self._count(bucket, now)

    def succeeded(self, name: str, now: datetime) -> None:
        """Forgets the failures of a name (not those of the address, which may be trying other names)."""
        bucket = self._bucket("name", name)
        state = self._store.get(STATE, bucket)
        if state is None or not state.doc["failures"]:
            return
        try:
            self._store.replace(STATE, bucket, {"failures": 0, "last": now.astimezone(UTC).isoformat()}, state.version)
        except StoreConflict:
            return  # someone failed at this very moment; that failure stands

    def _count(self, bucket: str, now: datetime) -> None:
        while True:
            state = self._store.get(STATE, bucket)
            doc = {"failures": 1, "last": now.astimezone(UTC).isoformat()}
            try:
                if state is None:
                    self._store.create(STATE, bucket, doc)
                    return
                if now - datetime.fromisoformat(state.doc["last"]) < FORGET:
                    doc["failures"] = int(state.doc["failures"]) + 1
                self._store.replace(STATE, bucket, doc, state.version)
                return
            except StoreConflict:
                continue

    def _buckets(self, name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (
            (self._bucket("name", name), FREE_PER_NAME),
            (self._bucket("address", network_of(address)), FREE_PER_ADDRESS),
        )

    def _bucket(self, what: str, value: str) -> str:
        digest = hmac.new(self._key, f"{what}:{value}".encode(), hashlib.sha256).digest()
        return f"{what}.{int.from_bytes(digest[:4]) % _BUCKETS:04d}"


def network_of(address: str) -> str:
    """One IPv6 subscriber has a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address
