"""One pass over one source: what is to be read, what was read, and how it ended. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.adapters.contract import Link, Parsed, Role
from crawlers.failures import LASTING, SETTLED, FetchFailure
from crawlers.ledger import Index, Memory
from crawlers.listing import ENDLESS_LEAST, Listing
from crawlers.outcome import GAP, told
from crawlers.revisits import POST_STEPS
from monitor.model import Kind
from monitor.ops import pace
from monitor.ops.runs import SourceRun

__all__ = ["GAP", "Pass"]

_END = frozenset({FetchFailure.NOT_FOUND, FetchFailure.GONE, FetchFailure.NO_LINKS, FetchFailure.EMPTY})
"""What a further page of a list answers where the list ends, or has no such part."""


@dataclass(slots=True)
class Pass(Listing):
    """How a pass goes: what is asked for next, what each page gave, how it ended. State and lists are ``Listing``'s."""

    @property
    def done(self) -> bool:
        return not self.ready and not self.active and not self.unkept and not self.queue

    @property
    def ready(self) -> bool:
        """Whether there is something to ask for: re-visits only when all lists were read and everything new asked."""
        return bool(self.queue) or (not self.lists and self.index_failure is None and bool(self.visits.queue))

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
            if (
                not steady
                and link.url == self.source.url
                and known.complete
                and not self.deep
                and memory.reader in ("", self.reader)
            ):
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

    def follow_item(self, key: str, links: Sequence[Link]) -> None:
        """Queues the further pages of an item, within ``page.pages``, once each. Full pages of a thread that were read
        long ago are left: nobody edits those any more, and a thread that still grows does so on its last page.
        """
        for link in links:
            if link.role is not Role.ITEM or not link.of or link.url in self.seen:
                continue
            self.seen.add(link.url)
            first = self.ledger.first_read(self.ledger.page(link.url)) if link.once else None
            if first is not None and self.started - first >= POST_STEPS[-1]:
                continue
            if self.asked_of[key] < self.source.page.pages:
                self.asked_of[key] += 1
                self.further[key] += 1
                self.queue.appendleft(replace(link, of=key))
                if link.once:
                    self.settled.append(link.url)

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
            looks, page = self.ledger.looks, self.ledger.page(self.key_of(link))
            if link.version and (look := looks.of(page)) is not None:
                looks.note({page: replace(look, version=looks.print(link.version))})
            return
        self.index = self.ledger.index
        self.unmodified = True
        self.listed = self.known = pace.LEAST

    def failed(self, link: Link, failure: FetchFailure, *, final: bool = False) -> None:
        """``final``: the site's own answer says that the page is gone for good (410)."""
        if link.url in self.visits.pages:
            self.visits.failed(link.url, failure, final=final)
            return
        if link.of:
            self.further[link.of] -= 1
            if failure not in LASTING:
                self.broken.add(link.of)
            if link.of in self.rereading:
                return
        if link.role is Role.INDEX and link.url != self.source.url and failure in _END:
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
        if self.pages - self.indexes - self.revisited >= ENDLESS_LEAST or self.complete:
            memory = replace(memory, endless=self.is_endless)
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
