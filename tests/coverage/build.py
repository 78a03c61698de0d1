"""Articles of named outlets in a memory store, and settings with a table of outlets."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from monitor.model import Article, Kind, Labels, Sentiment
from monitor.settings import Settings
from monitor.store.memory import MemoryStore
from tests.briefs import build
from tests.briefs.build import DAY, at

OUTLETS = [
    {"name": "人民网", "level": "中央", "domains": ["people.com.cn"]},
    {"name": "省报", "level": "省级", "aliases": ["省日报"]},
    {"name": "市报", "level": "市级", "aliases": ["市晚报"]},
    {"name": "区报", "level": "区级"},
    {"name": "搜狐", "level": "商业及其他", "domains": ["sohu.com"]},
]
_ids = count(1)


def settings(**changes: Any) -> Settings:
    return build.settings(**{"media": {"outlet": OUTLETS}, **changes})


def article(
    outlet: str = "市报", hour: float = 9, *, kind: Kind = Kind.NEWS, id: str = "", of: str | None = None,
    title: str = "示例区加快老旧管网改造", url: str = "", rank: int | None = None, source: str = "",
    when: datetime | None = None, topics: tuple[str, ...] = (),
) -> Article:  # fmt: skip
    n = next(_ids)
    moment = when or at(DAY, int(hour), int(hour % 1 * 60))
    source = source or {Kind.NEWS: "news", Kind.OFFICIAL: "gov", Kind.HOTLIST: "hot"}[kind]
    return Article(
        id=id or f"c{n:05}", source=source, kind=kind, published=moment, seen=moment, title=title, text="正文",
        url=url or f"https://x.example/{n}", outlet=outlet, rank=rank,
        labels=Labels(sentiment=Sentiment(0.1, 0.8, 0.1, "linear", "1"), reprint_of=of, topics=topics),
    )  # fmt: skip


def release(hour: float = 8, *, id: str, **more: Any) -> Article:
    return article("区政府网", hour, kind=Kind.OFFICIAL, id=id, **more)


def store(*articles: Article) -> MemoryStore:
    kept = MemoryStore()
    kept.add(articles)
    return kept
