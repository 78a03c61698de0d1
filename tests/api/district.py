"""A small fictional district for tests of API and pages: configuration, two weeks of records, alerts, a brief."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert, AlertState, alert_id
from monitor.app import App, open_app
from monitor.briefs import archive, daily
from monitor.disclosure import release
from monitor.model import (
    CHINA,
    AnyRecord,
    Article,
    BoardMessage,
    ExactCount,
    Kind,
    Labels,
    Polarity,
    Post,
    Reply,
    Sentiment,
    hour_of,
)  # fmt: skip
from monitor.ops import people, runs, tally
from monitor.ops.people import Role

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=CHINA)
PASSWORD = "correct horse battery"
DAYS = 16
HOSTILE_TITLE = "<script>document.title='pwned'</script>\u202e自来水\" onmouseover=\"x()"
POST_TEXT = "这是一条只存在于测试里的帖文原文"

FILES = {
    "service": """
[http]
port = 0
threads = 4
rate = { caller_per_min = 0, stranger_per_min = 0 }
[crawl]
contact = "desk@example.invalid"
""",
    "district": """
name = "示例区"
city = "示例市"
province = "示例省"
""",
    "sources": """
[[source]]
id = "news"
name = "示例新闻网"
kind = "news"
adapter = "rss"
url = "http://127.0.0.1:9/rss.xml"
local = true
[[source]]
id = "board"
name = "示例留言板"
kind = "board"
adapter = "html"
url = "http://127.0.0.1:9/board"
local = true
[[source]]
id = "forum"
name = "示例论坛"
kind = "post"
adapter = "html"
url = "http://127.0.0.1:9/forum"
local = true
""",
    "topics": """
[[topic]]
name = "供水"
official = "城乡建设"
department = "区水务局"
terms = ["停水", "自来水"]
[[topic]]
name = "噪音"
official = "环境保护"
department = "区生态环境局"
terms = ["噪音", "扰民"]
[[topic]]
name = "交通运输"
official = "交通运输"
department = "区交通运输局"
""",
    "response_plan": """
title = "示例区舆情处置预案"
[[department]]
name = "区水务局"
[[department]]
name = "区生态环境局"
[[department]]
name = "区交通运输局"
""",
}


@dataclass
class Hands:
    """A clock that a test can set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def write_config(folder: Path, **more: str) -> Path:
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        head = f'data = "{folder / "data"}"\n' if name == "service" else ""
        (config / f"{name}.toml").write_text(head + text + more.get(name, ""), encoding="utf-8")
    return config


@contextmanager
def opened(folder: Path, clock: Hands, **more: str) -> Iterator[App]:
    with open_app(write_config(folder, **more), clock) as app:
        app.store.init()
        yield app


def fill(app: App, *, brief: bool = True) -> None:
    """Users, records, runs, counters, two alerts and (unless told otherwise) a brief."""
    for name, role in (("reader", Role.READER), ("duty", Role.DUTY), ("admin", Role.ADMIN)):
        people.add(app.store, name, role, PASSWORD, NOW)
    app.store.add(list(records()))
    counters = tally.Tally()
    counters.add("intake_decisions", 40, kind="news", verdict="drop", reason="not_district")
    counters.add("intake_decisions", 7, kind="post", verdict="drop", reason="not_district")
    counters.add("intake_decisions", 123, kind="post", verdict="keep", reason="kept")
    counters.flush(app.store, NOW - timedelta(days=1))
    counters.add("intake_decisions", 3, kind="post", verdict="keep", reason="kept")
    counters.flush(app.store, NOW)
    for source, kind, state, new in (
        ("news", Kind.NEWS, runs.RunState.OK, 12),
        ("forum", Kind.POST, runs.RunState.OK, 4),
        ("board", Kind.BOARD, runs.RunState.FAILED, 0),
    ):
        message = "" if state is runs.RunState.OK else "对方网站返回 500"
        begin = NOW - timedelta(minutes=12)
        runs.record(
            app.store,
            runs.SourceRun(source=source, kind=kind, started=begin, finished=begin + timedelta(seconds=20), state=state,
                           pages=9, new=new, message=message),
        )  # fmt: skip
    book = AlertBook(app.store)
    book.open_new(alert("供水", NOW - timedelta(hours=2), 2))
    book.open_new(alert("噪音", NOW - timedelta(days=2), 4))
    if brief:
        archive.issue(app.store, daily(app.settings, app.store, NOW.date() - timedelta(days=1), NOW), NOW)


