"""What a text is turned into before the linear engine counts its n-grams."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.sentiment.blocks import hash_of_word, hashes_of, title_of
from monitor.analysis.sentiment.normal import IRONY, LINK, LONG, NOT_BAD, NOT_GOOD, normal


@pytest.mark.parametrize("text", ["没有投诉", "没有任何问题", "从未收到投诉", "再也不担心停水", "零投诉"])
def test_a_bad_word_under_a_negation_is_no_longer_itself(text: str) -> None:
    read = normal(text)
    assert NOT_BAD in read
    assert "投诉" not in read and "问题" not in read and "担心" not in read


@pytest.mark.parametrize("text", ["投诉无门", "没有投诉电话", "问题没有解决", "没有投诉渠道"])
def test_a_complaint_about_complaining_stays_a_complaint(text: str) -> None:
    assert NOT_BAD not in normal(text)


@pytest.mark.parametrize("text", ["一直没有解决", "不满意", "从来没有让人满意过", "所谓“便民”服务"])
def test_praise_that_is_denied_or_quoted_is_marked(text: str) -> None:
    assert NOT_GOOD in normal(text)


def test_two_negations_cancel_and_a_question_is_none() -> None:
    assert normal("服务不是不好") == normal("服务好")
    assert normal("是不是不好") == "是不是不好"
    assert normal("不得不说") == "不得不说"


def test_pictures_become_the_words_that_posts_use() -> None:
    assert normal("😂👍🏻") == "[笑cry][赞]"
    assert normal("停电了 T_T") == "停电了 [泪]"
    assert normal("(╥﹏╥)") == "[泪]"
    assert normal("办好了(≧▽≦)") == "办好了[嘻嘻]"
    assert normal("(╯°□°）╯︵ ┻━┻").startswith("[怒]")


def test_dress_is_taken_off() -> None:
    assert normal("臺灣的水電費") == "台湾的水电费"
    assert normal("停\u200b水\ufeff了\x07") == "停水了"
    assert normal("ＡＢＣ１２") == "ABC12"
    assert normal("转发//@某某_01:看 https://t.cn/A6?x=1") == f"转发//@:看 {LINK}"
    assert normal("气死我了！！！！！！！") == "气死我了！！！"


def test_irony_is_written_at_the_end() -> None:
    assert normal("效率可真高呵呵").endswith(IRONY)
    assert not normal("效率真高").endswith(IRONY)


@given(st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=200, deadline=None)
def test_normalising_takes_any_text_and_keeps_no_invisible_sign(text: str) -> None:
    read = normal(text)
    assert not set(read) & set("\u200b\u200c\u200d\ufeff\x00\x02")


@pytest.mark.parametrize("piece", ["没", "没有什么", "(>_", "“好", "@a", "http://", "不是不", "\n ", "哈", "°□°("])
def test_normalising_takes_linear_time(piece: str) -> None:
    begin = time.process_time()
    normal(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begin < 1


def test_a_title_counts_twice_and_a_first_line_of_prose_does_not() -> None:
    assert title_of("停水\n三天没水了") == "停水"
    assert title_of("只有一行") == ""
    assert title_of("长" * 100 + "\n文") == ""
    _, owner, _, _ = hashes_of(["停水\n三天没水了", "只有一行"])
    assert set(owner.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("word", ["停水", "没人管", "苦不堪言"])
def test_a_word_is_found_anywhere_in_a_text_and_only_there(word: str) -> None:
    _, _, words, owner = hashes_of([f"小区{word}了", "别的", word, word[:-1]])
    assert sorted(owner[words == hash_of_word(word)].tolist()) == [0, 2]


def test_what_is_beyond_the_limit_is_not_read() -> None:
    assert normal("水" + "电费" * LONG) == normal("水" + "电费" * (LONG // 2))
