"""S2 by example: what stands instead, what officials may keep, and that nothing raises or leaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.intake.redact import PLACEHOLDER, redact, spans_in
from monitor.model import Kind

ODD = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("电话138 0013 8000", "电话〔电话〕"),
        ("电话１３８００１３８０００。", "电话〔电话〕。"),
        ("打一三八零零一三八零零零", "打〔电话〕"),
        ("1\u200b3\u200b8\u200b0\u200b0\u200b1\u200b3\u200b8\u200b0\u200b0\u200b0", "〔电话〕"),
        ("家住锦绣花园3栋2单元501室", "家住锦绣花园〔住址〕"),
        ("青石路12号院3号楼", "青石路〔住址〕"),
        ("网友“A000110735”：您好", "网友“〔账号〕”：您好"),
        ("湘A·12345乱停", "〔车牌〕乱停"),
    ],
)
def test_what_stands_instead(text: str, told: str) -> None:
    assert redact(text, Kind.BOARD).text == told


def test_an_official_named_in_news_stays_and_a_private_number_goes() -> None:
    told = redact("区长李建国表示，求助者电话13800138000，热线12345", Kind.NEWS).text
    assert told == "区长李建国表示，求助者电话〔电话〕，热线12345"


@given(ODD, st.sampled_from(Kind))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken_and_spans_are_ordered_inside_it(text: str, kind: Kind) -> None:
    found = redact(text, kind)
    at = 0
    parts = []
    for span in found.spans:
        assert at <= span.begin < span.end <= len(text)
        parts += [text[at : span.begin], PLACEHOLDER[span.kind]]
        at = span.end
    assert "".join([*parts, text[at:]]) == found.text


@given(st.text("零一二三138０１ -\u200b室栋单元号路张王李先生我叫@微信:：.comｗ", max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_placeholder_is_not_redacted_again(text: str) -> None:
    once = redact(text, Kind.BOARD).text
    for span in spans_in(once, Kind.BOARD):
        assert "〔电话〕" not in once[span.begin : span.end]


@given(
    ODD, ODD, st.integers(13_000_000_000, 19_999_999_999), st.sampled_from(["", " ", "-", "\u200b", "\u2060", "\u00a0"])
)
@settings(max_examples=200, deadline=None)
def test_a_mobile_number_leaks_nowhere(before: str, after: str, number: int, gap: str) -> None:
    text = f"{before}，电话{gap.join(str(number))}，{after}"
    assert str(number) not in redact(text, Kind.POST).text.replace(gap, "") if gap else True
    assert str(number) not in redact(text, Kind.POST).text or str(number) in before + after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "的",
        "😀" * 500,
        "x" * 1_000_000,
        "1" * 100_000,
        "停水" * 500_000,
        "１-" * 50_000,
        "@" * 20_000,
        "\ud800" * 3,
    ],
)
def test_sizes_and_oddities_end(text: str) -> None:
    redact(text, Kind.BOARD)


@pytest.mark.parametrize(
    "text", ["请问家庭医生签约去哪里办", "感谢各位老师们和孩子们", "铁路新村和麦田镇都停水了", "胡书记、李局长好"]
)
def test_offices_places_and_people_only_spoken_of_stay(text: str) -> None:
    assert redact(text, Kind.BOARD).text == text
