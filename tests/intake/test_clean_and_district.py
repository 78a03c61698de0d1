"""Cleaning and the district rule by example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from monitor.intake.clean import TEXT_LIMIT, clean, clean_line
from monitor.intake.district import DistrictReason, DistrictRule
from monitor.settings.types import DistrictSettings

RULE = DistrictRule(
    DistrictSettings.model_validate(
        {
            "name": "朝阳区", "city": "示例市", "province": "示例省", "aliases": ["朝阳新区"],
            "siblings": ["样板区"], "not_this": ["朝阳产业"],
            "places": [{"name": "青石街道", "aliases": ["青石街"], "landmarks": ["锦绣花园"]}, {"name": "白塔镇", "kind": "town"}],
        }
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("<p>停水&nbsp;了</p><script>x()</script>", "停水 了"),
        ("ＡＢＣ１２３，好！", "ABC123，好！"),
        ("停\u200b水\u202e了\ufeff", "停水了"),
        ("a\ud800b", "a\ufffdb"),
        ("R&D 3<5 &amp; 5>3", "R&D 3<5 & 5>3"),
        ("一\r\n\r\n\n 二\t\t三", "一\n二 三"),
    ],
)
def test_a_text_is_what_an_eye_reads(raw: str, told: str) -> None:
    assert clean(raw) == told


@given(st.text(st.characters(codec=None), max_size=400))
@hypothesis_settings(max_examples=200, deadline=None)
def test_cleaning_never_raises_and_is_bounded(raw: str) -> None:
    told = clean(raw)
    assert len(told) <= TEXT_LIMIT
    told.encode()
    assert "\n" not in clean_line(raw)


@pytest.mark.parametrize(
    ("text", "city", "reason", "places"),
    [
        ("朝阳区停水", "", DistrictReason.FULL_NAME, ()),
        ("示例市朝阳区青石街停水", "", DistrictReason.WITH_CITY, ("青石街道",)),
        ("北京市朝阳区停水", "", DistrictReason.ELSEWHERE, ()),
        ("养老是朝阳产业", "", DistrictReason.NONE, ()),
        ("锦绣花园停水", "", DistrictReason.NONE, ()),
        ("锦绣花园停水", "示例市", DistrictReason.PLACE, ("青石街道",)),
        ("样板区停水", "示例市", DistrictReason.SIBLING, ()),
        ("白塔镇与样板区交界", "示例市", DistrictReason.PLACE, ("白塔镇",)),
        ("样板区白塔镇修路", "示例市", DistrictReason.SIBLING, ()),
    ],
)
def test_a_mention_needs_evidence(text: str, city: str, reason: DistrictReason, places: tuple[str, ...]) -> None:
    found = RULE.judge(text, city)
    assert (found.reason, found.places) == (reason, places)
    assert found.mention is (reason in (DistrictReason.FULL_NAME, DistrictReason.WITH_CITY, DistrictReason.PLACE))


def test_a_trusted_source_needs_none() -> None:
    assert RULE.judge("路灯坏了", trusted=True).mention
