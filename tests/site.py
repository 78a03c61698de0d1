"""A real web site on loopback for tests: pages by path, what was asked of it, and every bad habit a site can have.

with Site() as site:
    site.pages["/feed.xml"] = Reply("<rss>...", "application/rss+xml")
    site.url("/feed.xml"); site.asked("/feed.xml")
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer. ``body`` may be chunks (sent as they come). ``etag`` False leaves the validator out."""

    body: str | bytes | Iterable[bytes] = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True
    hold: threading.Event | None = None
    """The answer waits for this event (at most ten seconds)."""


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    time: float
    status: int


Page = Reply | Callable[[], Reply]


class Site:
    """Serves ``pages``; unknown paths are 404. Safe to change while it runs."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.log: list[Asked] = []
        self.sent = 0
        """Bytes of streamed bodies that the client took."""
        self.changed = threading.Condition()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                return  # a client that went away is part of these tests

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return self.base + path

    def asked(self, path: str) -> list[Asked]:
        return [a for a in self.log if a.path == path]

    def wait_for(self, path: str, times: int = 1, timeout: float = 30) -> None:
        """Returns when ``path`` has been asked for ``times`` times; fails after ``timeout`` seconds."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.asked(path)) >= times, timeout), f"{path} was not asked for"

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        page = self.pages.get(handler.path)
        reply = page() if callable(page) else page or Reply("没有这个网页", status=404, etag=False)
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        headers = {"Content-Type": reply.type, **reply.headers}
        status = reply.status
        if isinstance(body, bytes) and reply.etag and status == 200:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if handler.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
        dated = headers.get("Last-Modified")
        if status == 200 and dated and handler.headers.get("If-Modified-Since") == dated:
            status, body = 304, b""
        with self.changed:
            self.log.append(Asked(handler.path, dict(handler.headers), monotonic(), status))
            self.changed.notify_all()
        if reply.hold is not None:
            reply.hold.wait(10)
        self._send(handler, status, headers, body)

    def _send(self, handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: Any) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if isinstance(body, bytes):
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if status != 304:
                handler.wfile.write(body)
            return
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for chunk in body:
                handler.wfile.write(chunk)
                self.sent += len(chunk)
        except OSError:
            handler.close_connection = True


def feed(site: Site, items: Iterable[tuple[str, str, str]], *, head: str = "", extra: str = "") -> Reply:
    """An RSS 2.0 feed of (path, title, RFC 822 date) entries; ``extra`` goes into every item."""
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url(path)}</link><pubDate>{date}</pubDate>{extra}</item>"
        for path, title, date in items
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0"><channel>{entries}</channel></rss>'
    return Reply(text, "application/rss+xml; charset=utf-8")


def article(title: str, text: str, *, date: str = "2026-11-20 08:30", head: str = "", around: str = "") -> Reply:
    """An article page with navigation around it."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return Reply(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_示例区新闻网</title>{head}</head><body>"
        "<div class='nav'><a href='/'>首页</a><a href='/news/'>区内新闻</a><a href='/gov/'>政务公开</a></div>"
        f"<div class='main'><h1>{title}</h1><div class='info'>发布时间：{date} 来源：示例区新闻网</div>"
        f"<div class='article-content'>{paragraphs}</div>{around}</div>"
        "<div class='footer'>版权所有 示例区新闻网 <a href='/about'>关于我们</a></div></body></html>"
    )
