"""``python -m crawlers.look URL``: reads one page with all our manners and says what source it could be. Prints JSON.

``{"url", "name", "id", "robots", "proposals": [{"source", "why"}], "failure", "message", "hint"}``; with a failure
(robots.txt, a private address, no answer, a log-in) there are no proposals. ``robots`` is ``{"state": "allows" | "none"
| "refuses" | "away", "delay_s", "sitemaps"}``, None where it was not asked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.command import perform
from crawlers.failures import MESSAGES, FetchFailure
from monitor.app import App
from monitor.errors import YuqingError
from monitor.settings.presets import load as load_presets
from monitor.settings.presets import of_host
from monitor.settings.types import Settings, Source

NO_CONTACT = (
    "采集公网网站须先写明联系方式",
    '在 service.toml 的 [crawl] 写 contact = "邮箱或网页"：它会出现在 User-Agent 中，网站有事能找到您（S5）',
)


_HINTS = {
    FetchFailure.FORBIDDEN: "要登录，或网站不欢迎程序：本服务不登录、不绕过限制；请找它公开的栏目页、订阅，或联系网站",
    FetchFailure.ROBOTS: "尊重该规定：请换一个允许采集的栏目，或联系网站取得许可、改用其订阅（RSS）",
    FetchFailure.ROBOTS_AWAY: "网站没有说明许不许采集，按规矩先不采：过一会儿再试",
    FetchFailure.NOT_FOUND: "请在浏览器中打开核对；可能少了路径、多了空格，或栏目已搬家",
    FetchFailure.TIMEOUT: "请在浏览器中打开看看；网站太慢时过一会儿再试，或加大 service.toml 的 crawl.timeout_s",
    FetchFailure.SERVER_ERROR: "网站可能出了故障，过一会儿再试",
    FetchFailure.RATE_LIMITED: "网站说现在太忙：过一会儿再试",
    FetchFailure.CONNECTION: "请在浏览器中打开核对网址（http 还是 https）和本机网络；网站也可能正在维护",
    FetchFailure.TOO_LARGE: "核对网址是否指向文件下载；确是列表页，可加大 service.toml 的 crawl.max_bytes",
}
"""What helps somebody who adds a source; for a crawl that goes by itself MESSAGES has other words."""


class NoContact(YuqingError):
    """A public site would be asked by a service that does not say whom to write to (S5)."""

    code = "no_contact"


def need_contact(settings: Settings, url: str, local: bool) -> None:
    """Raises ``NoContact`` before anything is asked of a public site without a contact."""
    if not local and not settings.service.crawl.contact and not _inside(url):
        raise NoContact(*NO_CONTACT)


def _inside(url: str) -> bool:
    """Whether an address is plainly one's own network's: it is refused anyway, and with what helps."""
    from crawlers.network import is_public

    host = urlsplit(url).hostname or ""
    return host == "localhost" or (re.fullmatch(r"[\d.]+|.*:.*", host) is not None and not is_public(host))


def look(settings: Settings, config: Path, url: str, local: bool) -> dict[str, Any]:
    """Fetches ``url`` and the site's robots.txt, and proposes; runs Scrapy once in this process."""
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.__main__ import quiet, scrapy_settings

    need_contact(settings, url, local)
    quiet()
    source = Source.model_validate({"id": "look", "name": "look", "kind": "news", "adapter": "html", "url": url,
                                    "local": local, "delay_s": 0 if local else None})  # fmt: skip
    process = AsyncCrawlerProcess(scrapy_settings(settings, (source,)))
    quiet()  # the process has set the libraries' logs up anew
    import scrapy
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawlers.politeness import failure_of, request

    page: dict[str, Any] = {}
    robots: dict[str, Any] = {}

    class Look(scrapy.Spider):
        name = "look"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            yield request(url, local=local, meta={}, callback=self.seen, errback=self.refused)

        def seen(self, response: Response) -> scrapy.Request:
            kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
            page.update(url=response.url, body=response.body, kind=kind)
            return self.rules(response.url)

        def refused(self, failure: Failure) -> scrapy.Request | None:
            page["failure"] = failure_of(failure.value)
            # What its rules say is worth knowing even then, unless it was not to be asked at all.
            asked = page["failure"] not in (FetchFailure.PRIVATE_ADDRESS, FetchFailure.DNS, FetchFailure.CONNECTION)
            return self.rules(url) if asked else None

        def rules(self, at: str) -> scrapy.Request:
            asked = urljoin(at, "/robots.txt")
            return request(asked, local=local, meta={"robots": True}, callback=self.ruled, errback=self.unruled)

        def ruled(self, response: Response) -> None:
            robots.update(_rules(response.status, response.body, page.get("url", url)))

        def unruled(self, failure: Failure) -> None:
            robots.update({"state": "away", "delay_s": None, "sitemaps": []})

    process.crawl(Look)
    process.start()
    told = _told(settings, config, page, robots) if "body" in page else _refused(url, page.get("failure"))
    return {**told, "robots": robots or None}


