"""What is read again: changes, answers and withdrawals go through intake into the store, or wait in the spool."""

from __future__ import annotations

import gzip
import json
import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.model import CHINA, Article, BoardMessage, Facet, Fetched, Kind, Post, Reply, Revision
from monitor.ops import retention, tally
from monitor.ops.ingest import Ingest, Taken
from monitor.ops.unreleased import unreleased_since
from monitor.settings import Settings
from monitor.store import CellQuery, FacetQuery, RecordQuery, Spool, Store
from monitor.store.sqlite import SqliteStore
from tests.store.test_records import plain

NOW = datetime(2026, 11, 22, 9, tzinfo=CHINA)
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
                {"name": "环境保护", "official": "环境保护", "department": "环境局", "terms": ["搅拌站", "噪音", "粉尘"]},
            ]
        },
    }
)  # fmt: skip
STORY = Fetched(
    source="paper", kind=Kind.NEWS, key="https://paper.example/1", url="https://paper.example/1",
    title="示例区搅拌站被责令停工", published=NOW - timedelta(hours=5), fetched_at=NOW, rank=6,
    text="示例区青石街道丽水新城旁的混凝土搅拌站被居民投诉噪音和粉尘污染。区住建局今天通报，该搅拌站未取得规划许可，已责令停工。"
    "执法人员现场查封了设备，并约谈了施工单位负责人。",
)  # fmt: skip
ASKED = Fetched(
    source="own", kind=Kind.BOARD, key="b1", title="丽水新城旁搅拌站噪音扰民", published=NOW - timedelta(hours=3),
    text="示例区丽水新城附近不到百米建了混凝土搅拌站，机器整夜轰鸣，家里不敢开窗。我叫王小明，电话13812345678。", fetched_at=NOW,
)  # fmt: skip
POST = Fetched(
    source="forum", kind=Kind.POST, key="https://forum.example/t/7#3", title="", published=NOW - timedelta(hours=2),
    text="示例区丽水新城旁边的混凝土搅拌站整夜噪音，粉尘很大，孩子睡不着，什么时候有人管管环境污染", fetched_at=NOW,
)  # fmt: skip


