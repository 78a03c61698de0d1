"""What each source's pages have already given: read pages by keyed hash, and the state of its index page.

No URL is written down (S1): pages are known by HMAC-SHA256 under the service's key. Read pages are kept many to a
state document (kind ``read.<source>``, id begins with the time at which they were first read, so that old ones are
pruned by id), what concerns the whole source in one document of kind ``page``. A page is written down only after the
store or the spool has acknowledged what it said; a crash before that costs one more reading, never a record.

A page is known by its canonical address, or by the address as it was written: so older versions noted it.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.addresses import canonical
from crawlers.looks import Looks, stamp
from monitor.errors import StoreConflict
from monitor.store import Store

STATE_READ = "read"
STATE_PAGE = "page"
KEEP_DAYS = 400
FLUSH_KEYS = 200
_PAGE = 1000
_GONE_MOST = 500
_ORDER_MOST = 400


@dataclass(frozen=True, slots=True)
class Index:
    """The state of a source's index page. ``complete``: the last pass read everything it listed."""

    etag: str = ""
    modified: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What one pass leaves to the next beside its pages. Names are hashes of pages or ids of records (keyed hashes).

    ``until``: every re-visit that was due by then has been made. ``gone``: pages that were gone when last asked for,
    and since when. ``order``: entries of the list in their order; ``vanished``: those of them that are not listed any
    more, and since when. ``ended``: when a pass last read everything; ``deep``: when one last read the list to its end.
    ``reader`` names how pages were read (``looks.reader_of``): by other rules an unchanged list may say more.
    ``endless``: most of what the last pass read was empty or known under another address.
    """

    until: datetime | None = None
    gone: Mapping[str, datetime] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    vanished: Mapping[str, datetime] = field(default_factory=dict)
    ended: datetime | None = None
    deep: datetime | None = None
    reader: str = ""
    endless: bool = False


class Ledger:
    """The read pages of one source. ``load`` and ``flush`` talk to the store and raise ``StoreUnavailable``."""

    def __init__(self, source: str, url: str, key: bytes, ignore: tuple[str, ...] = ()) -> None:
        self._source = source
        self._key = key
        self._ignore = ignore
        self._page_id = f"{source}.{self._hash(url)}"
        self._known: dict[str, str] = {}
        self._fresh: list[str] = []
        self.looks = Looks(source, key)
        self.index = Index()
        self.memory = Memory()

    def load(self, store: Store, now: datetime) -> None:
        kind = f"{STATE_READ}.{self._source}"
        after = ""
        while True:
            states = store.list_states(kind, after=after, limit=_PAGE)
            for state in states:
                for name in state.doc["keys"]:
                    self._known.setdefault(name, state.id)
            if len(states) < _PAGE:
                break
            after = states[-1].id
        page = store.get(STATE_PAGE, self._page_id)
        if page is not None:
            self.index = Index(page.doc["etag"], page.doc["modified"], page.doc["complete"])
            self.memory = _memory(page.doc.get("memory", {}))
        store.prune_states(kind, stamp(now - timedelta(days=KEEP_DAYS)))
        self.looks.load(store, now)

    @property
    def empty(self) -> bool:
        return not self._known

    def knows(self, url: str) -> bool:
        return self.page(url) in self._known

    def key_of(self, url: str) -> str:
        """The name of an item at that address: the canonical one, unless it was noted as written."""
        name = canonical(url, self._ignore)
        if name == url or self._hash(name) in self._known or self._hash(url) not in self._known:
            return name
        return url

    def page(self, url: str) -> str:
        """The hash by which a page is known."""
        return self._hash(self.key_of(url))

    def first_read(self, page: str) -> datetime | None:
        """When a page (its hash) was first read; None where it was not, or only in this pass."""
        told = self._known.get(page)
        return _moment_of(told) if told else None

    def read_since(self, since: datetime) -> dict[str, datetime]:
        """Pages (hashes) first read since then, and when."""
        first = stamp(since)
        moments: dict[str, datetime] = {}
        found = {}
        for page, told in self._known.items():
            if told >= first:
                if told not in moments:
                    moments[told] = _moment_of(told)
                found[page] = moments[told]
        return found

    def mark(self, urls: Iterable[str]) -> None:
        """Notes pages as read; they are written down by the next ``flush``."""
        for url in urls:
            name = self.page(url)
            if name not in self._known:
                self._known[name] = ""
                self._fresh.append(name)

    @property
    def waiting(self) -> int:
        return len(self._fresh)

    def flush(self, store: Store, now: datetime) -> None:
        while self._fresh:
            part = self._fresh[:FLUSH_KEYS]
            store.create(f"{STATE_READ}.{self._source}", f"{stamp(now)}.{secrets.token_hex(6)}", {"keys": part})
            del self._fresh[: len(part)]
        self.looks.flush(store, now)

    def begin(self, store: Store, now: datetime) -> None:
        """Notes that a pass is under way, so that one cut short is not taken for a whole one."""
        if self.index.complete:
            self.save(store, replace(self.index, complete=False), now)

    def save(self, store: Store, index: Index, now: datetime) -> None:
        doc = {"etag": index.etag[:200], "modified": index.modified[:60], "complete": index.complete,
               "read": now.astimezone(UTC).isoformat(), "memory": _memory_doc(self.memory)}  # fmt: skip
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
        mac = hmac.digest(self._key, f"page\0{self._source}\0{url}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac[:16]).decode("ascii").rstrip("=")


def _moment_of(id: str) -> datetime:
    return datetime.strptime(id[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _memory(doc: Mapping[str, Any]) -> Memory:
    def moment(value: object) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else None

    def moments(told: Mapping[str, str]) -> dict[str, datetime]:
        return {name: datetime.fromisoformat(at) for name, at in told.items()}

    return Memory(
        until=moment(doc.get("until")), gone=moments(doc.get("gone", {})), order=tuple(doc.get("order", ())),
        vanished=moments(doc.get("vanished", {})), ended=moment(doc.get("ended")), deep=moment(doc.get("deep")),
        reader=str(doc.get("reader", "")), endless=bool(doc.get("endless", False)),
    )  # fmt: skip


def _memory_doc(memory: Memory) -> dict[str, Any]:
    def told(moment: datetime | None) -> str | None:
        return moment.astimezone(UTC).isoformat() if moment else None

    def listed(moments: Mapping[str, datetime]) -> dict[str, str | None]:
        return {name: told(at) for name, at in list(moments.items())[-_GONE_MOST:]}

    return {
        "until": told(memory.until), "gone": listed(memory.gone), "order": list(memory.order[:_ORDER_MOST]),
        "vanished": listed(memory.vanished), "ended": told(memory.ended), "deep": told(memory.deep),
        "reader": memory.reader, "endless": memory.endless,
    }  # fmt: skip
