"""Which pages of a source are to be asked for again in a pass: from the store, which knows their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawlers.ledger import Ledger
from crawlers.revisits import HORIZON, Page, Plan, planned
from monitor.intake.identity import key_id
from monitor.model import Article, BoardMessage, Kind
from monitor.settings.types import Source
from monitor.store import RecordQuery, Store

BEFORE = timedelta(days=30)
"""How long before it was first read an article may have been published."""


def plan(store: Store, source: Source, ledger: Ledger, key: bytes, now: datetime, most: int) -> Plan:
    """The re-visits of a pass. Raises ``StoreUnavailable``."""
    since = min(ledger.memory.until or now, now)
    carried = source.adapter in ("rss", "json") and not source.follow
    if carried or source.kind in (Kind.HOTLIST, Kind.POST):
        return Plan(until=now)  # the list itself says all; a thread's address is not kept (S1), its list links to it
    read = ledger.read_since(now - HORIZON[source.kind] - timedelta(days=1))
    if not read:
        return Plan(until=now)
    pages = _messages if source.kind is Kind.BOARD else _articles
    made = planned(pages(store, source, ledger, read, now), ledger.memory.gone, since, now, most)
    resolved = [(_resolved(page, store, source, ledger, key), at) for page, at in made.visits]
    return replace(made, visits=tuple((page, at) for page, at in resolved if page is not None))


def _articles(store: Store, source: Source, ledger: Ledger, read: Mapping[str, datetime], now: datetime) -> list[Page]:
    """Articles whose pages were read; their names are those of the ledger."""
    since = min(read.values()) - BEFORE
    found = []
    for outline in store.outlines(RecordQuery(kinds=(source.kind,), sources=(source.id,), since=since)):
        first = read.get(ledger.page(outline.url)) if outline.url else None
        if first is not None:
            found.append(Page(name=outline.id, url=outline.url, key="", first=first, kind=source.kind))
    return found


def _messages(store: Store, source: Source, ledger: Ledger, read: Mapping[str, datetime], now: datetime) -> list[Page]:
    """Messages by the time at which they were sent: a board's clock runs from then."""
    query = RecordQuery(kinds=(Kind.BOARD,), sources=(source.id,), since=now - HORIZON[Kind.BOARD])
    found = []
    for told in store.questions(query):
        answered = False if told.reply is None else (told.reply.time or told.published)
        found.append(Page(name=told.id, url="", key="", first=told.published, kind=Kind.BOARD, answered=answered))
    return found


def _resolved(page: Page, store: Store, source: Source, ledger: Ledger, key: bytes) -> Page | None:
    """The page with its address and the key that its record has; None where it has no page that we read."""
    record = store.get_record(page.name)
    if not isinstance(record, Article | BoardMessage) or not record.url or not ledger.knows(record.url):
        return None
    # A record may be older than the canonical names of addresses: its own key is that which gives its id.
    names = (ledger.key_of(record.url), record.url)
    own = next((name for name in names if key_id(source.id, name, key) == record.id), None)
    if own is None:
        return None
    return replace(page, url=record.url, key=own, title=record.title)
