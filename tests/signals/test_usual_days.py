"""Days beside their usual band, terms that a span brings out, and a matter's story: all in figures that may be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Reply, Sentiment
from monitor.settings import Settings, load
from monitor.signals.bursts import bursts
from monitor.signals.stories import story
from monitor.signals.usual import day_so_far, usual_days
from monitor.store import Store
from monitor.store.memory import MemoryStore
from tests.api import district

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=CHINA)
TODAY = date(2026, 11, 22)
CALM = Sentiment(0.1, 0.8, 0.1, "linear", "t")
ANGRY = Sentiment(0.8, 0.1, 0.1, "linear", "t")


def post(at: datetime, i: int, sentiment: Sentiment = CALM, terms: tuple[str, ...] = ()) -> Post:
    id = hashlib.sha256(f"post{at}{i}".encode()).hexdigest()[:32]
    labels = Labels(sentiment=sentiment, topics=("供水",), terms=terms, event="m" * 32)
    return Post(id=id, source="forum", kind=Kind.POST, published=at, seen=at, labels=labels, text="帖文")


def message(at: datetime, i: int, event: str | None = None, reply: Reply | None = None, id: str = "") -> BoardMessage:
    labels = Labels(sentiment=ANGRY, topics=("供水",), terms=("停水",), event=event)
    return BoardMessage(
        id=id or hashlib.sha256(f"board{at}{i}".encode()).hexdigest()[:32], source="board", kind=Kind.BOARD,
        published=at, seen=at, labels=labels, title=f"反映小区停水多日无人处理（{i}）", text="停水", url="http://b.example/1", reply=reply,
    )  # fmt: skip


def article(at: datetime, i: int, reprint_of: str | None = None) -> Article:
    labels = Labels(sentiment=CALM, topics=("供水",), event="m" * 32, reprint_of=reprint_of)
    return Article(
        id=hashlib.sha256(f"news{at}{i}".encode()).hexdigest()[:32], source="news", kind=Kind.NEWS, published=at, seen=at,
        labels=labels, title="供水抢修进展", text="供水抢修进展" * 9, url="http://n.example/1", outlet="日报",
    )  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(district.write_config(tmp_path_factory.mktemp("usual")))


def stored(records: Iterator[AnyRecord] | list[AnyRecord]) -> Store:
    store = MemoryStore()
    store.add(list(records))
    return store


def at(days_ago: int, hour: int = 8) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=CHINA) - timedelta(days=days_ago)


def test_a_day_far_above_the_others_is_said_to_be_so_and_a_calm_one_is_not(settings: Settings) -> None:
    records: list[AnyRecord] = [post(at(d), i) for d in range(1, 40) for i in range(20 + d % 3)]
    store = stored([*records, *[post(at(0), i) for i in range(63)]])
    *_, yesterday, today = usual_days(settings, store, TODAY - timedelta(days=6), TODAY)
    assert (today.total, today.low, today.high, today.said) == (65, 20, 20, "高于平时")
    assert yesterday.said == "与平时相当" and not yesterday.few
    quiet = usual_days(settings, stored(records), TODAY, TODAY)[0]
    assert (quiet.total, quiet.said) == (0, "低于平时")


def test_workdays_are_compared_with_workdays(settings: Settings) -> None:
    # Sundays bring 60, workdays 20; 22 November 2026 is a Sunday.
    records = [post(at(d), i) for d in range(1, 36) for i in range(60 if at(d).weekday() >= 5 else 20)]
    sunday = usual_days(settings, stored([*records, *[post(at(0), i) for i in range(60)]]), TODAY, TODAY)[0]
    assert sunday.said == "与平时相当" and sunday.low == 60


def test_few_posts_show_nothing_and_thin_history_is_said(settings: Settings) -> None:
    store = stored([*[post(at(0), i) for i in range(9)], message(at(0), 1), message(at(1), 2)])
    yesterday, today = usual_days(settings, store, TODAY - timedelta(days=1), TODAY)
    assert today.few and today.total == 1, "nine posts count nothing, the message counts"
    assert today.low is None and "历史资料不足" in today.said and today.share is None
    assert (yesterday.total, yesterday.few) == (1, True)


def test_the_band_tells_no_more_than_what_is_released(settings: Settings) -> None:
    """One post more or less than a rounding step holds changes nothing anywhere."""
    for n in (20, 21, 22):
        records = [post(at(d), i) for d in range(1, 30) for i in range(n)]
        day = usual_days(settings, stored([*records, *[post(at(0), i) for i in range(n)]]), TODAY, TODAY)[0]
        assert (day.total, day.low, day.high) == (20, 20, 20)


def test_the_negative_share_counts_only_what_is_shown(settings: Settings) -> None:
    store = stored([*[post(at(0), i, ANGRY) for i in range(15)], *[post(at(0), 50 + i) for i in range(15)]])
    assert usual_days(settings, store, TODAY, TODAY)[0].share == 0.5
    few = stored([*[post(at(0), i, ANGRY) for i in range(4)], *[post(at(0), 50 + i) for i in range(26)]])
    assert usual_days(settings, few, TODAY, TODAY)[0].share is None


def test_so_far_compares_whole_hours_with_those_of_yesterday() -> None:
    records = [*[post(at(0, 7), i) for i in range(20)], *[post(at(0, 8), i) for i in range(50)]]
    records += [*[post(at(1, 7), i) for i in range(10)], *[post(at(1, 9), i) for i in range(50)]]
    assert day_so_far(stored(list(records)), NOW) == (20, 10)
    assert day_so_far(stored([]), at(0, 0)) == (0, 0)


def test_new_and_grown_terms_come_before_steady_ones() -> None:
    def said(day: int, term: str, n: int) -> list[AnyRecord]:
        return [post(at(day), hash((term, i)) % 10**9, terms=(term,)) for i in range(n)]

    now = [*said(1, "停水", 40), *said(2, "水质", 30), *said(3, "水费", 50), *said(1, "一人", 9)]
    before = [*said(8, "水质", 10), *said(9, "水费", 50), *said(10, "一人", 9)]
    found = bursts(stored([*now, *before]), TODAY - timedelta(days=6), TODAY, "供水")
    assert [(b.term, b.new, b.grown) for b in found] == [
        ("停水", True, False),
        ("水质", False, True),
        ("水费", False, False),
    ]
    alone = bursts(stored(now), TODAY - timedelta(days=6), TODAY)
    assert not any(b.new for b in alone), "with nothing before, nothing is called new"


def test_a_story_holds_days_answers_and_copies_but_nothing_of_a_single_post() -> None:
    began = message(at(3), 0, id="m" * 32)
    reply = Reply("已恢复供水", at(1), "区水务局")
    paper = article(at(2), 1)
    records: list[AnyRecord] = [
        began, message(at(2), 1, "m" * 32, reply), message(at(2), 2, "m" * 32), paper, article(at(1), 2, paper.id),
        *[post(at(1), i) for i in range(12)],
    ]  # fmt: skip
    told = story(stored(records), "m" * 32, TODAY - timedelta(days=6), TODAY)
    assert told is not None
    assert [(d.day.day, d.total, d.answers) for d in told.days] == [(19, 1, 0), (20, 3, 0), (21, 1, 1), (22, 0, 0)]
    assert len(told.messages) == 3 and len(told.answered) == 1
    assert (len(told.articles), len(told.reprints), told.reprinted(Kind.NEWS)) == (1, 1, 1)
    assert told.topics == ("供水",)
    assert Kind.POST not in {kind for d in told.days for kind, _ in d.counts}
    assert story(stored(records), "m" * 32, TODAY - timedelta(days=60), TODAY - timedelta(days=31)) is None
    assert story(stored([]), "x" * 32, TODAY, TODAY) is None
