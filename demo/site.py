"""The sample site as a function of path and time, and the loopback server that answers with it."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo import feeds, pages
from demo.timeline import Timeline

Clock = Callable[[], datetime]
ASSETS = Path(__file__).parent / "assets"
ROBOTS = f"# {pages.WATERMARK}\nUser-agent: *\nDisallow: /admin/\nDisallow: /search\n"

_LIST = re.compile(r"/([a-z]+)/(?:index_(\d{1,4})\.html)?")
_FEED = re.compile(r"/([a-z]+)/rss\.xml")
_AVATAR = re.compile(r"/avatar/(\d{1,3})\.svg")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_HTML = "text/html; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it goes on the wire."""

    body: bytes
    type: str
    changed: datetime
    status: int = 200

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()[:20]}"'


class Site:
    """Answers for a path at the clock's moment. Safe to use from several threads.

    ``served`` counts the articles, messages and threads handed out so far; robots.txt keeps crawlers off that figure.
    """

    def __init__(self, timeline: Timeline, clock: Clock) -> None:
        self._timeline = timeline
        self._clock = clock
        self._served = itertools.count()
        self.served = 0

    def answer(self, path: str, base: str) -> Answer:
        """The page at ``path``; ``base`` is the site's own address, for absolute links in feeds."""
        now = self._clock()
        if item := self._timeline.page(path, now):
            self.served = next(self._served) + 1
            return Answer(pages.item_page(item, now).encode(), _HTML, item.changed(now))
        if (match := _LIST.fullmatch(path)) and match[1] in pages.PARTS:
            return self._listing(match[1], int(match[2] or 1), now)
        if (match := _FEED.fullmatch(path)) and match[1] in pages.FEEDS:
            items = self._timeline.part(match[1], now)
            changed = items[0].time if items else now
            return Answer(feeds.rss(match[1], items, base, now).encode(), "application/rss+xml; charset=utf-8", changed)
        return self._fixed(path, now) or Answer(pages.lost().encode(), _HTML, now, 404)

    def _listing(self, part: str, page: int, now: datetime) -> Answer:
        items = self._timeline.part(part, now)
        count = max(1, -(-len(items) // pages.PER_PAGE))
        if not 1 <= page <= count:
            return Answer(pages.lost().encode(), _HTML, now, 404)
        shown = items[(page - 1) * pages.PER_PAGE : page * pages.PER_PAGE]
        # Of the whole part: a new item moves every later one to another page.
        changed = max((item.changed(now) for item in items), default=now)
        return Answer(pages.listing(part, shown, page, count, now).encode(), _HTML, changed)

    def _fixed(self, path: str, now: datetime) -> Answer | None:
        texts = {
            "/": (pages.front(), _HTML),
            "/robots.txt": (ROBOTS, _PLAIN),
            "/admin/served": (f"{self.served}", _PLAIN),
        }
        if path in texts:
            text, kind = texts[path]
            return Answer(text.encode(), kind, now if path == "/admin/served" else self._timeline.anchor)
        if match := _AVATAR.fullmatch(path):
            return Answer(pages.avatar(int(match[1])).encode(), "image/svg+xml; charset=utf-8", self._timeline.anchor)
        file = ASSETS / path.removeprefix("/static/")
        if path.count("/") == 2 and path.startswith("/static/") and file.suffix in _TYPES and file.is_file():
            return Answer(file.read_bytes(), _TYPES[file.suffix], self._timeline.anchor)
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SiteServer

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def log_message(self, *_: object) -> None:
        """Says nothing: a sample site needs no access log."""

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.site.answer(self.path.partition("?")[0], self.server.base)
        status = 304 if answer.status == 200 and self._unchanged(answer) else answer.status
        self.send_response(status)
        self.send_header("ETag", answer.etag)
        self.send_header("Last-Modified", format_datetime(answer.changed.astimezone(UTC), usegmt=True))
        self.send_header("Cache-Control", "no-cache")
        if status != 304:
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
        # Head and body leave in one write: two would wait for each other (Nagle and delayed ACK) on kept connections.
        body = answer.body if with_body and status != 304 else b""
        self._headers_buffer.append(b"\r\n" + body)  # type: ignore[attr-defined]
        self.flush_headers()

    def _unchanged(self, answer: Answer) -> bool:
        if tags := self.headers.get("If-None-Match"):
            return answer.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        if since := self.headers.get("If-Modified-Since"):
            try:
                return answer.changed.replace(microsecond=0) <= parsedate_to_datetime(since)
            except (ValueError, TypeError):
                return False
        return False


class SiteServer(ThreadingHTTPServer):
    """Serves a :class:`Site` on loopback. Port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Site, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"
