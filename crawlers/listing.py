"""The lists of one pass: what they show, what of it is new, how far they are followed. No I/O, no clock."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.adapters.contract import Link, Parsed, Role
from crawlers.addresses import endless
from crawlers.failures import FetchFailure
from crawlers.ledger import Index, Ledger
from crawlers.looks import reader_of
from crawlers.reading import Note
from crawlers.revisits import SHARE, in_order
from crawlers.visits import Visits
from monitor.intake.identity import key_id
from monitor.model import Kind
from monitor.ops import pace
from monitor.ops.ingest import Taken
from monitor.settings.types import Source

CATCH_UP_AFTER = timedelta(hours=24)
CATCH_UP_PAGES = 50
"""After so long without a whole pass a list is followed so far, as long as it shows something unread."""
DEEP_EVERY = timedelta(hours=24)
"""How often a list is read to the last of its ``list.pages`` pages: for what was published late, far below."""
MAX_PARTS = 200
ENDLESS_LEAST = 10
"""Fewest pages in vain that say that a site has no end: a calendar, addresses with a new session each time."""


@dataclass(slots=True)
class Listing:
    """``queue`` holds links not yet asked for; ``active`` counts requests under way; ``unkept`` pages in intake.

    Re-visits (``visits``) come after everything new. ``lists`` counts index pages queued or under way; ``further`` the
    pages of an item that are still to be read, by its key; ``broken`` items of which a page could not be read or kept.
    """

    source: Source
    ledger: Ledger
    site: str
    started: datetime
    max_pages: int
    queue: deque[Link] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    active: int = 0
    unkept: int = 0
    asked: int = 0
    pages: int = 0
    indexes: int = 0
    lists: int = 0
    parts: int = 0
    waits: int = 0
    paused_until: datetime | None = None
    index_failure: FetchFailure | None = None
    failures: Counter[FetchFailure] = field(default_factory=Counter)
    taken: Taken = field(default_factory=Taken)
    index: Index | None = None
    finished: bool = False
    listed: int = 0
    known: int = 0
    gap: bool = False
    compared: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)
    ordered: bool = True
    unmodified: bool = False
    notes: Counter[Note] = field(default_factory=Counter)
    twins: dict[str, str] = field(default_factory=dict)
    doubled: int = 0
    textless: int = 0
    revisited: int = 0
    further: Counter[str] = field(default_factory=Counter)
    asked_of: Counter[str] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    settled: list[str] = field(default_factory=list)
    """Index pages that do not change any more."""
    urls: dict[str, str] = field(default_factory=dict)
    """By its key, the address by which an item of several pages was linked."""
    rereading: set[str] = field(default_factory=set)
    told_gone: set[str] = field(default_factory=set)
    """Keys of items of which a page says that they were taken back."""
    reader: str = ""
    visits: Visits = field(init=False)

    def __post_init__(self) -> None:
        self.reader = reader_of(self.source)
        self.visits = Visits(self.ledger, self.started, max(1, self.max_pages // SHARE))

    @property
    def is_endless(self) -> bool:
        """Whether most of what was new turned out to be old under another address, or empty."""
        vain = self.doubled + self.textless
        return vain >= ENDLESS_LEAST and vain * 3 > 2 * (self.pages - self.indexes - self.revisited)

    @property
    def deep(self) -> bool:
        """Whether this pass reads on although it meets nothing new."""
        memory = self.ledger.memory
        return self.source.adapter != "rss" and memory.deep is not None and self.started - memory.deep >= DEEP_EVERY

    @property
    def catching_up(self) -> bool:
        ended = self.ledger.memory.ended
        return ended is not None and self.started - ended >= CATCH_UP_AFTER

    @property
    def most_lists(self) -> int:
        if self.ledger.memory.endless:
            return 1
        pages = self.source.list.pages
        return max(pages, CATCH_UP_PAGES) if self.catching_up and pages > 1 else pages

    def begin(self) -> None:
        """Queues the source's own page."""
        self.seen.add(self.source.url)
        self._add(Link(self.source.url, Role.INDEX))

    def _add(self, link: Link) -> None:
        self.queue.append(link)
        self.lists += link.role is Role.INDEX

    def compare(self, keys: Iterable[str], *, first: bool) -> int:
        """Counts what the source's own page lists and how much of it had been read before; returns how much of it was
        not listed by an earlier page of this pass.

        A list of which nothing is known, although the source had been read, has rolled over in between: a gap, until
        one of its further pages reaches what is known.
        """
        fresh = set(keys) - self.compared
        self.compared |= fresh
        known = sum(1 for key in fresh if self.ledger.knows(key))
        if first:
            self.listed, self.known = len(fresh), known
            # Every issue of a newspaper is all new.
            rolls = self.source.adapter != "epaper"
            self.gap = rolls and len(fresh) >= pace.LEAST and not known and not self.ledger.empty
        elif known:
            self.gap = False
        return len(fresh)

    def follow(
        self, links: Sequence[Link], *, fresh: int | None = None, guess: str = "", carried: int | None = None
    ) -> None:
        """Queues what an index page links to: unread items, changed ones, and its next page while there is something
        unread. ``fresh``: how many entries of the page no earlier page of this pass listed (None: not counted).
        ``guess``: where a list without a rule seems to go on; followed only while nothing on the way is known.
        ``carried``: how many of the items that the page itself carries are unread (None: it carries none).
        """
        items = [link for link in links if link.role is Role.ITEM and link.url not in self.seen]
        known = unread = 0
        for link in items:
            if link.url in self.seen:
                continue
            if self.ledger.knows(link.url):
                known += 1
                self.visits.listed(link, self.source.kind)
            elif not endless(link.url):
                unread += 1
                self.seen.add(link.url)
                self._add(link)
        self.indexes += 1
        # A pass that was cut short has read the newest and left older ones behind: then pages of known items go on. A
        # page that lists no item but only other lists (a sitemap's index) says nothing about what is known.
        # A timeline of posts is strictly newest first; other interfaces put late items between known ones.
        only_lists = not items and (carried is None or self.source.kind is not Kind.POST)
        going_on = bool(unread or carried) or not self.ledger.index.complete or only_lists or self.deep
        if fresh == 0 and items:
            going_on = False  # a list that shows one page again and again has no end
        if guess and (not known or not self.ledger.index.complete or self.deep):
            links = (*links, Link(guess, Role.INDEX))
        for link in links:
            if link.role is Role.INDEX and link.url not in self.seen and self._wanted(link, going_on):
                self.seen.add(link.url)
                self._add(link)

    def _wanted(self, link: Link, going_on: bool) -> bool:
        if endless(link.url) or (link.once and self.ledger.knows(link.url)):
            return False
        if link.once:
            self.settled.append(link.url)
        if link.part:
            self.parts += 1
            return self.parts <= MAX_PARTS
        return going_on and self.indexes - self.parts < self.most_lists

    def note_order(self, parsed: Parsed, key: bytes) -> None:
        """Notes the order of a list, by ids of records, where what is missing next time says that it was taken back.

        Of what has pages of its own the pages say it; of a forum's threads they cannot be asked (S1).
        """
        if self.source.kind not in (Kind.POST, Kind.BOARD):
            return
        listed = [i.key for i in parsed.items]
        entries = list(parsed.items)
        if self.source.kind is Kind.POST:
            listed += [link.url for link in parsed.links if link.role is Role.ITEM]
            entries += [link.entry for link in parsed.links if link.entry is not None]
        self.ordered = self.ordered and in_order([e.published for e in entries if e.published is not None])
        self.order += [key_id(self.source.id, self.ledger.key_of(name), key) for name in listed]

    def close_lists(self) -> None:
        """All lists were read: what is missing in them."""
        if self.index_failure is None and (self.unmodified or self.order):
            listed = tuple(dict.fromkeys(self.order)) if self.ordered else ()
            if self.unmodified or listed:
                self.visits.compare(listed)
