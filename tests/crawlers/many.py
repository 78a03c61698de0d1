"""Many passes in one real child process, each at the moment it is told: what weeks of crawling do, without weeks.

Is told one moment (ISO 8601) a line, crawls every source as of then, tells each run and a line ``{}`` at the end. The
spider, intake's own process, the store and the site are the real ones; only the clock is set.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from crawlers.__main__ import chosen, quiet, scrapy_settings
from crawlers.intake import Intake
from monitor.app import open_app, system_clock
from monitor.model import Fetched, Kind
from monitor.ops import log, runs
from tests.crawlers.desk import ROOT, Desk


class OnceOpened(Intake):
    """Built once for all passes."""

    opened = False

    def open(self) -> None:
        if not self.opened:
            super().open()
            self.opened = True


@dataclass
class Passes:
    """The test's side."""

    said: TextIO
    start: datetime

    def after(self, **ago: float) -> dict[str, dict[str, Any]]:
        """One pass so much later than the start; the runs by source."""
        self.said.write((self.start + timedelta(**ago)).isoformat() + "\n")
        self.said.flush()
        told = []
        while (line := self.said.readline()).strip() != "{}":
            assert line, "the crawl ended"
            told.append(json.loads(line))
        return {run["source"]: run for run in told}

    def only(self, **ago: float) -> dict[str, Any]:
        (run,) = self.after(**ago).values()
        return run


@contextmanager
def passes(desk: Desk, start: datetime) -> Iterator[Passes]:
    """Passes over the sources of a desk; the configuration is read once."""
    nest = _nest()
    assert nest.stdin is not None and nest.stdout is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        nest.stdin.write(f"{server.getsockname()[1]} {desk.config}\n")
        nest.stdin.flush()
        server.settimeout(60)
        line = server.accept()[0]
    with line, line.makefile("rw", encoding="utf-8") as said:
        yield Passes(said, start)
        line.shutdown(socket.SHUT_WR)
        assert nest.stdout.readline().strip() == "0", "the crawling process did not end well"


@cache
def _nest() -> subprocess.Popen[str]:
    """A process that has loaded everything and forks one that crawls for each test: loading costs two seconds."""
    nest = subprocess.Popen(
        [sys.executable, "-m", "tests.crawlers.many"], cwd=ROOT, text=True, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(_end, nest)
    return nest


def _end(nest: subprocess.Popen[str]) -> None:
    assert nest.stdin is not None and nest.stdout is not None
    nest.stdin.close()
    nest.wait(10)
    nest.stdout.close()


def serve() -> None:
    """The nest's side: one crawling process after the other."""
    _load()
    for line in sys.stdin:
        port, _, folder = line.strip().partition(" ")
        child = os.fork()
        if not child:
            code = 1
            try:
                with socket.create_connection(("127.0.0.1", int(port))) as test:
                    main(Path(folder), test.makefile("rw", encoding="utf-8"))
                code = 0
            finally:
                os._exit(code)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _load() -> None:
    """All that does not install a reactor: models by one decision of intake."""
    import scrapy  # noqa: F401

    from monitor.intake.pipeline import Intake as Judging

    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        now = system_clock()
        told = Fetched(
            source="s", kind=Kind.NEWS, key="k", title="青石街道排查管网", text="张三说停水了。", fetched_at=now
        )
        with open_app(desk.config) as app:
            Judging(app.settings, b"k").decide(told, now)


def main(folder: Path, test: TextIO) -> None:
    log.configure(process=True)
    ahead = multiprocessing.Value("d", 0.0)

    def say(line: str) -> None:
        test.write(line + "\n")
        test.flush()

    def tell(run: runs.SourceRun) -> None:
        say(json.dumps(runs.shown(run), ensure_ascii=False))

    def clock() -> datetime:
        return system_clock() + timedelta(seconds=ahead.value)

    intake = OnceOpened(folder, clock)
    with open_app(folder, clock) as app:
        app.store.init()
        sources = chosen(app, [], due=False)
        from scrapy.crawler import AsyncCrawlerProcess

        process = AsyncCrawlerProcess(scrapy_settings(app.settings, sources))
        quiet()
        from crawlers.spider import YuqingSpider

        async def crawl_all() -> None:
            loop = asyncio.get_running_loop()
            while moment := (await loop.run_in_executor(None, test.readline)).strip():
                ahead.value = (datetime.fromisoformat(moment) - system_clock()).total_seconds()
                await process.crawl(
                    process.create_crawler(YuqingSpider), app=app, intake=intake, sources=sources, told=tell
                )
                say("{}")

        from twisted.internet import reactor as installed

        reactor: Any = installed

        def begin() -> None:
            done = asyncio.ensure_future(crawl_all())
            done.add_done_callback(lambda _: reactor.stop())
            kept.append(done)

        kept: list[asyncio.Future[None]] = []
        reactor.callWhenRunning(begin)
        process.start(stop_after_crawl=False)
        kept[0].result()
    intake.close()


if __name__ == "__main__":
    serve()
