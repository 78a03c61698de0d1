"""One spider for every source: it asks the source's adapter what to read and what to follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.adapters import Link, Meta, Parsed, Role, adapter
from crawlers.failures import LASTING, AdapterError, FetchFailure, Refused
from crawlers.intake import Taker
from crawlers.ledger import Index, Ledger
from crawlers.passes import Pass
from crawlers.pipeline import Batch, Pipeline
from crawlers.politeness import failure_of, request
from monitor.app import App
from monitor.errors import YuqingError
from monitor.model import Fetched, Kind
from monitor.ops import log
from monitor.ops.pace import site_of
from monitor.ops.runs import SourceRun
from monitor.settings.types import Source

MAX_PAUSE_S = 30.0
"""A site that asks for a longer pause is left until the next pass."""
MAX_PAUSES = 3
_AHEAD = 2
"""Requests of a site handed to the downloader beyond its concurrency, so that it never waits for us."""


class YuqingSpider(scrapy.Spider):
    """Reads all given sources side by side; a site never has more than its few requests in the engine, so a slow or
    paused one delays nobody. ``told`` gets each source's run as it ends.
    """

    name = "yuqing"

    def __init__(
        self, *, app: App, intake: Taker, sources: Sequence[Source], told: Callable[[SourceRun], None]
    ) -> None:
        super().__init__()
        crawl = app.settings.service.crawl
        self._app = app
        self._told = told
        self._passes = [
            Pass(s, Ledger(s.id, s.url, app.keys.record), site_of(s.url, s.local), app.clock(), crawl.max_pages)
            for s in sources
        ]
        self._width = crawl.per_site + _AHEAD
        self._limit_s = crawl.run_limit_s
        self._pipeline = Pipeline(app, intake, self._check)
        self._parsing = ThreadPoolExecutor(1, thread_name_prefix="parse")
        self._all_done = asyncio.Event()
        self.broken: YuqingError | None = None
        self._ending: set[asyncio.Future[Any]] = set()
        self._log = log.get("crawl")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> YuqingSpider:
        spider: YuqingSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._closed, signals.spider_closed)
        crawler.signals.connect(spider._bug, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        try:
            await self._pipeline.open(self._passes)
        except YuqingError as error:
            # Intake cannot be built (a model is missing, the database is damaged): the whole crawl says so and ends.
            self.broken = error
            return
        limit = asyncio.get_running_loop().call_later(self._limit_s, self._stop_feeding)
        for one in self._passes:
            self._feed(one.site)
            self._check(one)
        if self._passes:
            await self._all_done.wait()
        limit.cancel()
        return
        yield  # makes this an asynchronous generator, as Scrapy asks

    # Feeding: each site's passes take turns.

    def _feed(self, site: str) -> None:
        passes = [p for p in self._passes if p.site == site]
        while sum(p.active for p in passes) < self._width:
            ready = [p for p in passes if p.queue and not p.waits]
            if not ready:
                return
            one = min(ready, key=lambda p: p.active)
            link = one.take()
            if link is not None:
                self._ask(one, link)
            else:
                self._check(one)

    def _ask(self, one: Pass, link: Link) -> None:
        try:
            asked = self._request(one, link)
        except ValueError:
            one.failed(link, FetchFailure.CLIENT_ERROR)  # an address that no request can be made of
            self._check(one)
            return
        one.active += 1
        self.crawler.engine.crawl(asked)

    def _request(self, one: Pass, link: Link) -> Request:
        headers = {}
        known = one.ledger.index
        if link.role is Role.INDEX and link.url == one.source.url and known.complete:
            headers = {k: v for k, v in (("If-None-Match", known.etag), ("If-Modified-Since", known.modified)) if v}
        return request(
            link.url, local=one.source.local, meta={"pass": one, "link": link}, headers=headers,
            callback=self._answered, errback=self._refused,
        )  # fmt: skip

    def _stop_feeding(self) -> None:
        for one in self._passes:
            one.give_up(FetchFailure.TIME_LIMIT)
            self._check(one)

    # Answers.

    async def _answered(self, response: Response) -> None:
        one, link = response.meta["pass"], response.meta["link"]
        one.pages += 1
        if link.role is Role.INDEX and link.url == one.source.url:
            one.index = _validators(one.source.kind, response)
        if response.status == 304:
            one.index = one.ledger.index
            one.unchanged()
        else:
            await self._read(one, link, response)
        self._left(one)

    async def _read(self, one: Pass, link: Link, response: Response) -> None:
        meta = Meta(response.url, link.url, link.role, self._app.clock(), _header(response, "Content-Type"), link.entry)
        read = partial(adapter(one.source.adapter), response.body, meta, one.source)
        task = asyncio.ensure_future(asyncio.get_running_loop().run_in_executor(self._parsing, read))
        await asyncio.wait([task])
        error = task.exception()
        if isinstance(error, AdapterError):
            await self._failed(one, link, error.failure)
        elif error is not None:
            # One page that our own code cannot read must not end the others; counted, and its kind is logged.
            self._log.error("adapter failed", source=one.source.id, error=type(error).__name__)
            await self._failed(one, link, FetchFailure.INTERNAL)
        else:
            await self._parsed(one, link, task.result())

    async def _parsed(self, one: Pass, link: Link, parsed: Parsed) -> None:
        if link.role is Role.ITEM:
            await self._keep(one, (link.url,), parsed.items)
            return
        listed = [i.key for i in parsed.items] + [to.url for to in parsed.links if to.role is Role.ITEM]
        one.compare(listed, first=link.url == one.source.url)
        items = tuple(i for i in parsed.items if not one.ledger.knows(i.key))
        if items:
            await self._keep(one, tuple(i.key for i in items), items)
        one.follow(parsed.links)

    async def _keep(self, one: Pass, read: tuple[str, ...], items: tuple[Fetched, ...]) -> None:
        one.unkept += 1
        await self._pipeline.put(Batch(one, read, items))

    async def _refused(self, failure: Failure) -> None:
        asked: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        one, link = asked.meta["pass"], asked.meta["link"]
        error = failure.value
        if isinstance(error, Refused) and error.retry_after is not None and one.asked < one.max_pages:
            self._pause(one, link, error.retry_after)
        else:
            await self._failed(one, link, failure_of(error))
        self._left(one)

    async def _failed(self, one: Pass, link: Link, failure: FetchFailure) -> None:
        one.failed(link, failure)
        if failure in LASTING and link.entry is not None and link.entry.text:
            # The page stays out of reach, the feed's own words do not: they are kept, and the page is not asked again.
            await self._keep(one, (link.url,), (link.entry,))

    def _pause(self, one: Pass, link: Link, seconds: float) -> None:
        """Does what 429 and Retry-After ask: waits and asks again if the pause is short, else ends the pass."""
        one.queue.appendleft(link)
        if seconds > MAX_PAUSE_S or one.failures[FetchFailure.RATE_LIMITED] >= MAX_PAUSES:
            if link.url == one.source.url:
                one.index_failure = FetchFailure.RATE_LIMITED
            one.give_up(FetchFailure.RATE_LIMITED)
            return
        one.failures[FetchFailure.RATE_LIMITED] += 1
        one.waits += 1

        def go_on() -> None:
            one.waits -= 1
            self._feed(one.site)
            self._check(one)

        asyncio.get_running_loop().call_later(seconds + 0.1, go_on)

    # Endings.

    def _left(self, one: Pass) -> None:
        one.active -= 1
        self._feed(one.site)
        self._check(one)

    def _check(self, one: Pass) -> None:
        if one.done and not one.finished:
            one.finished = True
            ending = asyncio.ensure_future(self._end(one))
            self._ending.add(ending)

    async def _end(self, one: Pass) -> None:
        task = asyncio.ensure_future(self._pipeline.finish(one))
        await asyncio.wait([task])
        error = task.exception()
        if error is None:
            self._told(task.result())
        else:
            self._log.error("run not recorded", source=one.source.id, error=type(error).__name__)
        if all(p.finished and p.done for p in self._passes):
            self._all_done.set()

    async def _closed(self) -> None:
        """The engine is closing (all done, or a signal): what was read is kept, open passes are written down."""
        for one in self._passes:
            one.give_up(FetchFailure.TIME_LIMIT)
        if self.broken is not None:
            return
        await self._pipeline.drain()
        for one in self._passes:
            if not one.finished:
                one.finished = True
                self._ending.add(asyncio.ensure_future(self._end(one)))
        await asyncio.gather(*self._ending)
        await self._pipeline.close()
        self._parsing.shutdown()

    def _bug(self, failure: Failure) -> None:
        self._log.error("spider failed", error=failure.type.__name__ if failure.type else "unknown")


def _validators(kind: Kind, response: Response) -> Index:
    """What lets the next pass ask conditionally. A validator is the site's own words: of boards and forums only the
    date is kept, as a date, so that nothing else a site puts there can be written down (S1).
    """
    etag = "" if kind in (Kind.BOARD, Kind.POST) else _header(response, "ETag")
    try:
        modified = format_datetime(
            parsedate_to_datetime(_header(response, "Last-Modified")).astimezone(UTC), usegmt=True
        )
    except (ValueError, TypeError):
        modified = ""
    return Index(etag, modified)


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("utf-8", "replace")
