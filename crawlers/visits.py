"""The re-visits of one pass: which are to be made, what each found, and what that means at its end. No I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.adapters.contract import Link, Role
from crawlers.failures import FetchFailure
from crawlers.ledger import Ledger, Memory
from crawlers.revisits import Absence, Judgement, Page, Plan, due_at, judged, settled_until, vanished
from monitor.model import Kind

ABSENT = frozenset({FetchFailure.NOT_FOUND, FetchFailure.GONE})
_AWAY = frozenset(
    {FetchFailure.TIMEOUT, FetchFailure.CONNECTION, FetchFailure.DNS, FetchFailure.SERVER_ERROR,
     FetchFailure.RATE_LIMITED, FetchFailure.ROBOTS_AWAY, FetchFailure.NOT_KEPT, FetchFailure.INTERNAL}
)  # fmt: skip
SUSPECTED_DAYS = 14
"""A page under suspicion that could not be asked again for so long is not suspected any more."""


@dataclass(slots=True)
class Visits:
    """Taken after everything new. ``standing`` and ``absent`` are names (hashes) of pages as they were found."""

    ledger: Ledger
    started: datetime
    most: int
    plan: Plan = field(default_factory=Plan)
    queue: deque[Link] = field(default_factory=deque)
    pages: dict[str, Page] = field(default_factory=dict)
    again: dict[str, Page] = field(default_factory=dict)
    """The same by the key of the item."""
    standing: set[str] = field(default_factory=set)
    absent: dict[str, bool] = field(default_factory=dict)
    away: int = 0
    made: int = 0
    due: dict[str, datetime] = field(default_factory=dict)
    vanished: tuple[str, ...] = ()
    """Ids of records whose entries are missing in the list, surely."""

    @property
    def since(self) -> datetime:
        """Up to when re-visits were made; a source that was never re-visited begins now."""
        return min(self.ledger.memory.until or self.started, self.started)

    def begin(self, plan: Plan) -> None:
        self.plan = plan
        for page, at in plan.visits:
            self._add(Link(page.url, Role.ITEM), page, at)

    def listed(self, link: Link, kind: Kind) -> bool:
        """Plans to read a known page again that the list links to: a forum thread, whose address is not kept (S1), or
        any page of which the list says another version than it was read in.
        """
        name = self.ledger.page(link.url)
        first = self.ledger.first_read(name)
        if first is None or link.url in self.pages or len(self.due) >= self.most:
            return False
        look = self.ledger.looks.of(name)
        page = Page(name=name, url=link.url, key=self.ledger.key_of(link.url), first=first, kind=kind)
        if link.version and look is not None and look.version:
            changed = look.version != self.ledger.looks.print(link.version)
            at = self.started if changed else None
        else:
            at = due_at(page, self.since, self.started) if kind is Kind.POST else None
        if at is None and name in self.ledger.memory.gone:
            at = self.started
        if at is None:
            return False
        self._add(replace(link, entry=None), page, at)
        return True

    def _add(self, link: Link, page: Page, at: datetime) -> None:
        if link.url not in self.pages:
            self.pages[link.url] = self.again[page.key] = page
            self.due[link.url] = at
            self.queue.append(link)

    def take(self) -> Link | None:
        return self.queue.popleft() if self.queue else None

    def found(self, url: str) -> None:
        """The page stands."""
        self.made += 1
        self.due.pop(url, None)
        self.standing.add(self.pages[url].name)

    def failed(self, url: str, failure: FetchFailure, *, final: bool) -> None:
        """The page was not read. A site that forbids, pauses or breaks says nothing about the page."""
        if failure in ABSENT:
            self.made += 1
            self.due.pop(url, None)
            self.absent[self.pages[url].name] = final
        else:
            self.away += failure in _AWAY
            self.due.pop(url, None)

    def judged(self) -> Judgement:
        """What the pages that are gone mean."""
        least = self.started - timedelta(days=SUSPECTED_DAYS)
        gone = {n: at for n, at in self.ledger.memory.gone.items() if n not in self.standing and at >= least}
        return judged(self.absent, len(self.standing), gone, self.started)

    def keys_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        wanted = set(names)
        return tuple(page.key for page in self.pages.values() if page.name in wanted)

    def compare(self, listed: tuple[str, ...]) -> None:
        """Sees which entries (ids of records) are missing in a list between others that are still there.

        An entry is gone when it is missing the second time. ``listed`` empty: the list is as it was.
        """
        memory = self.ledger.memory
        told = vanished(memory.order, listed) if listed else (memory.order, frozenset(memory.vanished))
        if told is None:
            self.ledger.memory = replace(memory, order=listed, vanished={})
            return
        order, missing = told
        since = {id: memory.vanished.get(id, self.started) for id in missing}
        sure = {id for id, at in since.items() if self.started - at >= timedelta(hours=1)}
        self.vanished = tuple(sorted(sure))
        self.ledger.memory = replace(
            memory,
            order=tuple(id for id in (order or listed) if id not in sure),
            vanished={id: at for id, at in since.items() if id not in sure},
        )

    def closing(self, judgement: Judgement, memory: Memory) -> Memory:
        """The memory with what these re-visits leave to the next pass."""
        until = settled_until(self.plan, self.since, self.due.values(), self.away, self.made)
        return replace(memory, until=until, gone=dict(judgement.gone))

    @property
    def moved(self) -> bool:
        return self.judged().reason is Absence.MOVED
