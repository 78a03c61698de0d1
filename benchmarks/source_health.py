"""Sites that fall ill on a known day, crawled for ten weeks by a clock that moves: which notice came when. Prints JSON.

    python benchmarks/source_health.py [--seed 1] [--every 2] [--sizes 40,8,0.5] [--only well,silent]

Sites of three sizes (texts a workday; fewer on weekends and holidays, none at night) publish HTML lists and articles.
Every ``--every`` hours each is crawled without HTTP but by the real parts: ``crawlers.reading`` reads the bytes, a
``Pass`` decides what is read, real intake and a store keep it, the run is recorded, and ``alerts.sources`` judges as
the schedule does. Four weeks are history; up to the day of illness every notice is a false alarm, and so is any later
one about a site that stays well. The quiet weeks hold the Mid-Autumn and National Day holidays. ``delay_h``: from the
illness to the first notice (null: none within ``watched_days``).

Illnesses: ``silent`` (nothing new), ``shell`` (articles are written by scripts now), ``moved_list`` (the list's links
moved into a script), ``undated``, ``frozen`` (each page says one notice), ``few`` (the list shows one of ten),
``flood`` (each story under eight addresses), ``robots`` (closed), ``refused`` (403), ``half`` (half of the articles
answer 500), ``decay`` (a seventh less every day), ``rolled`` (the list shows only the newest four).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawlers.adapters import Link, Meta, Role  # noqa: E402
from crawlers.failures import AdapterError, FetchFailure, Refused  # noqa: E402
from crawlers.ledger import Ledger  # noqa: E402
from crawlers.passes import Pass  # noqa: E402
from crawlers.reading import read  # noqa: E402
from monitor.alerts.sources import watch_sources  # noqa: E402
from monitor.model import CHINA  # noqa: E402
from monitor.ops import runs  # noqa: E402
from monitor.ops.ingest import Ingest  # noqa: E402
from monitor.settings.types import Settings, Source  # noqa: E402
from monitor.signals.calendar import DayType, day_type  # noqa: E402
from monitor.signals.health import written  # noqa: E402
from monitor.store import Spool  # noqa: E402
from monitor.store.memory import MemoryStore  # noqa: E402

BEGIN = datetime(2026, 8, 31, tzinfo=CHINA)
QUIET_UNTIL = datetime(2026, 10, 20, 9, tzinfo=CHINA)
END = datetime(2026, 11, 9, tzinfo=CHINA)
WARM = timedelta(days=28)
ILLNESSES = ("well", "silent", "shell", "moved_list", "undated", "frozen", "few", "flood", "robots", "refused", "half",
             "decay", "rolled")  # fmt: skip
LISTED = 30
WORDS = (
    "停水",
    "供暖",
    "公交改线",
    "路灯维修",
    "小区加装电梯",
    "垃圾分类",
    "学区划分",
    "夜间施工",
    "河道清淤",
    "燃气入户",
)
STREETS = ("青石街道", "南湖街道", "桂园街道", "白塔镇")
KEY = b"k" * 32


@dataclass
class Site:
    """A publisher: its stories so far, newest first, and what it answers at a moment."""

    source: Source
    size: float
    illness: str
    rng: random.Random
    stories: list[tuple[int, datetime, str]] = field(default_factory=list)

    def publish(self, since: datetime, until: datetime) -> None:
        hour = since
        while hour < until:
            for _ in range(_poisson(self.rng, self._rate(hour))):
                when = hour + timedelta(minutes=self.rng.randrange(60))
                number = len(self.stories)
                title = f"{self.rng.choice(STREETS)}{self.rng.choice(WORDS)}第{number}次通报"
                self.stories.append((number, when, title))
            hour += timedelta(hours=1)

    def _rate(self, hour: datetime) -> float:
        kind = day_type(hour.date())
        share = {DayType.WORKDAY: 1.0, DayType.RESTDAY: 0.35, DayType.HOLIDAY: 0.25}[kind]
        rate = self.size * share / 14 if 8 <= hour.hour < 22 else 0.0
        if hour >= QUIET_UNTIL:
            days = (hour - QUIET_UNTIL) / timedelta(days=1)
            rate *= {"silent": 0.0, "decay": (6 / 7) ** days}.get(self.illness, 1.0)
        return rate

    def answer(self, url: str, now: datetime) -> bytes:
        """The bytes of an address; raises ``Refused`` as the spider meets it."""
        ill = self.illness if now >= QUIET_UNTIL else ""
        if ill in ("robots", "refused"):
            raise Refused(FetchFailure.ROBOTS if ill == "robots" else FetchFailure.FORBIDDEN)
        if url == self.source.url:
            return self._list(ill).encode()
        number = int(url.rpartition("/")[2].split(".")[0])
        if ill == "half" and number % 2:
            raise Refused(FetchFailure.SERVER_ERROR)
        return self._article(number, ill).encode()

    def _list(self, ill: str) -> str:
        newest = self.stories[::-1]
        shown = {"few": [s for s in newest if s[0] % 10 == 0], "rolled": newest[:4]}.get(ill, newest)[:LISTED]
        copies = ["", *(f"?v={copy}" for copy in range(1, 8 if ill == "flood" else 1))]
        links = "".join(
            f"<li><a href='/a/{n}.html{copy}'>{title}</a><span>{when:%m-%d}</span></li>"
            for n, when, title in shown
            for copy in copies
        )
        if ill == "undated":
            links = re.sub("<span>.*?</span>", "", links)
        if ill == "moved_list":
            script = f"<script>show({json.dumps(links)})</script>"
            return f"<html><title>要闻</title><body><div id=list></div>{script}</body></html>"
        return f"<html><title>要闻</title><body><ul class=list>{links}</ul></body></html>"

    def _article(self, number: int, ill: str) -> str:
        _, when, title = self.stories[number]
        rng = random.Random(number)
        text = "".join(
            f"<p>{title}，{rng.choice(STREETS)}第{rng.randrange(90)}小区{rng.choice(WORDS)}一事，已由有关部门办理，请居民放心。</p>"
            for _ in range(rng.randrange(2, 9))
        )
        info = "" if ill == "undated" else f"<div class=info>发布时间：{when:%Y-%m-%d %H:%M} 来源：本站</div>"
        if ill == "shell":
            return f"<html><title>要闻</title><body><div id=app></div><script>load({number})</script></body></html>"
        if ill == "frozen":
            title, info = "网站升级公告", "<div class=info>发布时间：2026-10-20 09:00</div>"
            text = "<p>本网站正在升级改造，期间内容以新版网站为准，给您带来不便敬请谅解，感谢您的支持与理解。</p>" * 2
        return f"<html><title>{title}</title><body><h1>{title}</h1>{info}<div class=text>{text}</div></body></html>"


def _poisson(rng: random.Random, mean: float) -> int:
    n, left = 0, rng.expovariate(1.0)
    while left < mean:
        n, left = n + 1, left + rng.expovariate(1.0)
    return n


def sites(sizes: list[float], seed: int) -> Iterator[Site]:
    for size in sizes:
        for illness in ILLNESSES:
            name = f"s{str(size).replace('.', '-')}-{illness}".replace("_", "-")
            url = f"https://{name}.example.cn/list.html"
            source = Source.model_validate({"id": name, "name": name, "kind": "news", "adapter": "html", "url": url,
                                            "trusted": True})  # fmt: skip
            yield Site(source, size, illness, random.Random(f"{seed}{name}"))


def crawl(site: Site, ledger: Ledger, ingest: Ingest, now: datetime) -> runs.SourceRun:
    """One pass, as the spider makes it."""
    one = Pass(site.source, ledger, site.source.url, now, 500)
    one.begin()
    while (link := one.take()) is not None:
        one.lists -= link.role is Role.INDEX
        try:
            meta = Meta(link.url, link.url, link.role, now, "text/html; charset=utf-8", link.entry)
            body = site.answer(link.url, now)
            one.pages += 1
            parsed = read(body, meta, site.source).parsed
        except (AdapterError, Refused) as error:
            one.failed(link, error.failure)
            continue
        if link.role is Role.INDEX:
            fresh = one.compare([to.url for to in parsed.links if to.role is Role.ITEM], first=True)
            one.follow(parsed.links, fresh=fresh)
        else:
            _keep(one, link, ingest, parsed.items)
    ledger.index = one.closing()
    ledger.memory = one.remembered(ledger.memory)
    return one.result(now)


def _keep(one: Pass, link: Link, ingest: Ingest, items: Any) -> None:
    one.taken.merge(ingest.take(items))
    one.ledger.mark([link.url])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=2, help="hours between two crawls")
    parser.add_argument("--sizes", default="40,8,0.5")
    parser.add_argument("--only", default=",".join(ILLNESSES), help="illnesses, separated by commas")
    given = parser.parse_args()
    web = [
        site for site in sites([float(s) for s in given.sizes.split(",")], given.seed)
        if site.illness in given.only.split(",")
    ]  # fmt: skip
    told, quiet_days = watched(web, given.every)
    print(json.dumps(report(web, told, quiet_days), ensure_ascii=False))


def watched(web: list[Site], every: int) -> tuple[dict[str, list[tuple[datetime, str]]], float]:
    """Per site the notices (when, which), and how many site-days were quiet."""
    settings = Settings.model_validate({
        "district": {"name": "青石区", "city": "示例市", "province": "示例省"},
        "sources": {"source": [s.source.model_dump() for s in web]},
    })  # fmt: skip
    told: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    now = BEGIN
    with tempfile.TemporaryDirectory() as folder:
        store, spool = MemoryStore(), Spool(Path(folder) / "spool.db", 1_000_000)
        ingest = Ingest(settings, store, spool, KEY, lambda: now)
        ledgers = {s.source.id: Ledger(s.source.id, s.source.url, KEY) for s in web}
        while now < END:
            since, now = now, now + timedelta(hours=every)
            for site in web:
                site.publish(since, now)
                runs.record(store, crawl(site, ledgers[site.source.id], ingest, now))
            ingest.flush()
            if now >= BEGIN + WARM:
                watch_sources(settings, store, now)
                _note(web, store, told)
        spool.close()
        store.close()
    return told, len(web) * ((QUIET_UNTIL - BEGIN - WARM) / timedelta(days=1))


def _note(web: list[Site], store: MemoryStore, told: dict[str, list[tuple[datetime, str]]]) -> None:
    for site in web:
        for ailment, known in written(store, site.source.id)[0].items():
            notice = (known.since, ailment.value)
            if notice not in told[site.source.id]:
                told[site.source.id].append(notice)


def report(web: list[Site], told: dict[str, list[tuple[datetime, str]]], quiet_days: float) -> dict[str, Any]:
    false = [(s.source.id, f"{when:%m-%d %H}", what) for s in web for when, what in told[s.source.id]
             if when < QUIET_UNTIL or s.illness == "well"]  # fmt: skip
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for site in web:
        if site.illness == "well":
            continue
        after = sorted((when, what) for when, what in told[site.source.id] if when >= QUIET_UNTIL)
        first = after[0] if after else None
        hours = round((first[0] - QUIET_UNTIL) / timedelta(hours=1)) if first else None
        found[site.illness][f"{site.size:g} a day"] = {"delay_h": hours, "notices": [what for _, what in after]}
    days = (END - QUIET_UNTIL) / timedelta(days=1)
    well_days = quiet_days + days * sum(s.illness == "well" for s in web)
    return {
        "texts": sum(len(s.stories) for s in web), "quiet_site_days": round(well_days), "false_alarms": len(false),
        "false": false, "watched_days": round(days, 1), "illnesses": found,
    }  # fmt: skip


if __name__ == "__main__":
    main()
