"""One spider for every source: it asks the source's adapter what to read and what to follow."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers import items, reading
from crawlers.adapters import Link, Meta, Parsed, Role
from crawlers.addresses import led_home
from crawlers.failures import AdapterError, FetchFailure, Refused
from crawlers.intake import Taker
from crawlers.ledger import Index, Ledger
from crawlers.passes import Pass
from crawlers.pipeline import Pipeline
from crawlers.politeness import failure_of, is_home, request
from monitor.app import App
from monitor.errors import YuqingError
from monitor.model import Kind
from monitor.ops import log
from monitor.ops.pace import LONGEST, site_of
from monitor.ops.runs import SourceRun
from monitor.settings.types import Source

MAX_PAUSE_S = 30.0
"""A site that asks for a longer pause is left until the next pass."""
MAX_PAUSES = 3
_MACHINE_MADE = re.compile(
    r'(?:W/)?"(?:[0-9A-Fa-f:._-]{1,80}|(?=[^"\d]*\d)(?=[^"A-Z]*[A-Z])(?=[^"a-z]*[a-z])[A-Za-z0-9+/=_-]{22,80})"'
)
"""An ETag of hexadecimal numbers (size and time, a digest), or of a digest in base64."""
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
            Pass(
                s,
                Ledger(s.id, s.url, app.keys.record, s.list.ignore),
                site_of(s.url, s.local),
                app.clock(),
                crawl.max_pages,
            )
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
            ready = [p for p in passes if p.ready and not p.waits]
            if not ready:
                return
            # What is new anywhere on the site comes before what was read before.
            one = min(ready, key=lambda p: (not p.queue, p.active))
            link = one.take()
            if link is not None:
                self._ask(one, link)
            else:
                self._check(one)

    def _ask(self, one: Pass, link: Link) -> None:
        try:
            asked = self._request(one, link)
        except ValueError:
            one.lists -= link.role is Role.INDEX
            one.failed(link, FetchFailure.CLIENT_ERROR)  # an address that no request can be made of
            self._check(one)
            return
        one.active += 1
        self.crawler.engine.crawl(asked)

    def _request(self, one: Pass, link: Link) -> Request:
        return request(
            link.url, local=is_home(link.url, one.source), meta={"pass": one, "link": link},
            headers=one.conditions(link), callback=self._answered, errback=self._refused,
        )  # fmt: skip

    def _stop_feeding(self) -> None:
        for one in self._passes:
            one.give_up(FetchFailure.TIME_LIMIT)
            self._check(one)

    # Answers.

    async def _answered(self, response: Response) -> None:
        one, link = response.meta["pass"], response.meta["link"]
        one.pages += 1
        one.revisited += one.is_again(link)
        if link.role is Role.INDEX and link.url == one.source.url:
            one.index = Index(*_validators(one.source.kind, response))
        if response.status == 304:
            one.same(link)
        elif link.role is Role.ITEM and led_home(link.url, response.url, one.source.url):
            await self._failed(one, link, FetchFailure.NOT_FOUND)
        else:
            await self._read(one, link, response)
        self._left(one, link)

    async def _read(self, one: Pass, link: Link, response: Response) -> None:
        key = one.key_of(link)
        meta = Meta(response.url, key, link.role, self._app.clock(), _header(response, "Content-Type"), link.entry)
        read = partial(reading.read, response.body, meta, one.source)
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
            made = task.result()
            if made.note is not None:
                one.notes[made.note] += 1
            if link.role is Role.ITEM:
                await self._read_item(one, link, made.parsed, response)
            else:
                await self._read_list(one, link, made)

    async def _read_item(self, one: Pass, link: Link, parsed: Parsed, response: Response) -> None:
        for batch in items.of_page(one, link, parsed, _validators(one.source.kind, response)):
            await self._keep(batch)

    async def _read_list(self, one: Pass, link: Link, made: reading.Reading) -> None:
        parsed = made.parsed
        listed = [i.key for i in parsed.items] + [to.url for to in parsed.links if to.role is Role.ITEM]
        fresh = one.compare(listed, first=link.url == one.source.url)
        carried = sum(not one.ledger.knows(i.key) for i in parsed.items) if parsed.items else None
        one.note_order(parsed, self._app.keys.record)
        for batch in (*items.of_list(one, parsed.items), *items.placed(one, parsed)):
            await self._keep(batch)
        one.follow(parsed.links, fresh=fresh, guess=made.next, carried=carried)

    async def _keep(self, batch: items.Batch) -> None:
        batch.owner.unkept += 1
        await self._pipeline.put(batch)

    async def _refused(self, failure: Failure) -> None:
        asked: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        one, link = asked.meta["pass"], asked.meta["link"]
        error = failure.value
        if isinstance(error, Refused) and error.retry_after is not None and one.asked < one.max_pages:
            self._pause(one, link, error.retry_after)
            self._left(one, None)
        else:
            await self._failed(one, link, failure_of(error), final=True)
            self._left(one, link)

    async def _failed(self, one: Pass, link: Link, failure: FetchFailure, *, final: bool = False) -> None:
        one.failed(link, failure, final=final and failure is FetchFailure.GONE)
        if batch := items.instead(one, link, failure):
            await self._keep(batch)

    def _pause(self, one: Pass, link: Link, seconds: float) -> None:
        """Does what 429 and Retry-After ask: waits and asks again if the pause is short, else ends the pass."""
        one.put_back(link)
        if seconds > MAX_PAUSE_S or one.failures[FetchFailure.RATE_LIMITED] >= MAX_PAUSES:
            if link.url == one.source.url:
                one.index_failure = FetchFailure.RATE_LIMITED
            one.paused_until = self._app.clock() + min(timedelta(seconds=seconds), LONGEST)
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

    def _left(self, one: Pass, link: Link | None) -> None:
        one.active -= 1
        one.lists -= link is not None and link.role is Role.INDEX
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


def _validators(kind: Kind, response: Response) -> tuple[str, str]:
    """ETag and Last-Modified, which let the next visit ask conditionally. An ETag is the site's own words: of boards
    and forums only the date is kept, as a date, and of others an ETag only if it looks as if made by a machine, so that
    nothing else a site puts there can be written down (S1).
    """
    told = _header(response, "ETag")
    etag = told if kind not in (Kind.BOARD, Kind.POST) and _MACHINE_MADE.fullmatch(told) else ""
    try:
        modified = format_datetime(
            parsedate_to_datetime(_header(response, "Last-Modified")).astimezone(UTC), usegmt=True
        )
    except (ValueError, TypeError):
        modified = ""
    return etag, modified


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("utf-8", "replace")
