"""The default engine on the turns of speech that counting words gets wrong."""

from __future__ import annotations

import pytest

from monitor.analysis.sentiment import engine, joined
from monitor.analysis.sentiment.linear import LinearEngine
from monitor.model import Kind, Polarity, Sentiment


def scored(text: str, kind: Kind | None = Kind.POST) -> Sentiment:
    return engine("linear").score([text], kind)[0]


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        ("服务不是不好", "服务不好"),
        ("没有投诉", "有投诉"),
        ("没有投诉，大家都满意", "有投诉，大家都不满意"),
        ("没有接到投诉，处理及时", "接到很多投诉，没人处理"),
        ("再也不担心停水了", "又担心停水了"),
        ("没有异味，也没有噪音", "有异味，也有噪音"),
    ],
)
def test_what_is_denied_is_less_negative_than_what_is_said(denied: str, said: str) -> None:
    assert scored(denied).negative < scored(said).negative - 0.1
    assert scored(denied).polarity is not Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("denied", "said"),
    [("大家都不满意", "大家都满意"), ("一点也不开心", "很开心"), ("问题一直没有得到解决", "问题很快得到解决")],
)
def test_praise_that_is_denied_is_not_praise(denied: str, said: str) -> None:
    assert scored(denied).positive < scored(said).positive - 0.1
    assert scored(denied).negative > scored(said).negative + 0.1


@pytest.mark.parametrize(
    ("ironic", "plain"),
    [
        ("办事效率可真高呵呵，等了三个小时没人理", "办事效率真高，三分钟就办好了"),
        ("这就是你们的“高效”服务[微笑]", "这就是你们的高效服务[心]"),
        ("滑天下之大稽，这也叫便民", "这真便民，太好了"),
    ],
)
def test_irony_is_more_negative_than_the_words_in_earnest(ironic: str, plain: str) -> None:
    assert scored(ironic).negative > scored(plain).negative + 0.2
    assert scored(ironic).polarity is Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("又停电了", "😊", "😡"),
        ("今天出门", "[嘻嘻]", "[怒]"),
        ("回家了", "(≧▽≦)", "(╥﹏╥)"),
        ("收到通知", "❤️", "😭"),
    ],
)
def test_pictures_of_feeling_count(text: str, good: str, bad: str) -> None:
    assert scored(text + good).positive > scored(text + bad).positive + 0.1
    assert scored(text + bad).negative > scored(text + good).negative + 0.1


def test_pictures_alone_have_their_polarity() -> None:
    assert scored("😡😡😡").polarity is Polarity.NEGATIVE
    assert scored("❤️❤️❤️").polarity is Polarity.POSITIVE


def test_a_hashtag_of_good_cheer_does_not_hide_anger() -> None:
    angry = "#武汉加油# 口罩卖这么贵，黑心商家真不要脸[怒][怒]"
    assert scored(angry).polarity is Polarity.NEGATIVE
    assert scored("#武汉加油#").polarity is Polarity.POSITIVE


def test_forwarded_text_counts_with_what_is_said_about_it() -> None:
    forwarded = "//@某某:今天又停电了，气死人了，没人管"
    assert scored("转发微博" + forwarded).polarity is Polarity.NEGATIVE
    assert (
        scored("终于解决了，谢谢大家！太好了[心]" + forwarded).negative < scored("转发微博" + forwarded).negative - 0.1
    )


def test_the_name_of_who_is_forwarded_changes_nothing() -> None:
    assert scored("支持//@快乐的小鸟:停电") == scored("支持//@愤怒的骗子:停电")


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("這裡的服務態度太差了", "这里的服务态度太差了"), ("終於來電了，開心", "终于来电了，开心")],
)
def test_traditional_characters_read_like_simplified_ones(traditional: str, simplified: str) -> None:
    assert scored(traditional) == scored(simplified)


def test_invisible_signs_between_letters_change_nothing() -> None:
    assert scored("黑\u200b心\u200d商\ufeff家") == scored("黑心商家")


def test_only_the_first_part_of_an_endless_text_is_read() -> None:
    begin = "物业太差，投诉无门，"
    assert scored(begin * 100_000) == scored(begin * 500)


@pytest.mark.parametrize("characters", [60, 250, 500, 1_000])
def test_a_long_complaint_is_as_negative_as_a_short_one(characters: int) -> None:
    sentences = (
        "我们小区从上周开始每天晚上停水，打了很多次电话都没有人处理。",
        "物业说不归他们管，自来水公司说是小区内部管道的问题，互相推诿。",
        "家里有老人和孩子，没有水根本没办法做饭洗澡，严重影响生活。",
        "楼下的垃圾也好几天没有人清运，气味难闻，苍蝇到处都是。",
        "之前在热线上反映过，回复说已经解决，可是实际上什么都没有变。",
    )
    text = ("".join(sentences) * 10)[:characters]
    assert scored(text, Kind.BOARD).negative > 0.7


def test_a_long_question_stays_a_question() -> None:
    text = (
        "您好，我是外地户籍，目前在本区工作，已经缴纳社保两年。想咨询一下孩子明年上小学需要准备哪些材料，"
        "是否需要居住证，在哪里办理，办理时间大概要多久。另外想了解一下学区是按照房产证还是租房合同来划分，"
        "租房的话需要提供什么证明。如果方便的话请告知一下咨询电话和办公地点，谢谢。"
    )
    assert scored(joined("咨询外地户籍子女入学政策", text), Kind.BOARD).polarity is Polarity.NEUTRAL


def test_the_same_words_of_unknown_kind_are_judged_by_how_they_read() -> None:
    linear = engine("linear")
    assert isinstance(linear, LinearEngine)
    room = "房间太小，设施陈旧，早餐很差，下次不会再来"
    assert linear.score([room])[0].polarity is Polarity.NEGATIVE
    lead = joined("某公司涉嫌非法集资被立案调查", "警方通报称该公司法定代表人已被刑事拘留")
    assert linear.score([lead])[0].polarity is linear.score([lead], Kind.NEWS)[0].polarity is Polarity.NEGATIVE
