"""Reprints are found through edits; other texts are not, however alike their words."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import corpora
from monitor.analysis.event_labelling import eval_reprints
from monitor.analysis.reprints import ReprintIndex

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import reprint_recall

STORY = (
    "昨日，区水务局发布通报，因主管道爆裂，青石街道、河东街道部分小区供水中断。抢修人员连夜施工，预计今晚八时前恢复供水。"
    "水务局在三个小区设立临时送水点，并安排专人为行动不便的老人送水上门。居民可拨打服务热线了解进展。"
    "据介绍，爆裂的管道铺设于二十年前，管材老化是主要原因。下一步将对同期铺设的十二公里管道逐段检测，分三年更换。"
)
OTHER = (
    "区教育局公布秋季入学安排，各小学于八月底前完成新生报到，家长可在线查询学位情况，民办学校同步招生摇号。"
    "随迁子女需要提交居住证和社保证明，审核结果在七月中旬公布。"
)
NOTICE = (
    "区发改局价格监测中心{}数据：大白菜每公斤{}元，萝卜{}元，土豆{}元，西红柿{}元，猪肉{}元，鸡蛋{}元。"
    "与上周相比，多数品种价格持平。区内主要农贸市场货源充足，供应稳定，价格总体平稳，请市民放心选购。"
)


@pytest.mark.parametrize(
    "edited",
    [
        "本报讯（记者 某）" + STORY.replace("昨日", "11月21日").replace("三个小区", "多个小区") + "责任编辑：某",
        STORY[60:],
        STORY[: len(STORY) * 2 // 5],
        STORY[len(STORY) * 3 // 5 :],
        OTHER + "\n" + STORY,
        STORY.replace("，", ", ").replace("。", ".\n\n"),
        "".join(s + "。" for i, s in enumerate(STORY.split("。")) if i % 2 == 0),
        STORY + "更多资讯请下载客户端，欢迎提供新闻线索，一经采用有酬谢。" * 3,
    ],
    ids=["dressed", "no lead", "beginning", "end", "joined", "punctuation", "every second", "much added"],
)
def test_an_edited_reprint_is_found(edited: str) -> None:
    index = ReprintIndex()
    assert index.seen("a", STORY) is None
    assert index.seen("b", edited) == "a"
    assert index.seen("a", STORY) is None
    assert index.seen("c", OTHER * 2) is None


def test_the_notice_of_another_day_is_no_reprint_and_the_same_one_in_another_paper_is() -> None:
    index = ReprintIndex()
    today = NOTICE.format("11月21日", 2.4, 3.1, 2.8, 6.5, 27.9, 9.6)
    assert index.seen("today", today) is None
    assert index.seen("tomorrow", NOTICE.format("11月22日", 2.6, 3.1, 2.9, 6.2, 28.4, 9.8)) is None
    assert index.seen("paper", "【民生】" + today + "来源：示例日报") == "today"


def test_two_reports_on_one_matter_by_two_writers_are_two_originals() -> None:
    for one, other in reprint_recall.REPORTS:
        index = ReprintIndex()
        assert index.seen("one", one) is None
        assert index.seen("other", other) is None


def test_short_texts_are_reprints_only_unchanged() -> None:
    index = ReprintIndex()
    assert index.seen("a", "青石街道今晚八时起停水，请提前储水。") is None
    assert index.seen("b", "青石街道今晚八时起停水，请提前储水！") == "a"
    assert index.seen("c", "青石街道今晚九时起停水，请提前储水。") is None
    assert index.seen("d", "停水通知") is None and index.seen("e", "停水通知") is None


def test_an_original_fetched_after_its_reprint_is_called_the_reprint_so_that_the_family_counts_once() -> None:
    index = ReprintIndex()
    assert index.seen("reprint", STORY[50:]) is None
    assert index.seen("late original", STORY) == "reprint"
    assert index.seen("third", "本报讯 " + STORY) == "reprint"


def test_the_index_of_originals_does_not_grow_without_bound() -> None:
    index = ReprintIndex(capacity=700)
    letters = [chr(0x4E00 + i) for i in range(20_000)]
    texts = ["".join(random.Random(i).choices(letters, k=80)) for i in range(1_500)]
    assert [index.seen(str(i), text) for i, text in enumerate(texts)] == [None] * 1_500
    assert len(index) == 700
    assert index.seen("again", texts[-1]) == "1499"
    assert index.seen("again", texts[900]) == "900"
    assert index.seen("forgotten", texts[0]) is None


@given(st.lists(st.text(st.characters(codec=None), max_size=120), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_texts_have_an_answer_that_is_an_earlier_id(texts: list[str]) -> None:
    index = ReprintIndex()
    for i, text in enumerate(texts):
        told = index.seen(str(i), text)
        assert told is None or int(told) < i
    assert index.seen("long", "停水" * 500_000) is None


def test_edits_of_official_texts_are_found_and_notices_are_not(shared_data: Path) -> None:
    texts = reprint_recall.distinct(reprint_recall.replies(shared_data)[:150])[:60]
    near = list(reprint_recall.notices(random.Random(3), 4))
    found = reprint_recall.measure(ReprintIndex, texts, 5, near)
    assert found["recall"]["value"] >= 0.97
    assert found["precision"]["value"] >= 0.98


def test_eval_reprints_counts_families(shared_data: Path) -> None:
    story = corpora.rows(shared_data / "civic", "replies")[0]["reply"]
    rows = [
        {"id": 1, "text": story, "reprint_of": None},
        {"id": 2, "text": story + "编辑：某", "reprint_of": 1},
        {"id": 3, "text": OTHER, "reprint_of": None},
        {"id": 4, "text": STORY, "reprint_of": 3},
    ]
    found = eval_reprints(rows)["reprints"]
    assert (found["recall"]["value"], found["precision"]["value"]) == (0.5, 1.0)
