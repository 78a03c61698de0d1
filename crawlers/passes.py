"""One pass over one source: what is to be read, what was read, and how it ended. No I/O, no clock."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.adapters.contract import Link, Parsed, Role
from crawlers.addresses import endless
from crawlers.failures import LASTING, SETTLED, FetchFailure
from crawlers.ledger import Index, Ledger, Memory
from crawlers.looks import reader_of
from crawlers.outcome import GAP, told
from crawlers.reading import Note
from crawlers.revisits import SHARE, in_order
from crawlers.visits import Visits
from monitor.intake.identity import key_id
from monitor.model import Kind
from monitor.ops import pace
from monitor.ops.ingest import Taken
from monitor.ops.runs import SourceRun
from monitor.settings.types import Source

__all__ = ["GAP", "Pass"]

CATCH_UP_AFTER = timedelta(hours=24)
CATCH_UP_PAGES = 50
"""After so long without a whole pass a list is followed so far, as long as it shows something unread."""
DEEP_EVERY = timedelta(hours=24)
"""How often a list is read a page further than it shows anything new: for what was published late."""
MAX_PARTS = 200


@dataclass(slots=True)
class Pass:
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
    def done(self) -> bool:
        return not self.ready and not self.active and not self.unkept and not self.queue

    @property
    def ready(self) -> bool:
        """Whether there is something to ask for: re-visits only when all lists were read and everything new asked."""
        return bool(self.queue) or (not self.lists and self.index_failure is None and bool(self.visits.queue))

    @property
    def deep(self) -> bool:
        """Whether this pass looks a page further than usual."""
        memory = self.ledger.memory
        return self.source.adapter != "rss" and memory.deep is not None and self.started - memory.deep >= DEEP_EVERY

    @property
    def catching_up(self) -> bool:
        ended = self.ledger.memory.ended
        return ended is not None and self.started - ended >= CATCH_UP_AFTER

    @property
    def most_lists(self) -> int:
        pages = self.source.list.pages
        return max(pages, CATCH_UP_PAGES) if self.catching_up and pages > 1 else pages

    def begin(self) -> None:
        """Queues the source's own page."""
        self.seen.add(self.source.url)
        self._add(Link(self.source.url, Role.INDEX))

    def _add(self, link: Link) -> None:
        self.queue.append(link)
        self.lists += link.role is Role.INDEX

    def take(self) -> Link | None:
        """The next link to ask for, within the pass's page limit."""
        if self.asked >= self.max_pages:
            self.give_up(FetchFailure.PAGE_LIMIT)
            return None
        if self.queue:
            self.asked += 1
            return self.queue.popleft()
        if not self.ready:
            return None
        self.asked += 1
        return self.visits.take()

    def put_back(self, link: Link) -> None:
        """The site asked for a pause: the link comes again."""
        (self.visits.queue if link.url in self.visits.pages else self.queue).appendleft(link)

    def key_of(self, link: Link) -> str:
        """The key of the item that a page is of, or the address of an index page."""
        if link.role is Role.INDEX:
            return link.url
        page = self.visits.pages.get(link.url)
        return link.of or (page.key if page is not None else self.ledger.key_of(link.url))

    def is_again(self, link: Link) -> bool:
        """Whether a page is one of a known item."""
        return link.url in self.visits.pages or (bool(link.of) and link.of in self.rereading)

    def conditions(self, link: Link) -> dict[str, str]:
        """Headers by which the site need not send again what was read. A thread's first page says nothing of its later
        ones, and what was read by other rules is wanted whole.
        """
        etag = modified = ""
        if link.role is Role.INDEX:
            known, memory = self.ledger.index, self.ledger.memory
            # A newspaper's own page may be the same every day: today's issue is looked for all the same.
            steady = self.source.adapter == "epaper"
            if not steady and link.url == self.source.url and known.complete and not self.deep and memory.reader in ("", self.reader):
                etag, modified = known.etag, known.modified
        elif link.url in self.visits.pages and self.source.kind is not Kind.POST:
            look = self.ledger.looks.of(self.ledger.page(self.key_of(link)))
            if look is not None and look.reader == self.reader:
                etag, modified = look.etag, look.modified
        return {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v}

    def give_up(self, failure: FetchFailure) -> None:
        """Leaves the rest to the next pass; re-visits stay due."""
        if self.queue:
            self.failures[failure] += 1
            self.lists -= sum(1 for link in self.queue if link.role is Role.INDEX)
            self.queue.clear()
        self.visits.queue.clear()

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

    def follow(self, links: Sequence[Link], *, fresh: int | None = None, guess: str = "") -> None:
        """Queues what an index page links to: unread items, changed ones, and its next page while there is something
        unread. ``fresh``: how many entries of the page no earlier page of this pass listed (None: not counted).
        ``guess``: where a list without a rule seems to go on; followed only while nothing on the way is known.
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
        looks_deeper = self.deep and self.indexes == 1
        # A pass that was cut short has read the newest and left older ones behind: then pages of known items go on. A
        # page that lists no item but only other lists (a sitemap's index) says nothing about what is known.
        going_on = bool(unread) or not self.ledger.index.complete or not items or looks_deeper
        if fresh == 0 and items:
            going_on = False  # a list that shows one page again and again has no end
        if guess and (not known or not self.ledger.index.complete or looks_deeper):
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

    def follow_item(self, key: str, links: Sequence[Link]) -> None:
        """Queues the further pages of an item, within ``page.pages``, once each."""
        for link in links:
            if link.role is not Role.ITEM or not link.of or link.url in self.seen:
                continue
            self.seen.add(link.url)
            if self.asked_of[key] < self.source.page.pages:
                self.asked_of[key] += 1
                self.further[key] += 1
                self.queue.appendleft(replace(link, of=key))

    def item_read(self, key: str) -> tuple[str, ...]:
        """Notes that one page of an item was read; its key if that was the last one."""
        return (key,) if not self.further[key] and key not in self.broken else ()

    def page_read(self, key: str, link: Link, parsed: Parsed) -> None:
        """Notes a page of an item: what it says of others, and its further pages."""
        if link.of:
            self.further[key] -= 1
        else:
            self.urls[key] = link.url
        if link.url in self.visits.pages:
            self.visits.found(link.url)
            self.rereading.add(key)
        self.told_gone.update(parsed.gone)
        self.follow_item(key, parsed.links)

    def same(self, link: Link) -> None:
        """The site says that the page is as it was when it was read."""
        if link.role is Role.ITEM:
            self.visits.found(link.url)
            return
        self.index = self.ledger.index
        self.unmodified = True
        self.listed = self.known = pace.LEAST

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

    def failed(self, link: Link, failure: FetchFailure) -> None:
        if link.url in self.visits.pages:
            self.visits.failed(link.url, failure)
            return
        if link.of:
            self.further[link.of] -= 1
            if failure not in LASTING:
                self.broken.add(link.of)
            if link.of in self.rereading:
                return
        if link.part and failure in (FetchFailure.NOT_FOUND, FetchFailure.GONE, FetchFailure.NO_LINKS):
            return
        self.failures[failure] += 1
        if link.role is Role.INDEX and link.url == self.source.url:
            self.index_failure = failure
            self.visits.queue.clear()
        elif failure in SETTLED and not (link.entry and link.entry.text) and not link.of:
            self.textless += 1
            self.ledger.mark([link.url])

    @property
    def complete(self) -> bool:
        """Whether everything that the index listed has been read, or will never be."""
        return self.index_failure is None and all(failure in LASTING for failure in self.failures)

    def closing(self) -> Index:
        """What to write down of the index page: validators only if nothing that it listed was left out."""
        if self.complete and self.index is not None:
            return replace(self.index, complete=True)
        return replace(self.ledger.index, complete=self.complete) if self.complete else Index()

    def remembered(self, memory: Memory) -> Memory:
        """The memory with what this pass says of the source as a whole."""
        if not self.complete:
            return memory
        deep = self.started if memory.deep is None or self.deep else memory.deep
        return replace(memory, ended=self.started, deep=deep, reader=self.reader)

    def result(self, now: datetime) -> SourceRun:
        """How the pass ended, in the words of whoever looks after the sources."""
        state, message = told(self)
        taken = self.taken
        return SourceRun(
            source=self.source.id, kind=self.source.kind, started=self.started, finished=now, state=state,
            pages=self.pages, new=taken.new, duplicate=taken.duplicate + self.doubled, dropped=dict(taken.dropped),
            failures={f.value: n for f, n in self.failures.items()}, newest=taken.newest, message=message,
            form=taken.form, delays=dict(taken.delays), listed=self.listed, known=self.known, gap=self.gap,
            factors=pace.factors(self.source), revisited=self.revisited, edited=taken.edited,
            withdrawn=taken.withdrawn, paused_until=self.paused_until,
        )  # fmt: skip