class Desk:
    """A store, a spool and an ``Ingest`` whose clock can be moved; ``away`` takes the store's folder from it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.spool = Spool(folder / "spool.db", 10**7)
        self.store: Store = SqliteStore(folder / "yuqing.db")
        self.ingest = self.opened(self.store)

    def opened(self, store: Store) -> Ingest:
        return Ingest(SETTINGS, store, self.spool, b"k" * 32, lambda: self.now)

    def away(self) -> Ingest:
        (self.folder / "file").touch()
        return self.opened(SqliteStore(self.folder / "file" / "away.db"))

    def record(self, item: Fetched) -> Article | BoardMessage | Post | None:
        return self.store.get_record(self.ingest.intake.id_of(item))

    def later(self, item: Fetched, hours: int = 1, **changed: object) -> Fetched:
        self.now = NOW + timedelta(hours=hours)
        return replace(item, fetched_at=self.now, **changed)  # type: ignore[arg-type]

    def posts(self) -> int:
        span = CellQuery(since=NOW - timedelta(days=9), until=NOW + timedelta(days=9), kinds=(Kind.POST,))
        return sum(plain(cell.n) for cell in self.store.cells(span))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    taken = desk.ingest.take([STORY, ASKED, POST])
    assert (taken.new, taken.dropped) == (3, {})
    yield desk
    desk.store.close()
    desk.spool.close()


def changed(taken: Taken) -> tuple[int, int, int, int]:
    return taken.edited, taken.withdrawn, taken.new, taken.replies


def test_the_same_page_with_other_counters_is_no_change(desk: Desk) -> None:
    again = [
        desk.later(STORY, text=f"阅读 1203\n{STORY.text}\n打印时间：2026-11-22 10:00"),
        desk.later(ASKED, text=ASKED.text.replace("，", "， ")), desk.later(POST, text=f"{POST.text}　"),
    ]  # fmt: skip
    before = [desk.record(item) for item in again]
    taken = desk.ingest.revise(again)
    assert changed(taken) == (0, 0, 0, 0) and taken.duplicate == 0
    assert [desk.record(item) for item in again] == before


def test_an_edited_article_is_recorded_with_its_former_title(desk: Desk) -> None:
    edited = desk.later(STORY, title="示例区搅拌站被拆除", text=STORY.text.replace("已责令停工", "已责令拆除"))
    assert changed(desk.ingest.revise([edited])) == (1, 0, 0, 0)
    record = desk.record(STORY)
    assert isinstance(record, Article) and record.title == "示例区搅拌站被拆除" and "责令拆除" in record.text
    assert record.revisions == (Revision(desk.now, STORY.title, True),)
    assert desk.store.count(RecordQuery(text="责令停工")) == 0
    assert changed(desk.ingest.revise([edited])) == (0, 0, 0, 0), "the same again is nothing new"


def test_a_better_place_on_the_page_is_kept_and_is_no_edit(desk: Desk) -> None:
    assert changed(desk.ingest.revise([desk.later(STORY, rank=2)])) == (0, 0, 0, 0)
    assert changed(desk.ingest.revise([desk.later(STORY, 2, rank=9)])) == (0, 0, 0, 0)
    record = desk.record(STORY)
    assert isinstance(record, Article) and (record.rank, record.revisions) == (2, ())


def test_an_edited_message_is_redacted_like_a_new_one(desk: Desk) -> None:
    edited = desk.later(ASKED, text=ASKED.text + "联系人李大伟，手机13987654321，住丽水新城3栋2单元501室。", reply=Reply(
        "您好，王小明先生，已派人核查，联系电话13700001111。", NOW, "示例区住建局"))  # fmt: skip
    assert changed(desk.ingest.revise([edited])) == (1, 0, 0, 1)
    record = desk.record(ASKED)
    assert isinstance(record, BoardMessage) and record.reply is not None and len(record.revisions) == 1
    for personal in ("李大伟", "13987654321", "501", "王小明", "13700001111", "13812345678"):
        assert personal not in record.text + record.reply.text
    desk.store.close()
    held = b"".join(file.read_bytes() for file in desk.folder.glob("yuqing.db*"))
    assert not any(word.encode() in held for word in ("李大伟", "13987654321", "王小明", "13700001111"))


def test_a_new_answer_alone_is_recorded_and_is_no_edit(desk: Desk) -> None:
    assert changed(desk.ingest.revise([desk.later(ASKED, reply=Reply("已派人核查", NOW, "区住建局"))])) == (0, 0, 0, 1)
    assert [q.reply.department for q in desk.store.questions(RecordQuery(answered=True)) if q.reply] == ["区住建局"]


def test_what_is_not_known_is_taken_as_new(desk: Desk) -> None:
    other = desk.later(
        STORY, key="https://paper.example/2", title="示例区供水恢复", text="示例区青石街道昨日停水的小区今天恢复供水。"
    )
    foreign = desk.later(STORY, key="https://paper.example/3", title="邻市新闻", text="邻市今天开通地铁。")
    taken = desk.ingest.revise([other, foreign, desk.later(POST)])
    assert changed(taken) == (0, 0, 1, 0) and taken.dropped == {"not_district": 1}


def test_a_correction_is_kept_even_if_the_district_is_no_longer_in_it(desk: Desk) -> None:
    said = STORY.text.replace("示例区青石街道", "邻市").replace("区住建局", "邻市住建局")
    assert changed(desk.ingest.revise([desk.later(STORY, title="搅拌站被责令停工（更正）", text=said)])) == (1, 0, 0, 0)
    record = desk.record(STORY)
    assert isinstance(record, Article) and "示例区" not in record.title + record.text


def test_a_page_that_is_read_badly_changes_nothing(desk: Desk) -> None:
    for bad in (
        {"text": STORY.text[:40]},
        {"text": ""},
        {"text": "", "title": ""},
        {"title": "安全验证", "text": "请完成验证后继续。"},
    ):
        assert changed(desk.ingest.revise([desk.later(STORY, **bad)])) == (0, 0, 0, 0)
    record = desk.record(STORY)
    assert isinstance(record, Article) and record.text == STORY.text


def test_an_edited_post_keeps_its_place_and_loses_its_former_words(desk: Desk) -> None:
    said = POST.text.replace("整夜噪音", "白天噪音")
    assert changed(desk.ingest.revise([desk.later(POST, text=said)])) == (1, 0, 0, 0)
    record = desk.record(POST)
    assert isinstance(record, Post) and record.text == said and desk.posts() == 1


@pytest.mark.parametrize("said", ["今天去示例区吃了火锅，味道不错，推荐大家", "已删", "散了吧"])
def test_a_post_that_is_no_matter_of_ours_any_more_goes(desk: Desk, said: str) -> None:
    assert changed(desk.ingest.revise([desk.later(POST, text=said)])) == (0, 1, 0, 0)
    assert desk.record(POST) is None and desk.posts() == 0
    # Nor does its first wording come back, whoever still shows it.
    assert (desk.ingest.take([POST]).duplicate, desk.ingest.revise([desk.later(POST, 3)]).new) == (1, 0)
    assert desk.record(POST) is None and desk.posts() == 0


def test_withdrawn_items_are_known_by_their_keys(desk: Desk) -> None:
    desk.now = NOW + timedelta(hours=2)
    assert changed(desk.ingest.withdraw("paper", Kind.NEWS, [STORY.key, "https://paper.example/never"])) == (0, 1, 0, 0)
    assert changed(desk.ingest.withdraw("paper", Kind.NEWS, [STORY.key, ""])) == (0, 0, 0, 0)
    record = desk.record(STORY)
    assert isinstance(record, Article) and (record.text, record.withdrawn) == ("", desk.now)
    assert record.title == STORY.title and desk.store.outlines(RecordQuery()) == []
    assert desk.ingest.withdraw("other", Kind.BOARD, [ASKED.key]).withdrawn == 0, "keys are those of one source"
    assert changed(desk.ingest.withdraw("own", Kind.BOARD, [ASKED.key])) == (0, 1, 0, 0)
    assert changed(desk.ingest.revise([desk.later(STORY, 5), desk.later(ASKED, 5, reply=Reply("办结"))])) == (
        0,
        0,
        0,
        0,
    )
    assert desk.store.questions(RecordQuery()) == []


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=CHINA), 0),
        (datetime(2026, 11, 23, 7, 29, tzinfo=CHINA), 0),
        (datetime(2026, 11, 23, 7, 30, tzinfo=CHINA), 1),
        (datetime(2026, 11, 25, 1, 0, tzinfo=CHINA), 1),
    ],
)
def test_a_withdrawn_post_leaves_the_aggregates_that_are_not_released(desk: Desk, at: datetime, left: int) -> None:
    day = FacetQuery(facet=Facet.TERM, since=NOW.date(), until=NOW.date(), kinds=(Kind.POST,))
    assert desk.store.facets(day)
    desk.now = at
    assert desk.ingest.withdraw("forum", Kind.POST, [POST.key]).withdrawn == 1
    assert desk.posts() == left and bool(desk.store.facets(day)) == bool(left)
    assert desk.record(POST) is None and desk.ingest.take([POST]).new == 0


def test_the_edge_is_the_day_whose_brief_is_not_due() -> None:
    half_past_seven = time(7, 30)
    for now, since in (
        (datetime(2026, 11, 22, 7, 29, 59, tzinfo=CHINA), datetime(2026, 11, 21, tzinfo=CHINA)),
        (datetime(2026, 11, 22, 7, 30, tzinfo=CHINA), datetime(2026, 11, 22, tzinfo=CHINA)),
        (datetime(2026, 11, 22, 0, 0, tzinfo=CHINA), datetime(2026, 11, 21, tzinfo=CHINA)),
    ):
        assert unreleased_since(now, half_past_seven) == since


def test_while_the_store_is_away_both_wait_and_are_done_in_order(desk: Desk) -> None:
    away = desk.away()
    edited = desk.later(STORY, title="示例区搅拌站被拆除", text=STORY.text.replace("停工", "拆除"))
    fresh = desk.later(
        STORY, key="https://paper.example/9", title="示例区供水恢复", text="示例区青石街道今天恢复供水。"
    )
    answered = desk.later(ASKED, reply=Reply("已派人核查", NOW, "区住建局"))
    said = desk.later(POST, text=POST.text + "，还有扬尘")
    assert away.revise([edited, fresh, answered, said]).spooled == 4
    assert away.withdraw("forum", Kind.POST, [POST.key]).spooled == 1
    assert away.take([replace(fresh, key="https://paper.example/10")]).spooled == 1
    assert desk.spool.depth == 6
    # The next change finds the spool waiting and comes after it.
    last = desk.later(STORY, 4, title="示例区搅拌站拆除完毕", text=STORY.text.replace("停工", "拆除"))
    assert changed(desk.ingest.revise([last])) == (1, 0, 0, 0)
    assert desk.spool.depth == 0
    record = desk.record(STORY)
    assert isinstance(record, Article) and [r.title for r in record.revisions] == [STORY.title, "示例区搅拌站被拆除"]
    assert desk.record(fresh) is not None and desk.record(POST) is None and desk.posts() == 0
    assert len(desk.store.questions(RecordQuery(answered=True))) == 1


def test_a_withdrawal_that_waited_past_the_brief_leaves_what_was_released(desk: Desk) -> None:
    away = desk.away()
    assert away.withdraw("forum", Kind.POST, [POST.key]).spooled == 1
    desk.now = datetime(2026, 11, 23, 8, tzinfo=CHINA)
    desk.ingest.flush()
    assert (desk.record(POST), desk.posts(), desk.spool.depth) == (None, 1, 0)


def test_after_the_daily_prune_no_file_has_a_byte_of_what_was_taken_back(desk: Desk) -> None:
    words = ("整夜噪音，粉尘很大", "家里不敢开窗", "已派人核查此事", "已责令停工")
    desk.ingest.revise([desk.later(ASKED, reply=Reply("已派人核查此事", NOW, "区住建局"))])
    away = desk.away()
    assert away.withdraw("forum", Kind.POST, [POST.key]).spooled == 1
    desk.ingest.withdraw("own", Kind.BOARD, [ASKED.key])
    desk.ingest.revise([desk.later(STORY, 2, text=STORY.text.replace("停工", "拆除"))])

    def held() -> list[str]:
        files = [file.read_bytes() for file in desk.folder.iterdir() if file.is_file()]
        return [word for word in words if any(word.encode() in file for file in files)]

    assert held() == list(words), "the log has them until then"
    retention.prune(desk.store, desk.spool, SETTINGS, desk.now + timedelta(hours=20))
    assert held() == []


def test_neither_log_nor_counters_tell_of_one_withdrawn_post(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.ingest.revise([desk.later(STORY, title="示例区搅拌站被拆除")])
        desk.ingest.withdraw("forum", Kind.POST, [POST.key])
        desk.ingest.withdraw("paper", Kind.NEWS, [STORY.key])
        desk.ingest.flush()
    assert desk.ingest.intake.id_of(POST) not in caplog.text and "forum" not in caplog.text
    told = {(s.name, s.labels["kind"]) for s in tally.read(desk.store) + tally.steady(desk.store) if "kind" in s.labels}
    assert ("withdrawals", "news") in told and ("revisions", "news") in told
    assert not any(kind == "post" for _, kind in told), "one post is below what is released"


def test_real_messages_that_are_read_again_are_the_same(shared_data: Path, desk: Desk) -> None:
    with gzip.open(shared_data / "civic" / "messages.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(160), strict=False)]
    items = [
        Fetched(
            source=source, kind=kind, key=f"real-{n}", title=row["title"], text=f"示例区{row['body']}", fetched_at=NOW,
            published=NOW - timedelta(hours=3),
        )
        for n, row in enumerate(rows)
        for source, kind in ((("own", Kind.BOARD), ("forum", Kind.POST))[n % 2],)
    ]  # fmt: skip
    assert desk.ingest.take(items).new > 100
    before = desk.store.find(RecordQuery(limit=500)).records
    # Another process, other batches, other counters on the pages.
    again = desk.opened(desk.store)
    visit = "浏览次数：1203　打印时间：2026-11-22 10:20\n"
    random.Random(4).shuffle(items)
    for at in range(0, len(items), 31):
        part = [desk.later(item, text=f"{visit}{item.text}") for item in items[at : at + 31]]
        assert changed(again.revise(part)) == (0, 0, 0, 0)
    assert desk.store.find(RecordQuery(limit=500)).records == before
