"""Records made for these tests, one at a time and by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Reply, Sentiment

NOON = datetime(2026, 11, 22, 12, 30, tzinfo=CHINA)
FEELINGS = {-1: (0.8, 0.15, 0.05), 0: (0.1, 0.8, 0.1), 1: (0.05, 0.15, 0.8)}


def labels(polarity: int = 0, **more: Any) -> Labels:
    return Labels(sentiment=Sentiment(*FEELINGS[polarity], "linear", "1"), **more)


def post(id: str, text: str = "停水了", published: datetime = NOON, source: str = "forum", **more: Any) -> Post:
    return Post(id=id, source=source, kind=Kind.POST, published=published, seen=NOON, text=text, labels=labels(**more))


def message(
    id: str,
    text: str = "小区停水三天",
    title: str = "停水",
    published: datetime = NOON,
    reply: Reply | None = None,
    **more: Any,
) -> BoardMessage:
    return BoardMessage(
        id=id, source="board", kind=Kind.BOARD, published=published, seen=NOON, title=title, text=text,
        url="https://board.example/1", category="求助", reply=reply, labels=labels(**more),
    )  # fmt: skip


def article(
    id: str,
    text: str = "自来水公司抢修",
    title: str = "抢修",
    published: datetime = NOON,
    kind: Kind = Kind.NEWS,
    **more: Any,
) -> Article:
    return Article(
        id=id, source="paper", kind=kind, published=published, seen=NOON, title=title, text=text,
        url="https://paper.example/1", outlet="示例日报", rank=None, labels=labels(**more),
    )  # fmt: skip


# Few values and few days, so that records meet in cells and Elasticsearch makes few indices.
MOMENTS = st.integers(0, 60 * 60 * 49).map(lambda s: NOON - timedelta(seconds=s)) | st.sampled_from(
    [
        datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=CHINA),
        datetime(2026, 11, 22, 0, 0, tzinfo=CHINA),
        datetime(2026, 11, 21, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 0, 0, 0, 1, tzinfo=CHINA),
    ]
)
TEXTS = st.text(
    alphabet=st.sampled_from("水电停路aAßİ 　\n\t“”\"'\\*.-🚰e\u0301\ue000\U000f0020，。")
    | st.characters(codec="utf-8"),
    max_size=12,
)
LABELS = st.builds(
    Labels,
    sentiment=st.sampled_from([-1, 0, 1]).map(lambda p: Sentiment(*FEELINGS[p], "linear", "1")),
    topics=st.lists(st.sampled_from(["供水", "交通", "教育"]), max_size=3).map(tuple),
    places=st.lists(st.sampled_from(["东街", "西镇"]), max_size=2).map(tuple),
    terms=st.lists(st.sampled_from(["停水", "爆管", "堵车"]), max_size=3).map(tuple),
    event=st.none() | st.sampled_from(["e1", "e2"]),
    reprint_of=st.none() | st.just("original"),
)
REPLIES = st.builds(Reply, text=TEXTS, time=st.none() | MOMENTS, department=st.none() | st.just("水务局"))


@st.composite
def records(draw: st.DrawFn, ids: st.SearchStrategy[str] | None = None) -> AnyRecord:
    kind = draw(st.sampled_from(list(Kind)))
    base: dict[str, Any] = {
        "id": draw(ids if ids is not None else st.integers(0, 40).map(lambda n: f"{kind.value}-{n}")),
        "source": draw(st.sampled_from(["one", "two"])),
        "kind": kind,
        "published": draw(MOMENTS),
        "seen": NOON,
        "labels": draw(LABELS),
        "text": draw(TEXTS),
    }
    if kind is Kind.POST:
        return Post(**base)
    base |= {"title": draw(TEXTS), "url": "https://x.example/"}
    if kind is Kind.BOARD:
        return BoardMessage(**base, category=draw(st.none() | st.just("投诉")), reply=draw(st.none() | REPLIES))
    return Article(**base, outlet="示例日报", rank=draw(st.none() | st.integers(1, 50)))
