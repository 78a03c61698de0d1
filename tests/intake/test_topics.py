"""Topics of the configuration: what a text is about, not what it mentions; two where it is about two."""

from __future__ import annotations

import json

import pytest

from monitor.analysis.topics import model
from monitor.intake.topics import TopicRule
from monitor.settings import load
from monitor.settings.types import OfficialTopic
from tests.conftest import ROOT

TOPICS = load(ROOT / "config", {}).topics.topic
RULE = TopicRule(TOPICS)
LONG = "我们是老旧小区的住户，楼龄已经二十多年，住的大多是退休的老人，平时生活上遇到不少困难，也多次向社区说过。"


def topics_of(title: str, text: str) -> tuple[str, ...]:
    whole = f"{title}\n{text}" if title and text else title or text
    return RULE.judge(title, text, model().score([whole])[0]).topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("又停水了，一滴水都没有，打电话没人接", "供水"),
        ("小区停电一整天，什么时候来电", "供电"),
        ("暖气不热，家里只有十三度，老人冻病了", "供气供暖"),
        ("物业收了钱不干活，电梯坏了半个月没人修", "物业"),
        ("半夜还在施工，吵得一家人睡不着", "噪音"),
        ("河沟发臭，死鱼漂了一层，没人管", "空气与水环境"),
        ("建设路天天堵车，红绿灯也坏了", "交通拥堵与停车"),
        ("公交等了一个小时也不来", "公交地铁"),
        ("超市卖过期牛奶，找他们还不认", "食品安全与市场"),
        ("三个月没发工资，老板跑了，农民工怎么办", "就业与工资"),
        ("幼儿园一个月收四千，公办的又报不上名", "入学与学校"),
        ("路灯坏了一个月，井盖也没了", "道路市政"),
        ("小区里遛狗不牵绳，流浪狗咬了孩子", "养犬"),
    ],
)
def test_a_short_complaint_in_everyday_words_has_its_topic(text: str, topic: str) -> None:
    assert topic in topics_of("", text)


def test_subject_alone_and_body_alone_have_the_topic() -> None:
    body = "我们小区从周一开始停水，到今天没有恢复，自来水公司只说在抢修，做饭洗澡都成问题。"
    assert "供水" in topics_of("锦绣花园停水五天", "")
    assert "供水" in topics_of("", body)
    assert "供水" in topics_of("锦绣花园停水五天", body)


def test_a_long_letter_is_not_about_what_it_mentions_in_passing() -> None:
    text = (
        LONG * 3
        + "上个月停过一次电，变压器换了就好了。"
        + LONG * 3
        + "想问今年的社保补缴从几月开始，社保卡在哪里补办。"
    )
    found = topics_of("咨询社保补缴时间", text)
    assert "医保社保" in found
    assert "供电" not in found


def test_a_message_about_two_matters_has_two_topics() -> None:
    found = topics_of("小区停水停电，物业不管", "昨天开始停水，今天又停电，物业电话打不通，自来水和供电都没有说法。")
    assert {"供水", "供电"} <= set(found)


@pytest.mark.parametrize(
    "text",
    [
        "我家手机没电了，先不聊了",
        "编剧的脑子是不是停水了，笑死我了",
        "今天的我像断电了一样，只想躺着看综艺",
        "姓张的你给我等着，欠我的钱什么时候还",
        "主队又输了，教练下课吧",
        "代购面膜，正品保证，加微信有优惠",
    ],
)
def test_jokes_grudges_and_adverts_have_no_topic(text: str) -> None:
    assert topics_of("", text) == ()


def test_what_must_not_be_taken_for_a_term_is_left_out() -> None:
    rule = TopicRule(tuple(t for t in TOPICS if t.name in ("供水", "空气与水环境")))
    scores = model().score(["开发商另收茶水费，抽油烟机也不按合同安装，投诉没有结果"])[0]
    assert rule.judge("", "开发商另收茶水费，抽油烟机也不按合同安装，投诉没有结果", scores).topics == ()


def test_every_topic_has_a_department_and_an_official_class_and_its_words_stand_once() -> None:
    assert {t.official for t in TOPICS} == set(OfficialTopic)
    for topic in TOPICS:
        assert topic.department.startswith("区")
        assert len(set(topic.terms)) == len(topic.terms)
        assert not set(topic.terms) & set(topic.not_terms)


def test_short_posts_of_the_gold_file_pass_intake_and_others_do_not() -> None:
    lines = (ROOT / "tests/analysis/gold/public_service.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    kept = [bool(topics_of("", row["text"])) for row in rows]
    civic = [k for k, row in zip(kept, rows, strict=True) if row["public_service"]]
    other = [k for k, row in zip(kept, rows, strict=True) if not row["public_service"]]
    assert sum(civic) / len(civic) >= 0.85
    assert sum(other) / len(other) <= 0.08
