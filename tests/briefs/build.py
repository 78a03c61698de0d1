"""A small district and records for it: built here, kept in the real memory store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Reply, Sentiment
from monitor.settings import Settings
from monitor.store.memory import MemoryStore

DAY = date(2026, 11, 21)
MORNING = datetime(2026, 11, 22, 7, 30, tzinfo=CHINA)
_ids = count(1)

NEGATIVE = Sentiment(0.8, 0.1, 0.1, "linear", "1")
NEUTRAL = Sentiment(0.1, 0.8, 0.1, "linear", "1")
POSITIVE = Sentiment(0.1, 0.1, 0.8, "linear", "1")

TOML: dict[str, Any] = {
    "district": {"name": "示例区", "city": "示例市", "province": "示例省"},
    "sources": {
        "source": [
            {"id": "board", "name": "区长信箱", "kind": "board", "adapter": "import", "trusted": True},
            {"id": "news", "name": "示例日报", "kind": "news", "adapter": "import", "outlet": "示例日报"},
            {"id": "gov", "name": "区政府网", "kind": "official", "adapter": "import", "trusted": True},
            {"id": "forum", "name": "示例论坛", "kind": "post", "adapter": "import"},
        ]
    },
    "topics": {
        "topic": [
            {"name": "城乡建设", "official": "城乡建设", "department": "区住建局"},
            {"name": "供水", "official": "城乡建设", "department": "区水务局", "terms": ["停水", "供水"]},
            {"name": "噪音", "official": "环境保护", "department": "区生态环境局", "terms": ["噪音", "扰民"]},
        ]
    },
    "brief": {
        "unit": "示例区网信办", "copies": 20,
        "report_to": ["区委主要领导"], "send_to": ["区委办"], "copy_to": ["各街道"],
    },
    "response_plan": {
        "title": "示例区应急预案",
        "department": [{"name": n} for n in ("区住建局", "区水务局", "区生态环境局")],
        "rule": [
            {"id": "water", "topic": "供水", "level": 3, "department": "区水务局", "deadline_h": 5,
             "steps": ["核实停水范围与恢复时间", "协调应急送水"]},
        ],
    },
}  # fmt: skip


def settings(**changes: Any) -> Settings:
    """The test district's settings; each keyword replaces keys of one file."""
    files = {name: {**TOML.get(name, {}), **changes.get(name, {})} for name in {**TOML, **changes}}
    return Settings.model_validate(files)


def at(day: date = DAY, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def _labels(sentiment: Sentiment, topics: Sequence[str], **more: Any) -> Labels:
    return Labels(sentiment=sentiment, topics=tuple(topics), **more)


def message(
    when: datetime, topics: Sequence[str] = ("供水",), sentiment: Sentiment = NEGATIVE, reply: Reply | None = None,
    title: str = "小区停水", url: str = "https://board.example.cn/1", **labels: Any,
) -> BoardMessage:  # fmt: skip
    id = f"b{next(_ids):06d}"
    return BoardMessage(
        id=id, source="board", kind=Kind.BOARD, published=when, seen=when, labels=_labels(sentiment, topics, **labels),
        title=title, text="已经停水两天了", url=url, reply=reply,
    )  # fmt: skip


def article(
    when: datetime, title: str = "示例区加快老旧管网改造", outlet: str = "示例日报", kind: Kind = Kind.NEWS,
    url: str = "https://news.example.cn/1", sentiment: Sentiment = NEUTRAL, id: str = "", rank: int | None = None,
    **labels: Any,
) -> Article:  # fmt: skip
    source = {Kind.NEWS: "news", Kind.OFFICIAL: "gov", Kind.HOTLIST: "hot"}[kind]
    return Article(
        id=id or f"a{next(_ids):06d}", source=source, kind=kind, published=when, seen=when,
        labels=_labels(sentiment, (), **labels), title=title, text="正文", url=url, outlet=outlet, rank=rank,
    )  # fmt: skip


def posts(n: int, day: date = DAY, topics: Sequence[str] = ("供水",), sentiment: Sentiment = NEGATIVE) -> list[Post]:
    return [
        Post(id=f"p{next(_ids):06d}", source="forum", kind=Kind.POST, published=at(day), seen=at(day),
             labels=_labels(sentiment, topics), text="帖文原文绝不外露")
        for _ in range(n)
    ]  # fmt: skip


def messages(n: int, day: date = DAY, **options: Any) -> list[BoardMessage]:
    return [message(at(day), **options) for _ in range(n)]


def weeks(n_of_week: Sequence[int], **options: Any) -> list[BoardMessage]:
    """Messages on the same weekday of the weeks before the day, nearest week first."""
    return [m for week, n in enumerate(n_of_week, 1) for m in messages(n, DAY - timedelta(days=7 * week), **options)]


def store(*records: AnyRecord) -> MemoryStore:
    kept = MemoryStore()
    kept.add(records)
    return kept
