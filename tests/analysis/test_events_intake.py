"""Intake gives every record its matter and its original, in the order of publication and across processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from monitor.intake import build
from monitor.model import CHINA, AnyRecord, Facet, Fetched, Kind, day_of
from monitor.ops.ingest import Ingest
from monitor.settings import Settings
from monitor.store import FacetQuery, RecordQuery, Spool
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 8, tzinfo=CHINA)
SETTINGS = Settings.model_validate(
    {
        "district": {"name": "示例区", "city": "示例市", "province": "示例省", "places": [{"name": "青石街道"}]},
        "sources": {
            "source": [
                {"id": "own", "name": "区留言板", "kind": "board", "adapter": "import", "trusted": True},
                {"id": "forum", "name": "示例论坛", "kind": "post", "adapter": "import", "city": "示例市"},
                {"id": "paper", "name": "示例日报", "kind": "news", "adapter": "import"},
            ]
        },
        "topics": {
            "topic": [
                {"name": "城乡建设", "official": "城乡建设", "department": "住建局"},
                {
                    "name": "环境保护",
                    "official": "环境保护",
                    "department": "生态环境局",
                    "terms": ["搅拌站", "噪音", "粉尘"],
                },
            ]
        },
    }
)
STORY = (
    "示例区青石街道丽水新城旁的混凝土搅拌站被居民投诉噪音和粉尘污染。区住建局今天通报，该搅拌站未取得规划许可，已责令停工。"
    "执法人员现场查封了设备，并约谈了施工单位负责人。街道将每天派人巡查，防止夜间偷偷生产，居民可随时拨打热线反映。"
)


def item(kind: Kind, title: str, text: str, hours: int) -> Fetched:
    source = {Kind.BOARD: "own", Kind.POST: "forum"}.get(kind, "paper")
    return Fetched(source=source, kind=kind, key=f"{title} {hours}", title=title, text=text, fetched_at=NOW,
                   published=NOW - timedelta(hours=hours))  # fmt: skip


BOARD = [
    item(
        Kind.BOARD,
        "示例区丽水新城小区旁建搅拌站噪音扰民",
        "丽水新城附近不到百米建了混凝土搅拌站，机器整夜轰鸣，粉尘很大，家里不敢开窗。",
        60,
    ),
    item(
        Kind.BOARD,
        "投诉示例区丽水新城附近搅拌站粉尘污染",
        "我是丽水新城的业主，开发商在小区旁建搅拌站，扬尘漫天，吵得老人睡不着。",
        30,
    ),
]
POST = item(
    Kind.POST, "", "示例区丽水新城旁边的搅拌站又开工了，粉尘大得窗户不敢开，噪音吵得孩子没法睡觉，有没有人管管！", 5
)


def ids(records: list[AnyRecord]) -> list[str | None]:
    return [r.labels.event for r in records]


def test_what_was_published_first_is_the_original_and_begins_the_matter_whatever_the_list_shows_first() -> None:
    newest_first = [
        item(Kind.NEWS, "丽水新城搅拌站被责令停工", "本报讯 " + STORY, 1),
        item(Kind.NEWS, "丽水新城旁搅拌站停工", STORY, 4),
    ]
    found = [d.value for d in build(SETTINGS, b"key").decide_many([*newest_first, POST, *reversed(BOARD)], NOW)]
    reprint, original, post, second, first = (r for r in found if r is not None)
    assert (reprint.labels.reprint_of, original.labels.reprint_of) == (original.id, None)
    assert first.labels.event is None
    assert ids([second, post]) == [first.id, first.id]


def test_residents_who_post_the_same_words_are_two_voices() -> None:
    twice = [item(Kind.POST, "", POST.text, 5), item(Kind.POST, "", POST.text, 4)]
    found = [d.value for d in build(SETTINGS, b"key").decide_many(twice, NOW)]
    assert [r.labels.reprint_of for r in found if r is not None] == [None, None]


def test_the_next_process_goes_on_with_the_matters_of_the_last(tmp_path: Path) -> None:
    store, spool = SqliteStore(tmp_path / "store.db"), Spool(tmp_path / "spool.db", 1_000_000)
    store.init()

    def process() -> Ingest:
        return Ingest(SETTINGS, store, spool, b"key", lambda: NOW)

    process().take(BOARD[:1])
    process().take([item(Kind.NEWS, "丽水新城旁搅拌站停工", STORY, 4)])
    process().take([BOARD[1], POST])
    process().take([item(Kind.NEWS, "搅拌站停了", "（记者 某）" + STORY, 1)])
    first, second = sorted(store.find(RecordQuery(kinds=(Kind.BOARD,))).records, key=lambda r: r.published)
    assert first.labels.event is None and second.labels.event == first.id
    assert [r.labels.event for r in store.find(RecordQuery(kinds=(Kind.POST,))).records] == [first.id]
    reprint, original = store.find(RecordQuery(kinds=(Kind.NEWS,))).records
    assert reprint.labels.reprint_of == original.id
    # Its members are counted by day; the one that began it is not among them.
    cells = store.facets(FacetQuery(facet=Facet.EVENT, since=day_of(NOW) - timedelta(days=9), until=day_of(NOW)))
    assert {cell.value for cell in cells} == {first.id}
    assert sum(cell.n for cell in cells if isinstance(cell.n, int) and cell.kind is Kind.BOARD) == 1
    spool.close()
    store.close()
