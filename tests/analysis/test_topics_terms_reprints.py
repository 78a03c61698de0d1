"""Topics, terms and names in running text."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis import corpora
from monitor.analysis.names import tagger
from monitor.analysis.terms import MOST, terms
from monitor.analysis.topics import OFFICIAL, model

ODD = st.text(st.characters(codec=None), max_size=200)
STORY = (
    "昨日，区水务局发布通报，因主管道爆裂，青石街道、河东街道部分小区供水中断。抢修人员连夜施工，预计今晚八时前恢复供水。"
    "水务局在三个小区设立临时送水点，并安排专人为行动不便的老人送水上门。居民可拨打服务热线了解进展。"
)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("孩子上小学学位不够怎么办", "教育文体"),
        ("公司拖欠工资不签劳动合同", "劳动和社会保障"),
        ("工厂排放废气污染空气", "环境保护"),
        ("医院乱收费，医保不能报销", "卫生计生"),
        ("出租车拒载，滴滴司机绕路", "交通运输"),
    ],
)
def test_a_plain_matter_has_its_official_topic(text: str, topic: str) -> None:
    assert model().score([text])[0].official[0][0] == topic


def test_general_posts_are_told_from_public_service_matters(shared_data: Path) -> None:
    posts = [r["text"] for r in corpora.rows(shared_data / "sentiment", "weibo_usual_dev")]
    letters = [r["body"] for r in corpora.rows(shared_data / "civic", "replies")]
    threshold = model().threshold
    let_in = np.mean([s.public_service >= threshold for s in model().score(posts)])
    recall = np.mean([s.public_service >= threshold for s in model().score(letters)])
    assert let_in <= 0.07
    assert recall >= 0.95


@given(ODD, ODD)
@settings(max_examples=150, deadline=None)
def test_any_text_has_scores_and_at_most_eight_clean_terms(title: str, text: str) -> None:
    scores = model().score([title + text])[0]
    assert sorted(name for name, _ in scores.official) == sorted(OFFICIAL)
    assert 0 <= scores.public_service <= 1
    found = terms(title, text)
    assert len(found) <= MOST
    assert all(re.fullmatch(r"[一-鿿]{2,8}", term) for term in found)


def test_terms_say_what_a_text_is_about_and_name_nobody() -> None:
    found = terms("供水管网改造", STORY + "抢修队长张建国说。〔姓名〕〔电话〕" * 3, avoid=("张建国",))
    assert any("供水" in term for term in found)
    assert not any("姓名" in t or "电话" in t or "建国" in t or re.search(r"[三八\d]", t) for t in found)


@given(ODD)
@settings(max_examples=150, deadline=None)
def test_the_name_tagger_takes_any_text(text: str) -> None:
    at = 0
    for begin, end in tagger().find(text):
        assert at <= begin < end <= len(text)
        at = end


def test_the_name_tagger_finds_plain_names() -> None:
    text = "上午，市民王建军和李秀英来到服务大厅反映情况。"
    assert {text[b:e] for b, e in tagger().find(text)} == {"王建军", "李秀英"}
