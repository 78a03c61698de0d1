"""``python -m crawlers [SOURCE...]``: one pass over the given sources (or those that are due), then the process ends.

Exits 0 when the pass is done, whatever single sources answered; 1 if the crawl itself broke down; 2 on wrong use or a
configuration that cannot be used.
Each finished source is one JSON line on standard output, as it may be shown (counts of posts released).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.intake import Intake, Taker
from monitor.app import App, Clock, open_app, system_clock
from monitor.errors import SettingsError, StoreUnavailable, YuqingError
from monitor.model import CHINA
from monitor.ops import log, runs
from monitor.ops.orphan import follow_parent
from monitor.settings.types import Settings, Source

_LIBRARIES = ("scrapy", "twisted", "asyncio", "protego", "py.warnings", "hpack")


# Only what is named runs: no cookies, no cache, no remote control, no statistics on disk.
_SCRAPY: dict[str, Any] = {
    "DOWNLOAD_HANDLERS_BASE": dict.fromkeys(("http", "https"), "crawlers.politeness.Handler"),
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "crawlers.politeness.Answers": 100,
        "crawlers.politeness.Guard": 200,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver",
    "COOKIES_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    # Scrapy else reads its own caller's source text to look for a mistake that mypy finds.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "STATS_DUMP": False,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawlers", description="采集一轮：指定的信源，或全部到期的信源。")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="信源编号；不写则为全部启用的信源")
    parser.add_argument("--config", type=Path, default=Path("config"), help="配置文件夹")
    parser.add_argument("--now", type=_moment, help="以这个时刻（ISO 8601，含时区）为当前时间，用于演练和试验")
    parser.add_argument("--due", action="store_true", help="只采集到期的信源")
    given = parser.parse_args(arguments)
    log.configure(process=True)
    sys.setswitchinterval(0.0005)  # the thread that hands pages on waits for those that read them
    clock = _clock_from(given.now)
    intake = Intake(given.config, clock)  # before any thread and any store
    follow_parent()
    try:
        with open_app(given.config, clock) as app:
            log.follow(app.settings.service.log)
            try:
                sources = chosen(app, given.sources, due=given.due)
            except WrongUse as error:
                sys.stderr.write(f"错误：{error}\n")
                return 2
            with contextlib.suppress(StoreUnavailable):
                app.store.init()
            return 0 if not sources or crawl(app, intake, sources) else 1
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except YuqingError as error:
        sys.stderr.write(f"错误：{error}\n")
        return 1
    finally:
        intake.close()


def _moment(told: str) -> datetime:
    moment = datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _clock_from(now: datetime | None) -> Clock:
    """The system's clock, or one that stood at ``now`` when this process began."""
    if now is None:
        return system_clock
    ahead = now - system_clock()
    return lambda: system_clock() + ahead


class WrongUse(YuqingError):
    """Sources were named that cannot be crawled."""

    code = "wrong_use"


def chosen(app: App, ids: Sequence[str], *, due: bool) -> list[Source]:
    """The sources of this pass. Raises ``WrongUse`` on an id that is not configured or cannot be crawled."""
    known = {s.id: s for s in app.settings.sources.source}
    unknown = [i for i in ids if i not in known]
    if unknown:
        raise WrongUse(f"没有信源：{'、'.join(unknown)}", f"已配置的有：{'、'.join(known) or '无'}")
    imported = [i for i in ids if known[i].adapter == "import"]
    if imported:
        raise WrongUse(f"信源只供导入，不能采集：{'、'.join(imported)}", "请用 yuqing import 导入文件")
    pool = [known[i] for i in dict.fromkeys(ids)] if ids else [s for s in known.values() if s.enabled and s.url]
    pool = [s for s in pool if s.adapter != "import"]
    if not due:
        return pool
    try:
        return runs.due(pool, runs.states(app.store, pool), app.clock())
    except StoreUnavailable:
        # Better a crawl too many into the spool than none while the store is away.
        return pool


def crawl(
    app: App, intake: Taker, sources: Sequence[Source], told: Callable[[runs.SourceRun], None] | None = None
) -> bool:
    """Runs Scrapy once in this process over ``sources``; False if it broke down before each had ended.

    ``told`` gets each run as it ends; by default it is printed as it may be shown.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    quiet()
    ended: list[runs.SourceRun] = []

    def tell(run: runs.SourceRun) -> None:
        ended.append(run)
        if told is not None:
            told(run)
            return
        sys.stdout.write(json.dumps(runs.shown(run), ensure_ascii=False) + "\n")
        sys.stdout.flush()

    process = AsyncCrawlerProcess(scrapy_settings(app.settings, sources))
    # Once more: the process configures the libraries' logs anew, and what they say then quotes addresses.
    quiet()
    # After the process, which installs the reactor that this module's imports need.
    from crawlers.spider import YuqingSpider

    crawler = process.create_crawler(YuqingSpider)
    process.crawl(crawler, app=app, intake=intake, sources=sources, told=tell)
    process.start()
    spider = crawler.spider
    if isinstance(spider, YuqingSpider) and spider.broken is not None:
        raise spider.broken
    return len(ended) == len(sources)


def scrapy_settings(settings: Settings, sources: Sequence[Source]) -> dict[str, Any]:
    """Scrapy, with nothing on that is not named."""
    from crawlers.politeness import slots, user_agent

    crawl = settings.service.crawl
    return {
        "USER_AGENT": user_agent(crawl.contact),
        "YUQING_CONCURRENCY": crawl.concurrency,
        # The spider bounds what it asks for site by site; the handler bounds transfers.
        "CONCURRENT_REQUESTS": 0,
        # Callbacks hand items to intake themselves; Scrapy else starts that many tasks for every response.
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_site,
        "DOWNLOAD_SLOTS": slots(sources, crawl),
        "DOWNLOAD_DELAY": crawl.delay_s,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "DOWNLOAD_TIMEOUT": crawl.timeout_s,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DNS_TIMEOUT": min(20.0, crawl.timeout_s),
        **_SCRAPY,
    }


class _Nameless(logging.Handler):
    """Libraries' errors by library and kind only: their messages quote addresses and pages (S2)."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "none"
        log.get("crawl").error("library error", library=record.name, error=kind)


def quiet() -> None:
    """Libraries log by name and kind of error only, to our log."""
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [_Nameless(logging.CRITICAL)]
        logger.setLevel(logging.CRITICAL)
        logger.propagate = False


if __name__ == "__main__":
    sys.exit(main())
