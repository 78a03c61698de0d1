"""A small district with a topic, a mail channel and a store that can be filled: what the tests of alerts share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Sentiment
from monitor.settings import Settings

NOON = datetime(2026, 11, 22, 12, tzinfo=CHINA)
NEGATIVE = Sentiment(0.9, 0.08, 0.02, "test", "1")
NEUTRAL = Sentiment(0.1, 0.8, 0.1, "test", "1")
TO = "duty@example.org"
ONE_CLOCK = {"clocks_h": [3], "rise_h": []}
"""The life of alerts is tested on one clock, so that its tests do not hang on how the detector weighs several."""


def settings_of(folder: Path, *, port: int = 1, engine: str = "memory", **more: Any) -> Settings:
    data: dict[str, Any] = {
        "service": {
            "data": folder,
            "store": {"engine": engine},
            "smtp": {"host": "127.0.0.1", "port": port, "sender": "yuqing@example.org", "timeout_s": 2},
            "http": {"public_url": "https://yuqing.example.org"},
        },
        "district": {"name": "示例区", "city": "示例市", "province": "示例省"},
        "topics": {
            "topic": [
                {"name": "城乡建设", "official": "城乡建设", "department": "区住建局"},
                {"name": "供水", "official": "城乡建设", "department": "区水务局", "terms": ["停水"]},
                {"name": "公交", "official": "交通运输", "department": "区交通局", "terms": ["公交"]},
            ]
        },
        "alerts": {
            "channel": [{"id": "mail", "type": "email", "to": [TO]}],
            "route": [{"channels": ["mail"]}],
            "reminder": {"before_min": 0},
            "spike": ONE_CLOCK,
        },
        "response_plan": {
            "department": [{"name": name} for name in ("区住建局", "区水务局", "区交通局")],
            "rule": [
                {"id": "water", "topic": "供水", "level": 4, "department": "区水务局", "deadline_h": 24},
                {"id": "water-grave", "topic": "供水", "level": 2, "department": "区应急局", "deadline_h": 5},
            ],
        },
    }
    return Settings.model_validate(data | more)


class Writer:
    """Makes records with ids of their own; nothing in them leads to a person."""

    def __init__(self) -> None:
        self._n = 0

    def many(
        self, kind: Kind, n: int, at: datetime, topics: tuple[str, ...] = ("供水",), mood: Sentiment = NEGATIVE,
        **more: Any,
    ) -> list[AnyRecord]:  # fmt: skip
        return [self.one(kind, at + timedelta(seconds=i), topics, mood, **more) for i in range(n)]

    def one(
        self, kind: Kind, at: datetime, topics: tuple[str, ...] = ("供水",), mood: Sentiment = NEGATIVE,
        terms: tuple[str, ...] = (), places: tuple[str, ...] = (), title: str = "停水了", text: str = "小区停水",
    ) -> AnyRecord:  # fmt: skip
        self._n += 1
        labels = Labels(sentiment=mood, topics=topics, terms=terms, places=places)
        base: dict[str, Any] = {
            "id": f"r{self._n:06}", "source": kind.value, "kind": kind, "published": at, "seen": at, "labels": labels,
        }  # fmt: skip
        if kind is Kind.POST:
            return Post(**base, text=text)
        if kind is Kind.BOARD:
            return BoardMessage(**base, title=title, text=text, url=f"https://board.example.org/{self._n}")
        return Article(**base, title=title, text=text, url=f"https://news.example.org/{self._n}", outlet="示例报")

    def history(self, until: datetime, days: int = 22, a_day: int = 3, topic: str = "供水") -> list[AnyRecord]:
        """A quiet past: some negative posts a day at changing hours."""
        start = until - timedelta(days=days)
        return [
            self.one(Kind.POST, start + timedelta(days=day, hours=(7 * day + 5 * i) % 24), (topic,))
            for day in range(days)
            for i in range(a_day)
        ]


def burst(writer: Writer, end: datetime, n: int = 42, **more: Any) -> list[AnyRecord]:
    """``n`` negative posts spread over the three hours before ``end``."""
    return [
        r for h in range(3) for r in writer.many(Kind.POST, n // 3, end - timedelta(hours=h, minutes=50), **more)
    ]  # fmt: skip


def fill(store: Any, *parts: Iterable[AnyRecord]) -> None:
    for part in parts:
        store.add(list(part))