def _rules(status: int, body: bytes, url: str) -> dict[str, Any]:
    """What a robots.txt says to us, as it is obeyed."""
    from protego import Protego

    from crawlers.politeness import AGENT, ROBOTS_BYTES

    if status >= 500 or status == 429:
        return {"state": "away", "delay_s": None, "sitemaps": []}
    if status >= 300:
        return {"state": "none", "delay_s": None, "sitemaps": []}
    rules = Protego.parse(body[:ROBOTS_BYTES].decode("utf-8", "replace"))
    state = "allows" if rules.can_fetch(url, AGENT) else "refuses"
    return {"state": state, "delay_s": rules.crawl_delay(AGENT), "sitemaps": list(rules.sitemaps)[:5]}


def _told(settings: Settings, config: Path, page: dict[str, Any], robots: dict[str, Any]) -> dict[str, Any]:
    from crawlers.hindrance import hindrance
    from crawlers.proposals import id_of, name_of, propose

    url, body, kind = page["url"], page["body"], page["kind"]
    taken = frozenset(s.id for s in settings.sources.source)
    presets, maps = load_presets(config), robots.get("sitemaps", ())
    proposals = propose(url, body, kind, presets=presets, sitemaps=maps)
    told = {
        "url": url, "name": name_of(url, body, kind), "id": id_of(url, taken), "failure": "", "message": "", "hint": "",
        "proposals": [{"source": p.source, "why": p.why} for p in proposals],
    }  # fmt: skip
    # A site's map alone is no answer to the page that was given: what is wrong with that one is said too.
    if all(p.source["adapter"] == "sitemap" and p.source["url"] != url for p in proposals):
        found = hindrance(url, body, kind)
        own = of_host(presets, url)
        other = (
            f"；本站有样例 {own.name}（{own.mark.about}），见 yuqing source presets {own.name}"
            if own is not None
            else ""
        )
        told |= {"failure": found.code, "message": found.message, "hint": found.hint + other}
    return told


def _refused(url: str, failure: FetchFailure | None) -> dict[str, Any]:
    reason = failure or FetchFailure.INTERNAL
    message, hint = MESSAGES[reason]
    hint = _HINTS.get(reason, hint)
    return {
        "url": url,
        "name": "",
        "id": "",
        "proposals": [],
        "failure": reason.value,
        "message": message,
        "hint": hint,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawlers.look", description="看一个网页可以作为哪种信源。")
    parser.add_argument("url")
    parser.add_argument("--config", type=Path, default=Path("config"), help="配置文件夹")
    parser.add_argument("--local", action="store_true", help="允许本单位内网的地址")
    given = parser.parse_args(arguments)

    def tell(app: App) -> int:
        seen = look(app.settings, given.config, given.url, given.local)
        sys.stdout.write(json.dumps(seen, ensure_ascii=False) + "\n")
        return 0

    return perform(given.config, tell)


if __name__ == "__main__":
    sys.exit(main())