def records() -> Iterator[AnyRecord]:
    begin = hour_of(NOW) - timedelta(days=DAYS)
    for hour in range(DAYS * 24 + 1):
        at = begin + timedelta(hours=hour)
        daytime = 7 <= at.hour <= 22
        for i in range((hour * 7) % 5 + (3 if daytime else 0)):
            yield post(at, i, ("噪音",) if i % 3 else ("交通运输",), Polarity.NEGATIVE if i % 2 else Polarity.NEUTRAL)
        if NOW - at <= timedelta(hours=3):
            for i in range(34):
                yield post(at, 100 + i, ("供水",), Polarity.NEGATIVE, places=("桂园街道",))
        if hour % 5 == 0:
            yield article(at, hour)
        if daytime and hour % 3 == 0:
            yield message(at, hour)
    yield article(NOW - timedelta(minutes=40), 9001, title=HOSTILE_TITLE, url="javascript:alert(1)")
    yield message(NOW - timedelta(minutes=50), 9002, title=HOSTILE_TITLE, url="javascript:alert(2)")


def matter(i: int, topics: tuple[str, ...]) -> str | None:
    """The water matter: what came about water after the message that began it belongs to it."""
    return MATTER if i > MATTER_HOUR and i < 9000 and topics == ("供水",) else None


def labels(
    topics: tuple[str, ...], polarity: Polarity, places: tuple[str, ...] = (), event: str | None = None
) -> Labels:
    weights = dict.fromkeys(Polarity, 0.1) | {polarity: 0.8}
    sentiment = Sentiment(
        weights[Polarity.NEGATIVE], weights[Polarity.NEUTRAL], weights[Polarity.POSITIVE], "linear", "test"
    )
    terms = ("自来水",) if "供水" in topics else ()
    return Labels(sentiment=sentiment, topics=topics, places=places, terms=terms, event=event)


def post(at: datetime, i: int, topics: tuple[str, ...], polarity: Polarity, places: tuple[str, ...] = ()) -> Post:
    when = at + timedelta(seconds=i)
    return Post(
        id=_id("post", at, i), source="forum", kind=Kind.POST, published=when, seen=when,
        labels=labels(topics, polarity, places), text=f"{POST_TEXT}{i}",
    )  # fmt: skip


def article(at: datetime, i: int, title: str = "", url: str = "") -> Article:
    official = i % 2 == 1
    polarity = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)[i % 3]
    titles = (
        "示例区今日起分片检修供水管网，涉及三个街道",
        "夜间施工扰民问题整改情况通报",
        "新开两条公交线路方便居民出行",
    )
    topics = (("供水",), ("噪音",), ("交通运输",))[i % 3]
    return Article(
        id=_id("article", at, i), source="news", kind=Kind.OFFICIAL if official else Kind.NEWS, published=at, seen=at,
        labels=labels(topics, polarity, event=matter(i, topics)),
        title=title or f"{titles[i % 3]}（第{i}号）", text="记者从有关部门了解到，" + titles[i % 3] * 4,
        url=url or f"http://news.example.invalid/{i}", outlet="示例区政府网" if official else "示例日报",
    )  # fmt: skip


def message(at: datetime, i: int, title: str = "", url: str = "") -> BoardMessage:
    reply = None
    if i % 4 and NOW - at > timedelta(hours=30):
        answered = min(at + timedelta(hours=10 + i % 50), NOW - timedelta(minutes=5))
        reply = Reply("您好，您反映的问题已转交办理，现答复如下：已完成整改。", answered, "区水务局")
    topics = (("供水",), ("噪音",))[i % 2]
    return BoardMessage(
        id=_id("message", at, i), source="board", kind=Kind.BOARD, published=at, seen=at,
        labels=labels(topics, Polarity.NEGATIVE, event=matter(i, topics)),
        title=title or f"反映小区停水多日无人处理（{i}）", text="小区停水已经两天，〔姓名〕多次致电〔电话〕无人接听。",
        url=url or f"http://board.example.invalid/{i}", category="投诉", reply=reply,
    )  # fmt: skip


def alert(topic: str, onset: datetime, level: int) -> Alert:
    onset = hour_of(onset)
    return Alert(
        id=alert_id(topic, onset), topic=topic, level=level, state=AlertState.OPEN, onset=onset, opened_at=onset,
        updated=onset, window_h=3, window_begin=onset - timedelta(hours=2), window_end=onset + timedelta(hours=1),
        observed={Kind.POST: release(ExactCount(68)).as_json(), Kind.BOARD: 6}, shown_total=76, expected_low=0,
        expected_high=10, department="区水务局", rule="water-2", steps=("核实停水范围", "发布停水公告", "安排送水车"),
        deadline=onset + timedelta(hours=24), terms=("停水", "水压"), places=("桂园街道",),
        related=(("x", HOSTILE_TITLE, "javascript:alert(3)"), ("y", "供水抢修进展", "http://news.example.invalid/1")),
    )  # fmt: skip


def _id(what: str, at: datetime, i: int) -> str:
    return hashlib.sha256(f"{what}{at.isoformat()}{i}".encode()).hexdigest()[:32]


MATTER_HOUR = 264
MATTER = _id("message", hour_of(NOW) - timedelta(days=DAYS) + timedelta(hours=MATTER_HOUR), MATTER_HOUR)
"""Id of the message that began the water matter."""
