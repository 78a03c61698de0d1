"""waitress with limits: a slow or greedy reader cannot hold the service."""

from __future__ import annotations

from typing import Any

from waitress import create_server

from api import MAX_BODY, create_app
from monitor.app import App
from monitor.errors import YuqingError

CONNECTIONS = 256
CHANNEL_TIMEOUT_S = 30
MAX_HEADER = 32 * 1024


def make_server(app: App, host: str | None = None, port: int | None = None) -> Any:
    """A bound server, not yet running; port 0 takes a free one. Raises ``YuqingError`` if the port is taken."""
    http = app.settings.service.http
    wanted = http.port if port is None else port
    try:
        return create_server(
            create_app(app),
            host=host or http.host,
            port=wanted,
            threads=http.threads,
            connection_limit=CONNECTIONS,
            channel_timeout=CHANNEL_TIMEOUT_S,
            cleanup_interval=5,
            max_request_header_size=MAX_HEADER,
            # Flask refuses a body over MAX_BODY in words; waitress cuts the connection of one that is far over.
            max_request_body_size=8 * MAX_BODY,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise YuqingError(
            f"无法监听端口 {wanted}：{error.strerror}", "端口可能已被占用；用 --port 换一个，或停掉占用它的程序"
        ) from error
