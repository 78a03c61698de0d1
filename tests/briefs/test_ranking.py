"""What matters first: the five signs, names and answers in a sentence. Pure rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.briefs.ranking import (
    MOST_CONCERN,
    MOST_GROWTH,
    MOST_WAITING,
    NOTABLE,
    Sign,
    Signs,
    concern,
    heard,
    score,
)
from monitor.briefs.ranking_gather import Reading
from monitor.briefs.ranking_gist import LONGEST, gist
from monitor.briefs.ranking_names import issue_name, telling_terms, title_name
from monitor.briefs.ranking_topics import ranked
from monitor.model import Reply
from monitor.settings.concerns import DEFAULTS, Concern
from tests.briefs.build import DAY, at, message, messages, settings, store, weeks
from tests.briefs.hot import facts_of, found

count = st.integers(0, 10_000)
SIGNS = st.builds(
    Signs, texts=count, earlier=count, posts=count, now=count, usual=st.none() | st.floats(0, 1e4), new=st.booleans(),
    waited_h=st.floats(0, 1e5), limit_h=st.floats(1, 1e3), concern=st.floats(0, 10),
)  # fmt: skip


def test_a_doubling_of_the_size_is_one_step() -> None:
    assert [score(Signs(texts=n)).size for n in (0, 1, 3, 7, 15)] == [0, 1, 2, 3, 4]
    assert score(Signs(texts=1, earlier=4)).size == score(Signs(texts=3)).size
    assert score(Signs(texts=0, posts=15)).size == score(Signs(texts=3)).size


@given(SIGNS)
def test_every_sign_is_bounded_and_the_total_is_their_sum(signs: Signs) -> None:
    found = score(signs)
    assert 0 <= found.growth <= MOST_GROWTH
    assert 0 <= found.waiting <= MOST_WAITING
    assert 0 <= found.concern <= MOST_CONCERN
    assert found.growth + found.novelty <= MOST_GROWTH
    assert found.total == pytest.approx(sum(getattr(found, sign.value) for sign in Sign))


@given(SIGNS, st.sampled_from(["texts", "earlier", "posts", "now", "waited_h", "concern"]), st.floats(0.1, 100))
def test_more_of_anything_never_ranks_lower(signs: Signs, which: str, more: float) -> None:
    grown = replace(signs, **{which: getattr(signs, which) + more})
    assert score(grown).total >= score(signs).total - 1e-9


def test_what_is_new_counts_as_grown_by_a_doubling_and_not_twice() -> None:
    fresh = score(Signs(texts=2, now=2, usual=0.0, new=True))
    assert fresh.growth + fresh.novelty == 1.0
    known = score(Signs(texts=8, now=8, usual=0.0, new=True))
    assert known.novelty == 0.0
    assert score(Signs(texts=1, new=True)).novelty == 0.0, "a single text is always new"


def test_few_texts_make_no_growth_by_chance() -> None:
    assert score(Signs(texts=2, now=2, usual=1.0)).growth < 0.5
    assert score(Signs(texts=40, now=40, usual=10.0)).growth > 1.7


def test_the_reasons_are_told_strongest_first() -> None:
    found = score(Signs(texts=7, waited_h=100, limit_h=48, concern=0.5))
    assert found.leading == (Sign.SIZE, Sign.WAITING)
    assert [sign.chinese for sign in found.leading] == ["数量", "久未答复"]


def test_a_concern_in_the_title_weighs_twice_one_in_the_body() -> None:
    title = concern([heard("学校停水", "", DEFAULTS)], DEFAULTS)
    body = concern([heard("情况反映", "学校停水", DEFAULTS)], DEFAULTS)
    assert title[0] == 2.0, "1.5 of water and 1 of the school, bounded"
    assert body[0] == pytest.approx(1.25)
    assert title[1] == ("水电气暖", "儿童与学校")


def test_a_group_that_few_of_the_texts_name_is_not_told() -> None:
    texts = [heard("燃气泄漏", "", DEFAULTS), *[heard("路灯", "", DEFAULTS)] * 9]
    weight, named = concern(texts, DEFAULTS)
    assert weight == pytest.approx(0.35)
    assert named == ()


def test_words_that_only_look_like_a_concern_are_none() -> None:
    groups = (Concern(name="病人", words=("医院",), not_words=("医院附近",)),)
    assert not heard("医院附近的地下通道", "", groups).title
    assert heard("医院附近的医院停电", "", groups).title == {"病人"}


def test_no_text_has_no_concern() -> None:
    assert concern([], DEFAULTS) == (0.0, ())


def test_a_danger_to_life_told_once_goes_before_five_of_a_harmless_kind() -> None:
    gas = Signs(texts=1, waited_h=20, concern=concern([heard("幼儿园旁燃气泄漏", "", DEFAULTS)], DEFAULTS)[0])
    lamps = Signs(texts=5, waited_h=20)
    assert score(gas).total > score(lamps).total > score(Signs(texts=1, waited_h=20)).total
    assert score(gas).total > NOTABLE


# Topics


def test_a_topic_counts_with_what_is_beyond_its_usual_number() -> None:
    facts = facts_of(store(*messages(12, title="路口"), *weeks([10, 10, 10, 10], title="路口")))
    (topic,) = [m for m in found(facts) if m.key == "topic:供水"]
    assert topic.score.size == pytest.approx(1.585, abs=0.001), "12 and 10 are two more"
    calm = facts_of(store(*messages(9, title="路口"), *weeks([10, 10, 10, 10], title="路口")))
    assert not [m for m in found(calm) if m.key == "topic:供水"]


def test_a_topic_without_any_past_is_no_matter_of_its_own() -> None:
    assert not [m for m in found(facts_of(store(*messages(12, title="路口")))) if m.key.startswith("topic:")]


def test_an_official_class_is_no_matter() -> None:
    past = weeks([1, 1, 1, 1], topics=("城乡建设",), title="路口")
    facts = facts_of(store(*messages(9, topics=("城乡建设",), title="路口"), *past))
    assert not [m for m in found(facts) if m.key.startswith("topic:")]


def test_an_issue_that_is_half_of_its_topic_tells_the_topic() -> None:
    first = message(at(), title="丽发新城搅拌站噪音")
    more = [message(at(), title=f"丽发新城搅拌站粉尘{n}", event=first.id) for n in "一二三四五"]
    facts = facts_of(store(first, *more, *weeks([1, 1, 1, 1], title="路口")))
    assert next(m.key for m in found(facts)) == f"issue:{first.id}"
    assert "topic:供水" not in [m.key for m in found(facts)]


def test_nothing_read_ranks_nothing() -> None:
    assert ranked(Reading(), [], DEFAULTS) == ()


# Names and terms


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("投诉A小区物业乱收费的问题", "A小区物业乱收费"),
        ("关于请求解决红旗路积水问题的投诉", "解决红旗路积水"),
        ("强烈反映：夜间施工！！", "夜间施工"),
        ("投诉", "投诉"),
        ("投诉者被打", "投诉者被打"),
        ("长" * 50, "长" * 29 + "…"),
    ],
)
def test_a_title_becomes_a_name_without_what_every_title_says(title: str, name: str) -> None:
    assert title_name(title) == name


@given(st.text(max_size=80))
def test_a_name_of_any_title_fits_and_breaks_no_line(title: str) -> None:
    name = title_name(title)
    assert len(name) <= 30
    assert "\n" not in name


def test_an_issue_is_called_by_what_its_titles_share_in_their_order() -> None:
    titles = ["丽发新城小区旁建搅拌站噪音扰民", "投诉丽发新城的搅拌站粉尘", "丽发新城搅拌站何时搬走"]
    assert issue_name([message(at(), title=t) for t in titles]) == "丽发新城搅拌站"


def test_a_phrase_cut_by_the_words_grows_to_what_stands_in_every_title() -> None:
    titles = ["反对月亮岛路沿线架设高压电杆", "关于月亮岛路沿线架高压线的投诉"]
    assert issue_name([message(at(), title=t) for t in titles]).startswith("月亮岛路")


def test_a_phrase_that_a_number_stood_before_is_not_told_without_it() -> None:
    titles = ["205路公交车经常不按时发车", "反映205路公交车不按时发车"]
    assert issue_name([message(at(), title=t) for t in titles]) == "205路公交车经常不按时发车"


def test_titles_without_anything_in_common_give_the_newest_and_none_gives_none() -> None:
    assert issue_name([message(at(), title="供水"), message(at(), title="噪音")]) == "供水"
    assert issue_name([]) == ""


def test_terms_tell_an_issue_from_the_rest_of_the_day() -> None:
    texts = [message(at(), terms=("粉尘", "小区", "搅拌站")) for _ in range(3)]
    usual = {"小区": 40, "粉尘": 3, "搅拌站": 3, "路灯": 20}
    assert telling_terms(texts, usual, "丽发新城搅拌站") == ("粉尘",), "the name says 搅拌站; 小区 is everywhere"


# What an answer says


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "网友您好：您反映的问题已收悉。经核实，该处管道已于6月3日修复。感谢您的关注！",
            "经核实，该处管道已于6月3日修复",
        ),
        (
            "您好！现回复如下：该路段预计2019年底开工建设，届时将公示。2019年5月6日",
            "该路段预计2019年底开工建设，届时将公示",
        ),
        ("您反映的问题已转至市移动公司，感谢您的问政。", ""),
        ("您好！经调查，〔姓名〕已拆除违章建筑。", ""),
        ("", ""),
    ],
)
def test_an_answer_is_told_by_what_was_done_found_or_promised(text: str, told: str) -> None:
    assert gist(Reply(text)) == told


@given(st.text(alphabet="经核实已完成修复，。；感谢您的关注预计将于网友好回复如下：〔姓名〕abc \n", max_size=300))
def test_the_sentence_of_any_answer_fits_and_is_not_closed_twice(text: str) -> None:
    told = gist(Reply(text))
    assert len(told) <= LONGEST
    assert not told.endswith(("。", "，", "；", "、"))
    assert "〔" not in told


def test_the_defaults_are_valid_and_cover_what_the_design_asks() -> None:
    names = {group.name for group in settings().concerns.concern}
    assert {"人身安全", "水电气暖", "儿童与学校", "病人与医院", "老人与困难群众"} <= names
    assert DAY.year == 2026
