"""Manners and safety of every request (S5): robots.txt, public addresses only, redirects, rates, plain refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.internet.error import DNSLookupError

from crawlers.adapters.links import same_site
from crawlers.failures import FetchFailure, Refused
from crawlers.network import check_public
from crawlers.places import Places
from monitor.ops.pace import site_of
from monitor.settings.service import CrawlSettings
from monitor.settings.types import Source

AGENT = "yuqing"
ROBOTS_BYTES = 512_000
ROBOTS_AGE_S = 3600.0
"""A robots.txt is read again in a crawl that lasts longer (RFC 9309 §2.4 allows a day)."""
MAX_REDIRECTS = 5
MAX_CRAWL_DELAY_S = 60.0
PAUSE_S = 60.0
"""How long a site that answers 429 or 503 without Retry-After is left alone."""
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9",
}


def user_agent(contact: str) -> str:
    """The name every request carries, with who to write to."""
    return f"{AGENT}/0.1 (+{contact})" if contact else f"{AGENT}/0.1"


def slots(sources: Iterable[Source], crawl: CrawlSettings) -> dict[str, dict[str, Any]]:
    """The downloader's slots: each site with the longest delay that any of its sources asks for."""
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        delay = crawl.delay_s if source.delay_s is None else source.delay_s
        site = site_of(source.url, source.local)
        delay = max(delay, found.get(site, {}).get("delay", 0.0))
        found[site] = {"concurrency": crawl.per_site, "delay": delay, "jitter": 0.0}
    return found


def request(
    url: str, *, local: bool, meta: dict[str, Any], headers: dict[str, str] | None = None, **more: Any
) -> Request:
    """A request with our headers, bound to its site's slot. Names and passwords in an address are never sent."""
    url = without_user(url)
    whole = {"local": local, "download_slot": site_of(url, local), **meta}
    return Request(url, headers={**_HEADERS, **(headers or {})}, meta=whole, dont_filter=True, **more)


def without_user(url: str) -> str:
    """An address without the name and password that it may carry, its host in small letters: the name that is looked at
    is then the name that is connected to.
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2].lower()))


def is_home(url: str, source: Source) -> bool:
    """Whether an address is one that a ``local`` source may reach inside: its own host, wherever its links lead."""
    return source.local and same_site(url, source.url)


def failure_of(error: BaseException | None) -> FetchFailure:
    """The enumerated reason of an exception that ended a request."""
    if isinstance(error, Refused):
        return error.failure
    # The decompressing middleware signals a body beyond the limit by IgnoreRequest.
    if isinstance(error, DownloadCancelledError | IgnoreRequest):
        return FetchFailure.TOO_LARGE
    if isinstance(error, DownloadTimeoutError | TimeoutError | asyncio.CancelledError):
        return FetchFailure.TIMEOUT
    if isinstance(error, CannotResolveHostError | DNSLookupError):
        return FetchFailure.DNS
    if "certificate" in str(error) or "SSL" in str(error):
        return FetchFailure.CERTIFICATE
    return FetchFailure.CONNECTION


def retry_after(response: Response) -> float:
    """Seconds that a site asks us to wait (RFC 9110 §10.2.3); ``PAUSE_S`` where it does not say."""
    value = (response.headers.get("Retry-After") or b"").decode("ascii", "replace").strip()
    if value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime((response.headers.get("Date") or b"").decode("ascii", "replace"))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return PAUSE_S


class Pauses:
    """Sites that asked to be left alone, for one crawl: ``Handler`` notes them, and looks again when a request that
    waited for its turn leaves.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    @classmethod
    def of(cls, crawler: Any) -> Pauses:
        """The one of a crawl."""
        if not hasattr(crawler, "yuqing_pauses"):
            crawler.yuqing_pauses = cls()
        pauses: Pauses = crawler.yuqing_pauses
        return pauses

    def note(self, slot: str, seconds: float) -> None:
        self._until[slot] = max(self._until.get(slot, 0.0), monotonic() + seconds)

    def check(self, slot: str) -> None:
        left = self._until.get(slot, 0.0) - monotonic()
        if left > 0:
            raise Refused(FetchFailure.RATE_LIMITED, retry_after=left)


