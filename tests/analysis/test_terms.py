"""Terms: what a text talks about, never who; and which of them a window talks of more than usual."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.terms import MOST, TABLE, burst, rules, stopwords, terms


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("小区电动车飞线充电无人管", "楼道里飞线充电，电动车停在消防通道，物业不管。", {"消防通道", "电动车"}),
        ("农民工工资被拖欠", "工地拖欠农民工工资三个月，劳动监察大队让我们等。", {"农民工工资"}),
        ("老旧小区加装电梯补贴", "请问加装电梯的补贴标准，六层老楼，一楼不同意。", {"电梯"}),
        ("楼下烧烤店油烟扰民", "烧烤店油烟直排，噪音污染严重，晚上开不了窗。", {"油烟扰民", "噪音污染"}),
        ("咨询公租房申请条件", "外地户口能不能申请公租房，住房公积金能不能付房租。", {"公租房", "住房公积金"}),
    ],
)
def test_terms_name_the_matter(title: str, text: str, wanted: set[str]) -> None:
    found = terms(title, text)
    assert all(any(want in term or term in want for term in found) for want in wanted), found


def test_no_person_number_estate_or_empty_word_is_a_term() -> None:
    text = (
        "尊敬的领导您好，我叫王建国，住在锦绣花园3栋，电话〔电话〕，张伟科长说这个问题需要十五天，希望政府部门尽快解决处理，谢谢。"
        "自来水发黄已经两个月了，自来水公司没有回复。"
    )
    found = terms("王建国反映锦绣花园自来水发黄的问题", text, avoid=("张伟",))
    assert any("自来水" in term for term in found)
    told = " ".join(found)
    for never in ("王建国", "建国", "张伟", "锦绣", "花园", "电话", "领导", "问题", "希望", "解决", "两个月", "十五"):
        assert never not in told


def test_a_term_within_another_is_told_once() -> None:
    found = terms("噪音污染", "工地噪音污染严重，噪音污染扰民，投诉噪音污染。")
    assert "噪音污染" in found
    assert "噪音" not in found


def test_names_given_to_avoid_are_in_no_term() -> None:
    assert not any("供水" in t for t in terms("供水管网改造", "供水管网改造开工", avoid=("供水",)))


ODD = st.text(st.characters(codec=None), max_size=120) | st.text(
    alphabet=st.sampled_from("停水电梯噪音扰民拖欠工资王建国三〇12〔姓名〕@张 \ud800\n"), max_size=120
)


@given(ODD, ODD)
@settings(max_examples=200, deadline=None)
def test_terms_of_any_text_are_few_clean_and_each_once(title: str, text: str) -> None:
    found = terms(title, text)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    for term in found:
        assert re.fullmatch(r"[一-鿿]{2,8}", term)
        assert "姓名" not in term
        assert not re.search(r"[〇零]", term)


def test_the_shipped_table_holds_phrases_with_counts_and_no_stop_word() -> None:
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert lines[0][0] == "#" and int(lines[0][1]) > 10_000
    rows = lines[1:]
    assert len(rows) > 1_200
    assert all(len(row) == 4 and int(row[1]) >= 5 for row in rows)
    known = {row[0] for row in rows}
    assert not known & stopwords()
    assert {"噪音 扰民", "住房 公积金", "噪音", "停水"} <= known
    assert {"停水", "扰民"} <= rules()["events"]


def test_what_is_talked_of_more_than_usual_comes_first() -> None:
    usual = {"物业": 400, "噪音扰民": 200, "停水": 20, "电梯": 180, "学位": 60}
    today = {"物业": 40, "噪音扰民": 20, "停水": 45, "电梯": 15}
    ranked = burst(today, usual)
    assert ranked[0][0] == "停水"
    assert ranked[0][1] > 1.96
    assert dict(ranked)["物业"] < 1.96
    assert burst({}, usual) == []


def test_one_mention_of_a_new_term_is_no_burst_and_many_are() -> None:
    usual = {"物业": 500, "噪音扰民": 300}
    once = dict(burst({"物业": 50, "噪音扰民": 30, "井盖": 1}, usual))
    often = dict(burst({"物业": 50, "噪音扰民": 30, "井盖": 25}, usual))
    assert once["井盖"] < 1.96 < often["井盖"]


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.integers(0, 500)),
    st.dictionaries(st.sampled_from("甲乙丙丁戊己"), st.integers(0, 500)),
)
def test_any_counts_have_a_ranking_of_all_terms_of_the_window(window: dict[str, int], usual: dict[str, int]) -> None:
    ranked = burst(window, usual)
    assert [z for _, z in ranked] == sorted((z for _, z in ranked), reverse=True)
    assert {t for t, _ in ranked} == {t for t, n in window.items() if n}
