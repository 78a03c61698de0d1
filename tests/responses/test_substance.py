"""Answers that say something, and answers that only say 已转交."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Reply
from monitor.responses.substance import AnswerReason, substance


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("网友：您好！留言已收悉。", AnswerReason.RECEIVED),
        ("感谢您对我区工作的关心与支持！2026年11月20日", AnswerReason.RECEIVED),
        ("您好，您反映的问题已转交相关部门调查处理，有情况将及时回复。", AnswerReason.FORWARDED),
        ("您的来信收悉，现已交由区水务局核实、办理。谢谢！", AnswerReason.FORWARDED),
        ("您好！此事不属于我局职责范围，建议您向市公交公司反映，电话：0000-0000000。", AnswerReason.REFERRED),
        ("请您直接拨打供水热线咨询。", AnswerReason.REFERRED),
        ("", AnswerReason.RECEIVED),
    ],
)
def test_an_answer_without_substance_is_named_for_what_it_says(text, reason):
    decision = substance(Reply(text))
    assert not decision.kept and decision.reason is reason


@pytest.mark.parametrize(
    "text",
    [
        "您好，您反映的路灯问题已于昨日修复。",
        "工作人员已到现场进行沟通处理，店主承诺降低音量。",
        "经核实，该路段因燃气管道施工封闭，预计12月5日恢复通行。",
        "您反映的问题已转交区水务局，经了解停水原因为主管爆裂，今晚八点前恢复供水。",
        "已解决",
        "身份证到期换领可到区政务服务中心二楼窗口，带上旧证即可，当场受理。",
    ],
)
def test_an_answer_that_says_what_was_done_or_is_true_counts_as_one(text):
    assert substance(Reply(text)).kept


@given(st.text(max_size=600))
def test_no_answer_makes_the_rule_fail(text):
    assert substance(Reply(text)).reason in AnswerReason


def test_of_the_real_answers_about_one_in_nine_says_nothing(shared_data):
    """docs/measurements.md names this figure; hand-reading of the flagged and the shortest unflagged stands there too."""
    with gzip.open(shared_data / "civic" / "replies.jsonl.gz", "rt", encoding="utf-8") as file:
        found = Counter(substance(Reply(json.loads(line)["reply"])).reason for line in file)
    assert found.total() == 1414
    assert 150 <= found.total() - found[AnswerReason.SUBSTANTIVE] <= 175
