"""Many passes in one real child process, each at the moment it is told: what weeks of crawling do, without weeks.

Reads one moment (ISO 8601) a line, crawls every source as of then, prints each run and a line ``{}`` at the end. The
spider, intake's own process, the store and the site are the real ones; only the clock is set.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers.__main__ import chosen, quiet, scrapy_settings
from crawlers.intake import Intake
from monitor.app import open_app, system_clock
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
    """The parent's side."""

    child: subprocess.Popen[str]
    start: datetime

    def after(self, **ago: float) -> dict[str, dict[str, Any]]:
        """One pass so much later than the start; the runs by source."""
        assert self.child.stdin is not None and self.child.stdout is not None
        self.child.stdin.write((self.start + timedelta(**ago)).isoformat() + "\n")
        self.child.stdin.flush()
        told = []
        while (line := self.child.stdout.readline()).strip() != "{}":
            assert line, "the crawl ended"
            told.append(json.loads(line))
        return {run["source"]: run for run in told}

    def only(self, **ago: float) -> dict[str, Any]:
        (run,) = self.after(**ago).values()
        return run


@contextmanager
def passes(desk: Desk, start: datetime) -> Iterator[Passes]:
    """Passes over the sources of a desk; the configuration is read once."""
    command = [sys.executable, "-m", "tests.crawlers.many", str(desk.config)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        yield Passes(child, start)
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(30) == 0


def main(folder: Path) -> None:
    log.configure(process=True)
    ahead = multiprocessing.Value("d", 0.0)

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
            while moment := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
                ahead.value = (datetime.fromisoformat(moment) - system_clock()).total_seconds()
                await process.crawl(
                    process.create_crawler(YuqingSpider), app=app, intake=intake, sources=sources, told=_tell
                )
                _say("{}")

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


def _tell(run: runs.SourceRun) -> None:
    _say(json.dumps(runs.shown(run), ensure_ascii=False))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