class Handler(HTTP11DownloadHandler):
    """Bounds the transfers of the whole process and of each site, however many wait for their turn."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._places = Places(crawler.settings.getint("YUQING_CONCURRENCY"))
        # Scrapy counts a transfer when its task has begun: without a delay, all that wait would leave at once.
        self._per_site = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._sites: dict[str, asyncio.Semaphore] = {}
        self._pauses = Pauses.of(crawler)

    async def download_request(self, request: Request) -> Response:
        slot = request.meta["download_slot"]
        async with self._sites.setdefault(slot, asyncio.Semaphore(self._per_site)), self._places.one():
            self._pauses.check(slot)
            response = await super().download_request(request)
            if response.status in (429, 503):
                # Before the next one of this site may leave; what it means for this one is the Guard's.
                self._pauses.note(slot, retry_after(response))
            return response


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site's robots.txt says, or why it could not be read."""

    rules: Protego | None = None
    failure: FetchFailure | None = None
    read: float = 0.0
    """When, by the monotonic clock."""

    def check(self, url: str) -> None:
        if self.failure is not None:
            raise Refused(self.failure)
        if self.rules is not None and not self.rules.can_fetch(url, AGENT):
            raise Refused(FetchFailure.ROBOTS)


class Guard:
    """Before a request leaves: a public address, a site that is not pausing us, a robots.txt that allows it."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._robots: dict[str, asyncio.Future[Robots]] = {}
        self._pauses = Pauses.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Guard:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        self._pauses.check(request.meta["download_slot"])
        if not request.meta["local"]:
            await check_public(request.url, self._crawler.settings.getfloat("DNS_TIMEOUT"))
        if not request.meta.get("robots"):
            (await self._rules(request)).check(request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in (429, 503) and not request.meta.get("robots"):
            raise Refused(FetchFailure.RATE_LIMITED, retry_after=retry_after(response))
        return response

    async def _rules(self, request: Request) -> Robots:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._robots.get(origin)
        if known is None or (known.done() and monotonic() - known.result().read > ROBOTS_AGE_S):
            self._robots[origin] = asyncio.ensure_future(self._read_robots(origin, request))
        robots = await asyncio.shield(self._robots[origin])
        self._slow_down(request.meta["download_slot"], robots)
        return robots

    async def _read_robots(self, origin: str, asking: Request) -> Robots:
        """4xx: no rules. 5xx, 429 or no answer: refused for now (RFC 9309 §2.3.1.3-4)."""
        asked = request(
            f"{origin}/robots.txt",
            local=asking.meta["local"],
            meta={"robots": True},
            callback=NO_CALLBACK,
            priority=1000,
        )
        task = asyncio.ensure_future(self._crawler.engine.download_async(asked))
        await asyncio.wait([task])
        error = task.exception()
        now = monotonic()
        if error is not None:
            return Robots(failure=failure_of(error), read=now)
        response = task.result()
        if response.status >= 500 or response.status == 429:
            return Robots(failure=FetchFailure.ROBOTS_AWAY, read=now)
        if response.status >= 300:
            return Robots(read=now)
        return Robots(Protego.parse(response.body[:ROBOTS_BYTES].decode("utf-8-sig", "replace")), read=now)

    def _slow_down(self, slot: str, robots: Robots) -> None:
        """Honours Crawl-delay; set again on each request because the downloader forgets idle slots."""
        wanted = robots.rules.crawl_delay(AGENT) if robots.rules else None
        if not wanted:
            return
        downloader = self._crawler.engine.downloader
        kept = downloader.per_slot_settings.setdefault(slot, {})
        kept["delay"] = max(kept.get("delay", 0.0), min(float(wanted), MAX_CRAWL_DELAY_S))
        if slot in downloader.slots:
            downloader.slots[slot].delay = kept["delay"]


class Answers:
    """After a response came: follows redirects as new requests (guarded anew), turns statuses into refusals."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get("Location")
        if response.status in (301, 302, 303, 307, 308) and location:
            return self._redirected(request, location.decode("utf-8", "replace"))
        if request.meta.get("robots") or response.status in (200, 203, 304):
            return response
        raise Refused(_status(response.status))

    @staticmethod
    def _redirected(request: Request, location: str) -> Request:
        hops = request.meta.get("hops", 0) + 1
        target = urljoin(request.url, location)
        if hops > MAX_REDIRECTS or urlsplit(target).scheme not in ("http", "https"):
            raise Refused(FetchFailure.REDIRECTS)
        # A site of one's own network may send on within itself; elsewhere everything must be public.
        local = request.meta["local"] and same_site(target, request.url)
        meta = {**request.meta, "hops": hops, "local": local, "download_slot": site_of(target, local)}
        redirected: Request = request.replace(url=without_user(target), meta=meta)
        return redirected


def _status(status: int) -> FetchFailure:
    if status in (404, 410):
        return FetchFailure.GONE if status == 410 else FetchFailure.NOT_FOUND
    if status in (401, 403, 407, 451):
        return FetchFailure.FORBIDDEN
    if status >= 500:
        return FetchFailure.SERVER_ERROR
    return FetchFailure.CLIENT_ERROR if status >= 400 else FetchFailure.EMPTY
