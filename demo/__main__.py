"""``python -m demo``: serves the sample site on loopback until it is ended."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from datetime import UTC, datetime

from demo.items import CHINA
from demo.site import Site, SiteServer
from demo.timeline import Timeline


def main(arguments: list[str] | None = None) -> int:
    """Prints the site's address once it answers; ends by SIGTERM, Ctrl+C, or with the process that started it."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="示例区的样板网站（虚构，只在本机提供）")
    parser.add_argument("--port", type=int, default=0, help="端口；0 表示自动选择空闲端口")
    parser.add_argument("--now", type=_moment, help="把此刻固定为该时刻（ISO 8601），用于测试")
    parser.add_argument("--anchor", type=_moment, help="停水事件所在的时刻；默认为启动时刻")
    parser.add_argument("--days", type=int, default=35, help="历史天数")
    parser.add_argument("--seed", type=int, default=7, help="随机种子：相同则内容相同")
    given = parser.parse_args(arguments)
    now: datetime | None = given.now

    def clock() -> datetime:
        return now or datetime.now(UTC)

    site = Site(Timeline(given.seed, given.anchor or clock(), given.days), clock)
    try:
        server = SiteServer(site, given.port)
    except OSError as error:
        sys.stderr.write(f"端口 {given.port} 无法使用：{error.strerror}\n")
        return 1
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.base}/\n")
        sys.stdout.flush()
        parent = os.environ.get("YUQING_PARENT", "")
        while not ended.wait(1.0) and (not parent or str(os.getppid()) == parent):
            pass
        server.shutdown()
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


if __name__ == "__main__":
    sys.exit(main())
