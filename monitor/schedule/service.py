"""The running service: one APScheduler for the jobs, the API as a child, an orderly end."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.app import App, open_app
from monitor.ops import log
from monitor.schedule import children
from monitor.schedule.jobs import all_jobs, perform

_WATCH_S = 1.0
_BACK_OFF_S = (1, 2, 5, 15, 60)
_STEADY = timedelta(minutes=5)
"""A child that ran this long has started well; the next restart is quick again."""


def run(folder: Path, *, api_port: int | None = None, with_api: bool = True, ready: Callable[[], None] | None = None,
        first_delay_s: float = 0.0) -> None:  # fmt: skip
    """Runs the jobs, and the API as a child, until SIGINT or SIGTERM; then ends the children and returns.

    ``ready`` is called once everything is started. ``first_delay_s`` postpones the first turn of every job.
    """
    stop = threading.Event()
    with open_app(folder) as app, _signals(stop):
        log.follow(app.settings.service.log)
        scheduler = _scheduler(app, first_delay_s)
        scheduler.start()
        keeper = _ApiKeeper(folder, api_port) if with_api else None
        try:
            if ready is not None:
                ready()
            while not stop.wait(_WATCH_S):
                if keeper is not None:
                    keeper.look()
        finally:
            if keeper is not None:
                keeper.stop()
            log.get("schedule").info("stopping")
            scheduler.pause()
            children.stop_all()
            scheduler.shutdown(wait=True)


def _scheduler(app: App, first_delay_s: float) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(8)}, timezone=UTC,
        job_defaults={"coalesce": True, "misfire_grace_time": None},
    )  # fmt: skip
    # That a job is still at work when its turn comes is what ``max_instances`` is for, and no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    first = datetime.now(UTC) + timedelta(seconds=first_delay_s)
    for number, job in enumerate(all_jobs(app)):
        scheduler.add_job(
            perform, "interval", seconds=job.every_s, args=(job, app), id=job.name, max_instances=job.overlapping,
            next_run_time=first + timedelta(seconds=number),
        )  # fmt: skip
    return scheduler


class _ApiKeeper:
    """Starts the API child and starts it again, with growing pauses, whenever it ends."""

    def __init__(self, folder: Path, port: int | None) -> None:
        self._folder, self._port = folder, port
        self._failures = 0
        self._begin()

    def _begin(self) -> None:
        self._child = children.api(self._folder, self._port)
        self._started = datetime.now(UTC)
        self._again: datetime | None = None

    def look(self) -> None:
        if self._child.running:
            return
        now = datetime.now(UTC)
        if self._again is None:
            self._failures = 0 if now - self._started > _STEADY else self._failures + 1
            pause = _BACK_OFF_S[min(self._failures, len(_BACK_OFF_S) - 1)]
            self._again = now + timedelta(seconds=pause)
            log.get("schedule").error("api ended, starts again", exit=self._child.code, pause_s=pause)
        elif now >= self._again:
            self._begin()

    def stop(self) -> None:
        self._child.stop()


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM ask for the end; the handlers before are put back afterwards."""
    before = {s: signal.signal(s, lambda *_: stop.set()) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
