"""A hundred days of texts of every kind for a small district, drawn from a seed: records, and the raw rows beside them.

A row knows nothing of the store or of a brief: the recount of :mod:`tests.briefs.period_recount` reads rows alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from monitor.model import AnyRecord, Kind, Reply, Sentiment
from monitor.settings import Settings
from tests.briefs.build import NEGATIVE, NEUTRAL, POSITIVE, TOML, article, at, message, posts, settings

LAST = date(2026, 11, 30)
DAYS = 100
TOPICS = ("供水", "噪音", "物业", "停车", "工资", "学校")
OFFICIAL = {
    "供水": "城乡建设",
    "噪音": "环境保护",
    "物业": "城乡建设",
    "停车": "交通运输",
    "工资": "劳动和社会保障",
    "学校": "教育文体",
}
DEPARTMENTS = {
    "供水": "区水务局",
    "噪音": "区生态环境局",
    "物业": "区住建局",
    "停车": "区交通局",
    "工资": "区人社局",
    "学校": "区教育局",
}
PLACES = ("青石街道", "云溪镇", "南湖街道")
WINDOW = {
    "id": "flood",
    "name": "秋汛",
    "begin": date(2026, 11, 9),
    "end": date(2026, 11, 25),
    "topics": ["供水", "噪音", "物业"],
    "snapshot_h": 6,
}


@dataclass(frozen=True)
class Row:
    kind: str
    when: datetime
    topics: tuple[str, ...]
    negative: bool
    place: str = ""
    reply_h: float | None = None
    """Hours from the message to its answer."""

    @property
    def day(self) -> date:
        return self.when.date()


def rules() -> Settings:
    topics: list[dict[str, Any]] = [
        {"name": o, "official": o, "department": "区政府办"} for o in dict.fromkeys(OFFICIAL.values())
    ]
    topics += [
        {"name": t, "official": OFFICIAL[t], "department": DEPARTMENTS[t], "terms": [t]} for t in TOPICS
    ]  # fmt: skip
    plan = {**TOML["response_plan"], "department": [{"name": n} for n in (*DEPARTMENTS.values(), "区政府办")]}
    made = settings(topics={"topic": topics}, response_plan=plan)
    files = made.model_dump()
    files["watch"] = {"watch": [WINDOW]}
    return Settings.model_validate(files)


def drawn(seed: int = 1) -> tuple[list[AnyRecord], list[Row]]:
    """Records and their rows. Messages of 供水 rise fourfold in the last two weeks, 学校 falls silent in November."""
    dice = random.Random(seed)
    records: list[AnyRecord] = []
    rows: list[Row] = []
    for back in range(DAYS - 1, -1, -1):
        day = LAST - timedelta(days=back)
        for index, topic in enumerate(TOPICS):
            for kind, n in _numbers(dice, topic, index, day):
                for _ in range(n):
                    record, row = _one(dice, kind, topic, day)
                    records.append(record)
                    rows.append(row)
    return records, rows


def _numbers(dice: random.Random, topic: str, index: int, day: date) -> list[tuple[Kind, int]]:
    lift = 4 if topic == "供水" and day > LAST - timedelta(days=14) else 1
    silent = topic == "学校" and day.month == 11
    board = 0 if silent else dice.randrange(0, 4) * lift if index < 4 else dice.randrange(0, 2)
    post = dice.randrange(0, 24) * lift // (index + 1)
    return [(Kind.BOARD, board), (Kind.POST, post), (Kind.NEWS, dice.randrange(0, 2)), (Kind.OFFICIAL, index == 0)]


def _one(dice: random.Random, kind: Kind, topic: str, day: date) -> tuple[AnyRecord, Row]:
    feeling: Sentiment = dice.choice((NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE))
    topics = (topic, OFFICIAL[topic])
    when = at(day, dice.randrange(6, 23), dice.randrange(60))
    bare = when.replace(tzinfo=None)
    place = dice.choice(PLACES)
    negative = feeling is NEGATIVE
    if kind is Kind.POST:
        (post,) = posts(1, day, topics, feeling)
        return post, Row("post", at(day).replace(tzinfo=None), topics, negative)
    if kind is Kind.BOARD:
        hours = dice.choice((6.0, 20.0, 30.5, 46.0, 60.0, 100.0, None))
        reply = None if hours is None else Reply(ANSWER, when + timedelta(hours=hours), DEPARTMENTS[topic])
        record = message(when, topics, feeling, reply, f"{place}{topic}问题", places=(place,), terms=(topic,))
        return record, Row("board", bare, topics, negative, place, hours)
    number = len(str(dice.random()))
    title = f"{topic}报道{day.isoformat()}{number}"
    item = article(when, title, kind=kind, sentiment=feeling)
    return item, Row(kind.value, bare, (), negative)


ANSWER = "经现场核实，我局已安排施工单位于本周内更换破损管道并恢复路面，感谢您的监督。"
