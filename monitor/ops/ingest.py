"""One way in for every text: intake decides, the store keeps, the spool holds what the store cannot take now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from monitor.errors import StoreUnavailable
from monitor.intake import build
from monitor.model import CHINA, AnyRecord, BoardMessage, Fetched, Kind
from monitor.ops import latency, log, runs
from monitor.ops.form import Form
from monitor.ops.pages import Pages
from monitor.ops.revising import Revising
from monitor.ops.tally import Tally
from monitor.ops.unreleased import unreleased_since
from monitor.settings import Settings
from monitor.store import Order, RecordQuery, Spool, Store

if TYPE_CHECKING:
    from monitor.intake.pipeline import Intake

ORIGINALS_DAYS = 7
"""How far back a reprint is recognised."""
MATTERS: tuple[tuple[tuple[Kind, ...], int, int], ...] = (
    ((Kind.BOARD,), 400, 3_000),
    ((Kind.NEWS, Kind.OFFICIAL), 60, 1_000),
    ((Kind.POST,), 30, 1_000),
)
"""How far back the members of matters are looked for: kinds, days, and at most so many of the newest."""
_PAGE = 500


@dataclass(slots=True)
class Taken:
    """What became of a batch: counts of texts, and of drops by intake reason."""

    new: int = 0
    duplicate: int = 0
    replies: int = 0
    edited: int = 0
    """Titles or texts that their publisher changed (a better place on a page alone is no change)."""
    withdrawn: int = 0
    spooled: int = 0
    refused: int = 0
    """Neither store nor spool could take it; it will be read again at the next crawl."""
    dropped: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None
    form: Form = field(default_factory=Form)
    delays: Counter[str] = field(default_factory=Counter)
    """New texts by bucket of published → seen (``ops/latency``)."""

    def merge(self, other: Taken) -> None:
        self.new += other.new
        self.duplicate += other.duplicate
        self.replies += other.replies
        self.edited += other.edited
        self.withdrawn += other.withdrawn
        self.spooled += other.spooled
        self.refused += other.refused
        self.dropped.update(other.dropped)
        self.newest = max((t for t in (self.newest, other.newest) if t), default=None)
        self.form.merge(other.form)
        self.delays.update(other.delays)


class Ingest:
    """Fetched in, stored or spooled out. One per process; ``take`` may be called from one thread at a time."""

    def __init__(
        self, settings: Settings, store: Store, spool: Spool, key: bytes, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._store = store
        self._spool = spool
        self._clock = clock
        self._log = log.get("ingest")
        self._watched: dict[str, datetime | None] | None = None
        self.tally = Tally()
        self.intake: Intake = build(settings, key, self._earlier())
        self._pages = Pages(store, clock)
        self._revising = Revising(store, self.intake, self.tally, settings.service.schedule.brief_at)

    def take(self, items: Sequence[Fetched]) -> Taken:
        """Decides on each item and keeps the kept ones; a duplicate board message with an answer updates the answer."""
        taken, records, dated = Taken(), list[AnyRecord](), set[str]()
        items = self._not_of_others(items, taken)
        taken.form.add(items)
        now = self._clock()
        for item, decision in zip(items, self.intake.decide_many(items, now), strict=True):
            self.tally.add(
                "intake_decisions",
                kind=item.kind.value,
                verdict=decision.verdict.value,
                reason=decision.reason.value,
            )
            if decision.value is None:
                taken.dropped[decision.reason.value] += 1
                continue
            records.append(decision.value)
            published = decision.value.published
            if _with_time(item):
                dated.add(decision.value.id)
            taken.newest = published if taken.newest is None else max(taken.newest, published)
        if records:
            self._keep(records, dated, taken)
        return taken

    def revise(self, items: Sequence[Fetched]) -> Taken:
        """Items that were read again: changes are written, answers recorded as by ``take``, unknown items taken.

        While the store is away, or the spool is not empty, they wait in the spool behind what waits there already.
        """
        taken, now = Taken(), self._clock()
        try:
            self._replay(now)
            items = [item for item in items if not self._placed(item)]
            done = self._revising.review(items, now)
        except StoreUnavailable as error:
            self._log.warning("store away, records read again spooled", code=error.code)
            records = [d.value for d in self.intake.decide_many(items, now) if d.value is not None]
            taken.spooled = self._spool.put_reread(records)
            taken.refused = len(records) - taken.spooled
            return taken
        taken.edited, taken.replies, taken.withdrawn = done.edited, done.replies, done.withdrawn
        if done.unknown:
            taken.merge(self.take(done.unknown))
        return taken

    def _not_of_others(self, items: Sequence[Fetched], taken: Taken) -> list[Fetched]:
        """Items whose page no other source has brought; those left out count as duplicates and leave their place."""
        own = []
        for item in items:
            twin = self._pages.of_other(item)
            if twin is None:
                own.append(item)
                continue
            taken.duplicate += 1
            with suppress(StoreUnavailable):  # the place is told again at the next reading of the front page
                self._pages.place(twin, item.rank, item.fetched_at)
        return own

    def _placed(self, item: Fetched) -> bool:
        """Whether an item without words only told the place of a page, which is then noted."""
        if item.title or item.text or item.rank is None:
            return False
        self._pages.place(self._pages.id_of(item, self.intake.id_of(item)), item.rank, item.fetched_at)
        return True

    def withdraw(self, source: str, kind: Kind, keys: Sequence[str], known: Sequence[str] = ()) -> Taken:
        """Items whose pages are gone, by their keys: records are withdrawn; what is not known is not counted.

        ``known`` are ids of records of items whose keys are not kept (S1).
        Waits in the spool as ``revise`` does.
        """
        taken, now = Taken(), self._clock()
        ids = [*known, *(id for key in keys if (id := self.intake.id_of_key(source, key)))]
        try:
            self._replay(now)
            taken.withdrawn = self._revising.withdraw(ids, now)
        except StoreUnavailable as error:
            self._log.warning("store away, withdrawals spooled", code=error.code)
            taken.spooled = self._spool.put_withdrawals(kind, ids, self._revising.withdrawal(now))
            taken.refused = len(ids) - taken.spooled
        return taken

    def flush(self) -> None:
        """Replays the spool and merges counters; harmless when the store is away."""
        try:
            self._replay(self._clock())
            self.tally.flush(self._store, self._clock())
        except StoreUnavailable as error:
            self._log.warning("store away", code=error.code)

    def _replay(self, now: datetime) -> None:
        """What waits comes first: a change must not overtake the text that it changes."""
        if self._spool.depth:
            edge = unreleased_since(now, self._settings.service.schedule.brief_at)
            replayed = self._spool.replay(self._store, unreleased=edge)
            self._log.info("spool replayed", doubtful=replayed.doubtful > 0)

    def _keep(self, records: Sequence[AnyRecord], dated: Collection[str], taken: Taken) -> None:
        began = perf_counter()
        try:
            added = self._store.add(records)
        except StoreUnavailable as error:
            kept = self._spool.put(records)
            taken.spooled += kept
            taken.refused += len(records) - kept
            self._log.warning("store away, records spooled", code=error.code)
            return
        kind = records[0].kind.value
        latency.observe(self.tally, "store_write_seconds", perf_counter() - began, latency.WRITES, kind=kind)
        taken.new += len(added.new)
        taken.duplicate += len(added.duplicate)
        self._pages.note(records)
        doubled, new = set(added.duplicate), set(added.new)
        self._time([r for r in records if r.id in new and r.id in dated], taken)
        for record in records:
            if isinstance(record, BoardMessage) and record.reply is not None and record.id in doubled:
                taken.replies += self._reply(record)

    def _time(self, records: Sequence[AnyRecord], taken: Taken) -> None:
        """Published → seen of texts that came while their source was watched; those of a first reading are old news."""
        now = self._clock()
        for record in records:
            since = self._watched_since(record.source)
            if since is None or record.published < since:
                continue
            seconds = (now - record.published).total_seconds()
            taken.delays[latency.bucket(seconds)] += 1
            latency.observe(
                self.tally, "publish_to_seen_seconds", seconds, latency.FRESHNESS,
                source=record.source, kind=record.kind.value,
            )  # fmt: skip

    def _watched_since(self, source: str) -> datetime | None:
        if self._watched is None:
            try:
                states = runs.states(self._store, self._settings.sources.source)
            except StoreUnavailable:
                return None  # went away just now: these texts are not timed, the next ones are
            self._watched = {id: state.first_ok for id, state in states.items()}
        return self._watched.get(source)

    def _reply(self, record: BoardMessage) -> int:
        assert record.reply is not None
        try:
            return int(self._store.record_reply(record.id, record.reply))
        except StoreUnavailable:
            self._spool.put_reply(record.id, record.reply)
            return 0

    def _earlier(self) -> Iterator[AnyRecord]:
        """What is recognised across processes: members of matters, then recent articles, oldest first.

        Nothing is read before the first is asked for; it ends early when the store is away.
        """
        now = self._clock()
        week = now - timedelta(days=ORIGINALS_DAYS)
        try:
            matters: list[AnyRecord] = []
            for kinds, days, most in MATTERS:
                until = week if Kind.NEWS in kinds else None
                query = RecordQuery(kinds=kinds, since=now - timedelta(days=days), until=until, limit=_PAGE)
                matters.extend(islice(self._found(query), most))
            yield from sorted(matters, key=lambda record: (record.published, record.id))
            recent = RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), since=week, order=Order.OLDEST, limit=_PAGE)
            yield from self._found(recent)
        except StoreUnavailable as error:
            self._log.warning("store away, earlier texts unknown", code=error.code)

    def _found(self, query: RecordQuery) -> Iterator[AnyRecord]:
        while True:
            page = self._store.find(query)
            yield from page.records
            if not page.cursor:
                return
            query = replace(query, cursor=page.cursor)


def _with_time(item: Fetched) -> bool:
    """Whether the page told a time of day: a bare date says nothing about how fresh a text is."""
    return item.published is not None and item.published.astimezone(CHINA).time() != time()
