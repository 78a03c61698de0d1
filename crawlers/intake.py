"""Intake in a process of its own: reading pages and judging texts then use two cores, and neither waits for the other.

The process is forked before anything is loaded. It ends when its parent closes the pipe or is gone, after the batch
under way; signals are left to the parent, which decides when a crawl ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from monitor.app import Clock, open_app, system_clock
from monitor.errors import YuqingError
from monitor.model import Fetched, Kind
from monitor.ops import log
from monitor.ops.ingest import Ingest, Taken

_PART = 200
"""Most items that go through the pipe at once."""


class IntakeFailed(YuqingError):
    """Intake met a bug of ours, or its process is gone."""

    code = "intake_failed"


class Taker(Protocol):
    """What takes the items of a crawl: intake's process, or a trial that only tells what it would do."""

    def open(self) -> None: ...

    def take(self, items: Sequence[Fetched]) -> Taken: ...

    def revise(self, items: Sequence[Fetched]) -> Taken: ...

    def withdraw(self, source: str, kind: Kind, keys: Sequence[str], known: Sequence[str] = ()) -> Taken: ...

    def flush(self) -> None: ...


class Intake:
    """The parent's side; every call waits for its answer, so call it off the reactor's thread, one call at a time."""

    def __init__(self, folder: Path, clock: Clock = system_clock) -> None:
        """Forks: to be called while this process has one thread and no store open."""
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(folder, theirs, self._pipe, clock), name="intake")
        self._process.start()
        theirs.close()

    def open(self) -> None:
        """Builds intake. Raises the ``YuqingError`` that keeps it from being built."""
        self._ask("open")

    def take(self, items: Sequence[Fetched]) -> Taken:
        """As ``Ingest.take``. Raises ``IntakeFailed``."""
        return self._in_parts("take", items)

    def revise(self, items: Sequence[Fetched]) -> Taken:
        """As ``Ingest.revise``. Raises ``IntakeFailed``."""
        return self._in_parts("revise", items)

    def withdraw(self, source: str, kind: Kind, keys: Sequence[str], known: Sequence[str] = ()) -> Taken:
        """As ``Ingest.withdraw``. Raises ``IntakeFailed``."""
        taken = self._ask("withdraw", (source, kind, tuple(keys), tuple(known)))
        assert isinstance(taken, Taken)
        return taken

    def flush(self) -> None:
        """As ``Ingest.flush``."""
        self._ask("flush")

    def close(self) -> None:
        """Ends the process and waits for its end."""
        self._pipe.close()
        self._process.join()

    def _in_parts(self, what: str, items: Sequence[Fetched]) -> Taken:
        """A feed may bring thousands of texts at once: neither process holds more than a part of them twice."""
        whole, told = Taken(), list(items)
        if len(told) > _PART:
            # In the order of publication, as within a part: what came first is the original of what repeats it.
            told.sort(key=lambda item: item.published or item.fetched_at)
        for at in range(0, len(told), _PART):
            taken = self._ask(what, told[at : at + _PART])
            assert isinstance(taken, Taken)
            whole.merge(taken)
        return whole

    def _ask(self, what: str, given: object = None) -> Any:
        try:
            self._pipe.send((what, given))
            answer, error = self._pipe.recv()
        except (EOFError, OSError) as gone:
            raise IntakeFailed("处理网页的进程意外结束", "详见日志；未处理的网页下一轮会重新读取") from gone
        if error is not None:
            raise error
        return answer


def _run(folder: Path, pipe: Connection, parents: Connection, clock: Clock) -> None:
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Whoever reads the parent's output must not wait for this process.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.suppress(EOFError, OSError):
        _serve(folder, pipe, clock)


def _serve(folder: Path, pipe: Connection, clock: Clock) -> None:
    """Answers until the parent is gone: opening first, then batches."""
    pipe.recv()
    try:
        with open_app(folder, clock) as app, ThreadPoolExecutor(1) as worker:
            ingest = Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock)
            pipe.send((None, None))
            while True:
                what, given = pipe.recv()
                pipe.send(_answer(worker, ingest, what, given))
    except YuqingError as error:
        pipe.send((None, _portable(error)))


def _answer(
    worker: ThreadPoolExecutor, ingest: Ingest, what: str, given: Any
) -> tuple[Taken | None, YuqingError | None]:
    """The answer, or an error: a bug of ours must cost one batch and not the crawl."""
    done = worker.submit(_asked(ingest, what, given))
    error = done.exception()
    if error is None:
        return done.result(), None
    log.get("crawl").error("intake failed", error=type(error).__name__)
    return None, IntakeFailed("处理网页时程序出错", "请把运行日志交给维护人员")


def _asked(ingest: Ingest, what: str, given: Any) -> Callable[[], Taken | None]:
    if what == "flush":
        return ingest.flush
    if what == "withdraw":
        return lambda: ingest.withdraw(*given)
    return lambda: ingest.revise(given) if what == "revise" else ingest.take(given)


def _portable(error: YuqingError) -> YuqingError:
    """The error as it can be sent: its own class may take other arguments than a copy would be given."""
    copy = YuqingError(error.message, error.hint)
    copy.code = error.code
    return copy
