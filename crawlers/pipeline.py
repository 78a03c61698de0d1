"""From what a page said to intake's process and on to the store or the spool, in bounded memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from time import monotonic
from typing import TypeVar

from crawlers.failures import FetchFailure
from crawlers.intake import IntakeFailed, Taker
from crawlers.items import Batch
from crawlers.known import plan
from crawlers.passes import Pass
from monitor.app import App
from monitor.errors import StoreUnavailable
from monitor.ops import days, log, runs
from monitor.ops.ingest import Taken
from monitor.ops.tally import Tally

BATCH = 200
"""Most items that intake is given at once."""
WAITING = 400
"""Most items that wait for intake; beyond it pages wait, and with them the downloads."""
FLUSH_S = 5.0


T = TypeVar("T")


class Pipeline:
    """Takes batches from the reactor's thread, keeps them in one thread of its own, in order.

    ``settled`` is called on the reactor's thread after each batch was kept (or could not be).
    """

    def __init__(self, app: App, intake: Taker, settled: Callable[[Pass], None]) -> None:
        self._app = app
        self._intake = intake
        self._tally = Tally()
        self._settled = settled
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._queue: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._room = asyncio.Condition()
        self._waiting = 0
        self._flushed = monotonic()
        self._log = log.get("crawl")

    async def open(self, passes: Iterable[Pass]) -> None:
        """Builds intake and reads what is known of each source. With the store away nothing is known: all is read."""
        await self._do(lambda: self._begin(list(passes)))
        self._worker = asyncio.ensure_future(self._work())

    async def put(self, batch: Batch) -> None:
        """Queues the items of a page; waits while too many are waiting."""
        async with self._room:
            await self._room.wait_for(lambda: self._waiting < WAITING)
            self._waiting += len(batch.items) or 1
        self._queue.put_nowait(batch)

    async def finish(self, done: Pass) -> runs.SourceRun:
        """Writes down how a pass ended; called when all of its batches are settled."""
        return await self._do(lambda: self._finish(done))

    async def drain(self) -> None:
        """Keeps what is still waiting; nothing can be put afterwards."""
        self._queue.put_nowait(None)
        await self._worker

    async def close(self) -> None:
        """Replays the spool, merges the counters and ends the thread."""
        try:
            await self._do(self._flush)
        except IntakeFailed:
            self._log.error("intake failed", error="flush")
        self._thread.shutdown()

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _work(self) -> None:
        """Gives intake the waiting pages of one source at a time: the more at once, the quicker each."""
        waiting: dict[int, deque[Batch]] = {}  # by pass; the one that has waited longest is the first
        going = True
        while going or waiting:
            while going and (not waiting or not self._queue.empty()):
                batch = await self._queue.get()
                if batch is None:
                    going = False
                else:
                    waiting.setdefault(id(batch.owner), deque()).append(batch)
            if waiting:
                first = next(iter(waiting))
                of_one = waiting.pop(first)
                batches = _portion(of_one)
                if of_one:
                    waiting[first] = of_one  # behind the others
                await self._keep(batches[0].owner, batches)

    async def _keep(self, owner: Pass, batches: list[Batch]) -> None:
        task = asyncio.ensure_future(self._do(lambda: self._take(owner, batches)))
        await asyncio.wait([task])
        error = task.exception()
        if error is not None:
            # A bug in intake must cost these pages only; they are not noted as read and come again.
            self._log.error("intake failed", source=owner.source.id, error=type(error).__name__)
            owner.failures[FetchFailure.INTERNAL] += len(batches)
            owner.broken.update(b.item for b in batches)
        else:
            taken = task.result()
            owner.taken.merge(taken)
            if taken.refused:
                owner.failures[FetchFailure.NOT_KEPT] += len(batches)
        async with self._room:
            self._waiting -= sum(len(b.items) or 1 for b in batches)
            self._room.notify_all()
        owner.unkept -= len(batches)
        self._settled(owner)

    # Below: on the thread that talks to intake's process.

    def _begin(self, passes: list[Pass]) -> None:
        app = self._app
        self._intake.open()
        for one in passes:
            try:
                one.ledger.load(app.store, app.clock())
                visits = one.visits
                visits.begin(plan(app.store, one.source, one.ledger, app.keys.record, one.started, visits.most))
            except StoreUnavailable as error:
                self._log.warning("store away", code=error.code, source=one.source.id)
            one.begin()

    def _take(self, owner: Pass, batches: list[Batch]) -> Taken:
        """Gives pages to intake in their order; what was kept is noted as read, with how it looks."""
        taken = Taken()
        for again, together in groupby(batches, key=lambda b: b.again):
            group = list(together)
            items = [item for b in group for item in b.items]
            part = (self._intake.revise(items) if again else self._intake.take(items)) if items else Taken()
            taken.merge(part)
            if part.refused:
                owner.broken.update(b.item for b in group)
                continue
            owner.ledger.mark(key for b in group for key in b.read if not (b.item and b.item in owner.broken))
            for batch in group:
                owner.ledger.looks.note(batch.looks)
        if owner.ledger.waiting >= BATCH or monotonic() - self._flushed > FLUSH_S:
            self._flushed = monotonic()
            with contextlib.suppress(StoreUnavailable):
                owner.ledger.begin(self._app.store, self._app.clock())
                owner.ledger.flush(self._app.store, self._app.clock())
        return taken

    def _finish(self, done: Pass) -> runs.SourceRun:
        app = self._app
        done.close_lists()
        self._withdraw(done)
        run = done.result(app.clock())
        days.count(self._tally, run)
        if done.complete:
            done.ledger.mark(done.settled)
        done.ledger.memory = done.remembered(done.ledger.memory)
        try:
            done.ledger.flush(app.store, app.clock())
            done.ledger.save(app.store, done.closing(), app.clock())
            runs.record(app.store, run)
        except StoreUnavailable as error:
            # Nothing is lost by it: the records are spooled, the pages are read again.
            self._log.warning("run not recorded", code=error.code, source=done.source.id)
        return run

    def _withdraw(self, done: Pass) -> None:
        """What the publisher took back. Where intake fails it stays under suspicion and is found gone again."""
        judgement = done.visits.judged()
        keys = (*done.visits.keys_of(judgement.withdrawn), *sorted(done.told_gone))
        if keys or done.visits.vanished:
            try:
                done.taken.merge(self._intake.withdraw(done.source.id, done.source.kind, keys, done.visits.vanished))
            except IntakeFailed:
                done.failures[FetchFailure.INTERNAL] += 1
                return
        if done.index_failure is None:
            done.ledger.memory = done.visits.closing(judgement, done.ledger.memory)

    def _flush(self) -> None:
        self._intake.flush()
        with contextlib.suppress(StoreUnavailable):
            self._tally.flush(self._app.store, self._app.clock())


def _portion(waiting: deque[Batch]) -> list[Batch]:
    """The first batches, of ``BATCH`` items or a page more."""
    taken, size = list[Batch](), 0
    while waiting and size < BATCH:
        taken.append(waiting.popleft())
        size += len(taken[-1].items)
    return taken
