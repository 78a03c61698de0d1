"""Hot issues of a span, as they may be shown; over SQLite and a real Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Sentiment
from monitor.signals.matters import matters, members
from monitor.store import Store
from monitor.store.elastic import ElasticStore
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import drop_indices

LAST = date(2026, 11, 22)
FIRST = LAST - timedelta(days=6)
NOON = datetime(2026, 11, 22, 12, tzinfo=CHINA)
FEELING = Sentiment(0.8, 0.15, 0.05, "linear", "1")
TITLES = ("丽水新城旁建搅拌站噪音扰民", "投诉丽水新城搅拌站粉尘", "丽水新城搅拌站何时搬走")


@pytest.fixture(params=["sqlite", pytest.param("elastic", marks=pytest.mark.elastic)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made: Store = SqliteStore(tmp_path / "store.db")
        made.init()
        yield made
        made.close()
        return
    url, run = request.getfixturevalue("elastic_url"), f"m{uuid4().hex[:8]}"
    made = ElasticStore(url, prefix=run, timeout_s=30)
    made.init()
    yield made
    made.close()
    drop_indices(url, run)


def labels(event: str | None, terms: tuple[str, ...] = (), places: tuple[str, ...] = ("青石街道",)) -> Labels:
    return Labels(sentiment=FEELING, topics=("城乡建设",), places=places, terms=terms, event=event)


def message(id: str, title: str, days: int, event: str | None = None) -> BoardMessage:
    when = NOON - timedelta(days=days)
    return BoardMessage(id=id, source="own", kind=Kind.BOARD, published=when, seen=when, labels=labels(event),
                        title=title, text=title, url="")  # fmt: skip


def article(id: str, title: str, days: int, event: str | None = None) -> Article:
    when = NOON - timedelta(days=days)
    return Article(id=id, source="paper", kind=Kind.NEWS, published=when, seen=when, labels=labels(event),
                   title=title, text=title, url="https://paper.example/1", outlet="示例日报")  # fmt: skip


def post(id: str, days: int, event: str | None = None, terms: tuple[str, ...] = ("停水",), **more: object) -> Post:
    when = NOON - timedelta(days=days)
    return Post(id=id, source="forum", kind=Kind.POST, published=when, seen=when,
                labels=labels(event, terms, **more), text="某楼某户的私事")  # type: ignore[arg-type] # fmt: skip


def plant(days: int = 3) -> list[AnyRecord]:
    return [message("began", TITLES[0], days), *(message(f"b{i}", TITLES[i], days - i, "began") for i in (1, 2))]


def test_a_matter_tells_its_name_counts_days_and_members(store: Store) -> None:
    news = article("n", "记者王建军探访丽水新城搅拌站", 0, "began")
    store.add([*plant(), news, *(post(f"p{i}", 1, "began") for i in range(12)), message("alone", "路灯不亮", 1)])
    (found,) = matters(store, FIRST, LAST)
    assert found.id == "began" and found.name == "丽水新城搅拌站"
    assert found.counts[Kind.BOARD] == 3 and found.counts[Kind.NEWS] == 1 and found.public == 4
    released = found.counts[Kind.POST]
    assert isinstance(released, ReleasedCount) and released.phrase == "约10"
    assert (found.first_seen, found.last_seen) == (LAST - timedelta(days=3), LAST)
    assert (found.topics, found.places, found.growth) == (("城乡建设",), ("青石街道",), None)
    assert [r.id for r in members(store, "began")] == ["began", "n", "b2", "b1"]
    assert matters(store, FIRST, LAST, topic="环境保护") == []
    assert [m.id for m in matters(store, FIRST, LAST, topic="城乡建设")] == ["began"]


def test_a_few_posts_are_never_told_as_such(store: Store) -> None:
    store.add([*plant(), *(post(f"p{i}", 0, "began", ("独家词",)) for i in range(4))])
    store.add([post("q", 2), *(post(f"q{i}", 1, "q", ("某户",)) for i in range(8))])
    (found,) = matters(store, FIRST, LAST)
    shown = found.counts[Kind.POST]
    assert isinstance(shown, ReleasedCount) and shown.suppressed
    # The four posts of today do not move the day on which it was last seen.
    assert found.last_seen == LAST - timedelta(days=1)
    assert "独家词" not in found.name


def test_a_matter_of_posts_alone_is_named_by_what_ten_of_them_carry(store: Store) -> None:
    store.add([post("q", 2)])
    store.add([post(f"q{i}", 1, "q", ("停水", "深夜" if i < 11 else "某户"), places=()) for i in range(14)])
    (found,) = matters(store, FIRST, LAST)
    assert found.name == "停水 深夜" and found.newest == () and found.places == ()
    released = found.counts[Kind.POST]
    assert isinstance(released, ReleasedCount) and released.value == 15
    assert "私事" not in repr(found)


def test_growth_is_against_the_span_before_and_the_largest_comes_first(store: Store) -> None:
    store.add([message("old", "凉塘路改造", 13), message("o1", "凉塘路改造何时启动", 12, "old")])
    store.add([message(f"o{i}", "凉塘路改造何时启动", i - 2, "old") for i in range(2, 8)])
    store.add(plant())
    first, second = matters(store, FIRST, LAST)
    assert (first.id, first.counts[Kind.BOARD], first.growth) == ("old", 6, 2.0)
    assert first.first_seen == LAST - timedelta(days=13)
    assert second.id == "began"
    assert [m.id for m in matters(store, FIRST, LAST, limit=1)] == ["old"]
