"""``python -m api --config DIR [--port N]``: the API and the pages under waitress."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from api import warm
from api.server import make_server
from monitor.app import open_app
from monitor.errors import StoreUnavailable, YuqingError
from monitor.ops import log
from monitor.ops.orphan import follow_parent


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT; 0 after a clean end, 1 if it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m api", description="API 与网页")
    parser.add_argument("--config", type=Path, default=Path("config"), help="配置文件夹")
    parser.add_argument("--host", help="监听地址，默认按 service.toml")
    parser.add_argument("--port", type=int, help="端口，0 为任选，默认按 service.toml")
    given = parser.parse_args(arguments)
    log.configure(process=True)
    follow_parent()
    # While one thread makes a dear answer, the others get their turn after half a millisecond, not five.
    sys.setswitchinterval(0.0005)
    logger = log.get("api")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        with open_app(given.config) as app:
            log.follow(app.settings.service.log)
            try:
                app.store.init()
            except StoreUnavailable as error:
                logger.warning("store away at start", code=error.code)
            server = make_server(app, given.host, given.port)
            logger.info("ready", url=f"http://{server.effective_host}:{server.effective_port}")
            warm.begin(server.application)
            _serve(server)
            logger.info("stopped")
    except YuqingError as error:
        logger.error("cannot start", code=error.code, message=error.message, hint=error.hint)
        return 1
    return 0


def _serve(server: Any) -> None:
    # waitress answers what it has begun and returns when a signal raises SystemExit in its loop.
    server.run()
    server.close()


def _stop(_: int, __: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
