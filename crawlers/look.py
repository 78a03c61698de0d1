"""``python -m crawlers.look URL``: reads one page with all our manners and says what source it could be. Prints JSON.

``{"url", "name", "id", "proposals": [{"source", "why"}], "failure", "message", "hint"}``; with a failure (robots.txt,
a private address, no answer) there are no proposals.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from crawlers.command import perform
from monitor.app import App
from monitor.settings.types import Settings, Source


def look(settings: Settings, url: str, local: bool) -> dict[str, Any]:
    """Fetches ``url`` and proposes; runs Scrapy once in this process."""
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.__main__ import quiet, scrapy_settings

    quiet()
    source = Source.model_validate({"id": "look", "name": "look", "kind": "news", "adapter": "html", "url": url,
                                    "local": local, "delay_s": 0 if local else None})  # fmt: skip
    process = AsyncCrawlerProcess(scrapy_settings(settings, (source,)))
    import scrapy
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawlers.politeness import failure_of, request

    told: dict[str, Any] = {}

    class Look(scrapy.Spider):
        name = "look"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            yield request(url, local=local, meta={}, callback=self.seen, errback=self.refused)

        def seen(self, response: Response) -> None:
            kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
            told.update(_told(settings, response.url, response.body, kind))

        def refused(self, failure: Failure) -> None:
            reason = failure_of(failure.value)
            told.update(_refused(url, reason.value))

    process.crawl(Look)
    process.start()
    return told or _refused(url, "internal")


def _told(settings: Settings, url: str, body: bytes, content_type: str) -> dict[str, Any]:
    from crawlers.proposals import id_of, name_of, propose

    taken = frozenset(s.id for s in settings.sources.source)
    proposals = [{"source": p.source, "why": p.why} for p in propose(url, body, content_type)]
    name, id = name_of(url, body, content_type), id_of(url, taken)
    return {"url": url, "name": name, "id": id, "proposals": proposals, "failure": ""}


def _refused(url: str, failure: str) -> dict[str, Any]:
    from crawlers.failures import MESSAGES, FetchFailure

    message, hint = MESSAGES[FetchFailure(failure)]
    return {"url": url, "name": "", "id": "", "proposals": [], "failure": failure, "message": message, "hint": hint}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawlers.look", description="看一个网页可以作为哪种信源。")
    parser.add_argument("url")
    parser.add_argument("--config", type=Path, default=Path("config"), help="配置文件夹")
    parser.add_argument("--local", action="store_true", help="允许本单位内网的地址")
    given = parser.parse_args(arguments)

    def tell(app: App) -> int:
        sys.stdout.write(json.dumps(look(app.settings, given.url, given.local), ensure_ascii=False) + "\n")
        return 0

    return perform(given.config, tell)


if __name__ == "__main__":
    sys.exit(main())
