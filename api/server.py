"""waitress with limits: a slow, greedy or broken reader cannot hold the service.

waitress closes connections that are silent. What it does not: those that send or read a byte now and then for ever
(slow-loris), and those of one address that take every place. Both are done here.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from types import MethodType
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from api import MAX_BODY, create_app
from api.errors import CONTENT_TYPE, said
from api.headers import HEADERS
from monitor.app import App
from monitor.errors import YuqingError

CHANNEL_TIMEOUT_S = 30
REQUEST_S = 20.0
"""A request whose head and body are not here by then is given up, however busy its connection looks."""
ANSWER_S = 300.0
"""An answer that has not been read by then is given up."""
MAX_HEADER = 32 * 1024
_SPARE = 64
"""Places above ``http.connections``, so that a new connection gets in while an idle one is closed for it."""


class _Problem(ErrorTask):  # type: ignore[misc]
    """What waitress itself refuses (a head that cannot be read, a body far too long), in the form of all our errors."""

    def execute(self) -> None:
        error = self.request.error
        problem = said(error.code)
        body = json.dumps(problem.body(secrets.token_hex(8)), ensure_ascii=False).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([("Content-Type", CONTENT_TYPE), *HEADERS])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when it has been sending a request, and reading an answer."""

    error_task_class = _Problem
    _timed: Any = None
    _since = 0.0
    _reading_since = 0.0

    def received(self, data: bytes) -> bool:
        answer: bool = super().received(data)
        if self.request is not self._timed:
            self._timed, self._since = self.request, time.time()
        return answer

    def overdue(self, now: float) -> bool:
        """Whether it takes longer than anybody honest would. Asked again and again by the server's main loop."""
        if not self.total_outbufs_len:
            self._reading_since = now
        slow_request = self.request is not None and self.request is self._timed and now - self._since > REQUEST_S
        return slow_request or now - (self._reading_since or now) > ANSWER_S


def make_server(app: App, host: str | None = None, port: int | None = None) -> Any:
    """A bound server, not yet running; port 0 takes a free one. Raises ``YuqingError`` if the port is taken."""
    http = app.settings.service.http
    wanted = http.port if port is None else port
    try:
        server = create_server(
            create_app(app),
            host=host or http.host,
            port=wanted,
            threads=http.threads,
            connection_limit=http.connections + _SPARE,
            channel_timeout=CHANNEL_TIMEOUT_S,
            cleanup_interval=2,
            max_request_header_size=MAX_HEADER,
            # Flask refuses a body over MAX_BODY in words; waitress cuts the connection of one that is far over.
            max_request_body_size=8 * MAX_BODY,
            ident="",
            # api.gate decides by itself which headers of proxies are believed.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
        )
    except OSError as error:
        raise YuqingError(
            f"无法监听端口 {wanted}：{error.strerror}", "端口可能已被占用；用 --port 换一个，或停掉占用它的程序"
        ) from error
    for listener in _listeners(server):
        listener.channel_class = _Channel
        listener.maintenance = MethodType(_maintain, listener)
        listener.handle_accept = MethodType(_accept, listener)
        server.effective_host, server.effective_port = listener.effective_host, listener.effective_port
    return server


def _listeners(server: Any) -> list[Any]:
    """One socket, or those of a name that has several addresses (localhost)."""
    if isinstance(server, TcpWSGIServer):
        return [server]
    return [each for each in server.map.values() if isinstance(each, TcpWSGIServer)]


def _maintain(listener: Any, now: float) -> None:
    TcpWSGIServer.maintenance(listener, now)
    for channel in list(listener.active_channels.values()):
        if channel.overdue(now):
            channel.will_close = True


def _accept(listener: Any) -> None:
    TcpWSGIServer.handle_accept(listener)
    if len(listener.active_channels) > listener.adj.connection_limit - _SPARE:
        _make_room(listener)


def _make_room(listener: Any) -> None:
    """Closes one connection that nothing is being answered on: the one silent longest of the address that has most."""
    channels = list(listener.active_channels.values())
    held = Counter(channel.addr[0] for channel in channels)
    idle = [channel for channel in channels if not channel.requests and not channel.total_outbufs_len]
    if idle:
        max(idle, key=lambda channel: (held[channel.addr[0]], -channel.last_activity)).handle_close()
