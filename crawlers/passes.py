"""One pass over one source: what is to be read, what was read, and how it ended. No I/O, no clock."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawlers.adapters.contract import Link, Role
from crawlers.failures import LASTING, MESSAGES, SETTLED, FetchFailure
from crawlers.ledger import Index, Ledger
from monitor.model import Kind
from monitor.ops import pace
from monitor.ops.ingest import Taken
from monitor.ops.runs import RunState, SourceRun
from monitor.settings.types import Source

_REFUSED = frozenset({FetchFailure.ROBOTS, FetchFailure.FORBIDDEN})
# The pass met these by its own bounds or by courtesy: what is left is read next time.
_LEFT = frozenset({FetchFailure.PAGE_LIMIT, FetchFailure.TIME_LIMIT, FetchFailure.RATE_LIMITED})

GAP = "列表自上次采集以来已全部换新，中间的内容可能漏采：已自动缩短间隔；若该站有翻页，可写 list.next 和 list.pages"


@dataclass(slots=True)
class Pass:
    """``queue`` holds links not yet asked for; ``active`` counts requests under way; ``unkept`` pages in intake."""

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
    waits: int = 0
    index_failure: FetchFailure | None = None
    failures: Counter[FetchFailure] = field(default_factory=Counter)
    taken: Taken = field(default_factory=Taken)
    index: Index | None = None
    finished: bool = False
    listed: int = 0
    known: int = 0
    gap: bool = False
    compared: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        return not self.queue and not self.active and not self.unkept

    def begin(self, unanswered: list[str]) -> None:
        """Queues the source's own page, then board messages that had no answer when last read."""
        self.seen.add(self.source.url)
        self.queue.append(Link(self.source.url, Role.INDEX))
        for url in unanswered:
            if url not in self.seen:
                self.seen.add(url)
                self.queue.append(Link(url, Role.ITEM))

    def take(self) -> Link | None:
        """The next link to ask for, within the pass's page limit."""
        if not self.queue:
            return None
        if self.asked >= self.max_pages:
            self.give_up(FetchFailure.PAGE_LIMIT)
            return None
        self.asked += 1
        return self.queue.popleft()

    def give_up(self, failure: FetchFailure) -> None:
        """Leaves the rest of the queue to the next pass."""
        if self.queue:
            self.failures[failure] += 1
            self.queue.clear()

    def compare(self, keys: Iterable[str], *, first: bool) -> None:
        """Counts what the source's own page lists and how much of it had been read before.

        A list of which nothing is known, although it was read to its end the last time, has rolled over in between: a
        gap, until one of its further pages reaches what is known.
        """
        fresh = set(keys) - self.compared
        self.compared |= fresh
        known = sum(1 for key in fresh if self.ledger.knows(key))
        if first:
            self.listed, self.known = len(fresh), known
            self.gap = len(fresh) >= pace.LEAST and not known and self.ledger.index.complete
        elif known:
            self.gap = False

    def unchanged(self) -> None:
        """The source's own page says that it is as it was."""
        self.listed = self.known = pace.LEAST

    def follow(self, links: tuple[Link, ...]) -> None:
        """Queues what an index page links to: unread items, and its next page while there is something unread."""
        items = [link for link in links if link.role is Role.ITEM and link.url not in self.seen]
        unread = [link for link in items if not self.ledger.knows(link.url)]
        for link in unread:
            self.seen.add(link.url)
            self.queue.append(link)
        self.indexes += 1
        # A pass that was cut short has read the newest and left older ones behind: then pages of known items go on.
        going_on = bool(unread) or not self.ledger.index.complete
        for link in links:
            if (
                link.role is Role.INDEX
                and going_on
                and self.indexes < self.source.list.pages
                and link.url not in self.seen
            ):
                self.seen.add(link.url)
                self.queue.append(link)

    def failed(self, link: Link, failure: FetchFailure) -> None:
        self.failures[failure] += 1
        if link.role is Role.INDEX and link.url == self.source.url:
            self.index_failure = failure
        elif failure in SETTLED and link.entry is None:
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

    def result(self, now: datetime) -> SourceRun:
        """How the pass ended, in the words of whoever looks after the sources."""
        state, message = RunState.OK, ""
        if self.index_failure is not None:
            state = RunState.REFUSED if self.index_failure in _REFUSED else RunState.FAILED
            message = _told(self.index_failure)
        elif self.failures:
            worst, count = self.failures.most_common(1)[0]
            everything = sum(n for f, n in self.failures.items() if f not in _LEFT)
            state = RunState.FAILED if everything and self.pages <= self.indexes < everything else RunState.PARTIAL
            message = _told(worst) if self.source.kind is Kind.POST else f"{count} 处：{_told(worst)}"
        elif self.gap:
            state, message = RunState.PARTIAL, GAP
        return SourceRun(
            source=self.source.id, kind=self.source.kind, started=self.started, finished=now, state=state,
            pages=self.pages, new=self.taken.new, duplicate=self.taken.duplicate, dropped=dict(self.taken.dropped),
            failures={f.value: n for f, n in self.failures.items()}, newest=self.taken.newest, message=message,
            form=self.taken.form, delays=dict(self.taken.delays), listed=self.listed, known=self.known, gap=self.gap,
            factors=pace.factors(self.source),
        )  # fmt: skip


def _told(failure: FetchFailure) -> str:
    message, hint = MESSAGES[failure]
    return f"{message}：{hint}" if hint else message
