"""What each source's pages have already given: read pages by keyed hash, and the validators of its index page.

No URL is written down (S1): pages are known by HMAC-SHA256 under the service's key. Read pages are kept many to a
state document (kind ``read.<source>``, id begins with the time, so that old ones are pruned by id), the index page's
ETag and Last-Modified in one document of kind ``page``. A page is written down only after the store or the spool has
acknowledged what it said; a crash before that costs one more reading, never a record.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.errors import StoreConflict
from monitor.store import Store

STATE_READ = "read"
STATE_PAGE = "page"
KEEP_DAYS = 400
FLUSH_KEYS = 200
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Index:
    """The state of a source's index page. ``complete``: the last pass read everything it listed."""

    etag: str = ""
    modified: str = ""
    complete: bool = False


class Ledger:
    """The read pages of one source. ``load`` and ``flush`` talk to the store and raise ``StoreUnavailable``."""

    def __init__(self, source: str, url: str, key: bytes) -> None:
        self._source = source
        self._key = key
        self._page_id = f"{source}.{self._hash(url)}"
        self._known: set[str] = set()
        self._fresh: list[str] = []
        self.index = Index()

    def load(self, store: Store, now: datetime) -> None:
        kind = f"{STATE_READ}.{self._source}"
        after = ""
        while True:
            states = store.list_states(kind, after=after, limit=_PAGE)
            for state in states:
                self._known.update(state.doc["keys"])
            if len(states) < _PAGE:
                break
            after = states[-1].id
        page = store.get(STATE_PAGE, self._page_id)
        if page is not None:
            self.index = Index(page.doc["etag"], page.doc["modified"], page.doc["complete"])
        store.prune_states(kind, _stamp(now - timedelta(days=KEEP_DAYS)))

    def knows(self, url: str) -> bool:
        return self._hash(url) in self._known

    def mark(self, urls: Iterable[str]) -> None:
        """Notes pages as read; they are written down by the next ``flush``."""
        for url in urls:
            name = self._hash(url)
            if name not in self._known:
                self._known.add(name)
                self._fresh.append(name)

    @property
    def waiting(self) -> int:
        return len(self._fresh)

    def flush(self, store: Store, now: datetime) -> None:
        while self._fresh:
            part = self._fresh[:FLUSH_KEYS]
            store.create(f"{STATE_READ}.{self._source}", f"{_stamp(now)}.{secrets.token_hex(6)}", {"keys": part})
            del self._fresh[: len(part)]

    def begin(self, store: Store, now: datetime) -> None:
        """Notes that a pass is under way, so that one cut short is not taken for a whole one."""
        if self.index.complete:
            self.save(store, replace(self.index, complete=False), now)

    def save(self, store: Store, index: Index, now: datetime) -> None:
        doc = {"etag": index.etag[:200], "modified": index.modified[:60], "complete": index.complete,
               "read": now.astimezone(UTC).isoformat()}  # fmt: skip
        state = store.get(STATE_PAGE, self._page_id)
        try:
            if state is None:
                store.create(STATE_PAGE, self._page_id, doc)
            else:
                store.replace(STATE_PAGE, self._page_id, doc, state.version)
        except StoreConflict:
            return  # another process crawled the same source at the same moment; its note is as good
        self.index = index

    def _hash(self, url: str) -> str:
        mac = hmac.new(self._key, f"page\0{self._source}\0{url}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac[:16]).decode("ascii").rstrip("=")


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"
