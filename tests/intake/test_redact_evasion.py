"""Redaction against dodges and odd texts: whatever is put between the characters, nothing is raised, nothing leaks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.intake.redact import redact
from monitor.intake.redact.fold import fold
from monitor.intake.redact.names import names
from monitor.intake.redact.numbers import numbers
from monitor.model import Kind

ODD = st.text(st.characters(codec=None), max_size=120)
DODGES = st.sampled_from(
    ["\u200b", "\u2060", "\u00ad", "\u202e", "\ufeff", " ", "\u3000", "😀", "🐱", "·", "-", "\ufe0f"]
)
CIVIC = st.text(
    st.sampled_from("零一二三138０１ -\u200b室栋单元号路张王李先生主任我叫@微信:：.comｗ〔〕姓名湘A，。家住小区"),
    max_size=60,
)


def spread(told: str, dodge: str, every: int) -> str:
    return dodge.join(told[i : i + every] for i in range(0, len(told), every))


@given(ODD, st.integers(13_000_000_000, 19_999_999_999), DODGES, st.sampled_from([1, 4]))
@settings(max_examples=120, deadline=None)
def test_a_phone_leaks_through_no_dodge(before: str, number: int, dodge: str, every: int) -> None:
    left = redact(f"{before}，电话{spread(str(number), dodge, every)}，谢谢", Kind.POST).text
    if str(number) not in before:
        assert str(number) not in "".join(c for c in left if c.isdigit()) or str(number) in "".join(
            c for c in before if c.isdigit()
        )


@given(DODGES, st.sampled_from(["430102199001011233", "11010519491231002X"]))
@settings(max_examples=60, deadline=None)
def test_an_identity_number_leaks_through_no_dodge(dodge: str, number: str) -> None:
    left = redact(f"身份证{spread(number, dodge, 1)}，请核实", Kind.BOARD).text
    assert left == "身份证〔证件号〕，请核实"


@given(DODGES, st.sampled_from(["王建国", "李秀英", "欧阳建国", "张伟"]))
@settings(max_examples=60, deadline=None)
def test_a_name_leaks_through_no_dodge(dodge: str, name: str) -> None:
    left = redact(f"我叫{spread(name, dodge, 1)}，住在附近", Kind.BOARD).text
    assert left == "我叫〔姓名〕，住在附近"


@given(st.one_of(ODD, CIVIC), st.sampled_from([Kind.BOARD, Kind.POST, Kind.NEWS]))
@example("〔姓名〕王小明〔电话〕13800138000", Kind.BOARD)
@example("\ud800我叫王小明\udfff", Kind.BOARD)
@settings(max_examples=200, deadline=None)
def test_a_second_pass_changes_nothing(text: str, kind: Kind) -> None:
    once = redact(text, kind).text
    assert redact(once, kind).text == once


@given(st.one_of(ODD, CIVIC))
@settings(max_examples=150, deadline=None)
def test_spans_are_inside_the_text_sorted_and_apart(text: str) -> None:
    found = redact(text, Kind.POST).spans
    assert all(0 <= s.begin < s.end <= len(text) for s in found)
    assert all(a.end <= b.begin for a, b in pairwise(found))


def test_nothing_tells_how_long_what_stood_there_was() -> None:
    short, long = redact("我叫张伟，", Kind.BOARD).text, redact("我叫欧阳建国，", Kind.BOARD).text
    assert short == long


def looked_at(text: str) -> int:
    """How many spans the rules look at and how long the folded text is: grows with the work, not with the machine."""
    folded = fold(text).text
    return len(folded) + len(list(numbers(folded, True))) + len(list(names(folded)))


@pytest.mark.parametrize(
    "piece", ["电话13800138000，", "我叫王小明，", "1-", "@", "张", "〔姓名〕", "a.b@", "3栋2单元", "一"]
)
def test_four_times_the_text_is_about_four_times_the_work(piece: str) -> None:
    once, four = looked_at(piece * 200), looked_at(piece * 800)
    assert four <= 5 * once


@pytest.mark.parametrize("piece", ["停水", "1" * 40 + " ", "1-", "@", "a.", "张 ", "\u200b1", "〔", "0731-", "微信"])
def test_a_megabyte_of_anything_ends(piece: str) -> None:
    text = (piece * 1_000_000)[:150_000]
    assert len(redact(text, Kind.NEWS).spans) <= len(text)
