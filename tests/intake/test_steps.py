"""Each step of intake by what it keeps, drops and says; and that no text can make it raise or leak."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.intake import Intake, IntakeReason, build
from monitor.intake.clean import clean
from monitor.model import CHINA, Article, BoardMessage, Decision, Fetched, Kind, Post, Reply
from monitor.settings import Settings, load
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=CHINA)
WATER = "示例区青石街道锦绣花园停水两天了，自来水公司一直没人接电话，请尽快恢复供水"


@pytest.fixture(scope="module")
def configured() -> Settings:
    return load(ROOT / "config", {})


@pytest.fixture(scope="module")
def intake(configured: Settings) -> Intake:
    return build(configured, b"key")


def item(text: str = WATER, kind: Kind = Kind.POST, key: str = "k", source: str = "forum", **more: object) -> Fetched:
    fetched = Fetched(
        source=source, kind=kind, key=key, title="", text=text, published=NOW - timedelta(hours=1), fetched_at=NOW
    )
    return replace(fetched, **more)  # type: ignore[arg-type]


def test_a_post_about_a_matter_of_the_district_is_kept_with_topic_and_street(intake: Intake) -> None:
    kept = intake.decide(item(), NOW)
    assert isinstance(kept.value, Post)
    assert "供水" in kept.value.labels.topics
    assert kept.value.labels.places == ("青石街道",)
    assert kept.value.labels.sentiment.polarity == -1


@pytest.mark.parametrize(
    ("fetched", "reason"),
    [
        (item(" \u200b "), IntakeReason.EMPTY),
        (item("今天和朋友去示例区看电影，剧情太好笑了哈哈哈"), IntakeReason.NOT_PUBLIC_SERVICE),
        (item("样板区某小区停水两天了，请尽快恢复供水"), IntakeReason.NOT_DISTRICT),
        (item(published=NOW - timedelta(days=31)), IntakeReason.TOO_OLD),
        (item(published=NOW + timedelta(days=2)), IntakeReason.FUTURE),
        (item(published=None), IntakeReason.NO_DATE),
    ],
)
def test_what_is_dropped_says_why(intake: Intake, fetched: Fetched, reason: IntakeReason) -> None:
    decision = intake.decide(fetched, NOW)
    assert (decision.value, decision.reason) == (None, reason)


def test_news_without_a_topic_is_kept_because_the_purpose_limit_is_about_posts(intake: Intake) -> None:
    decision = intake.decide(item("示例区今日举行书法展览开幕式", kind=Kind.NEWS, url="https://example.org/1"), NOW)
    assert isinstance(decision.value, Article)


def test_a_message_on_the_districts_own_board_needs_no_name_of_the_district(intake: Intake) -> None:
    decision = intake.decide(item("我家停水两天了", kind=Kind.BOARD, source="hotline"), NOW)
    assert isinstance(decision.value, BoardMessage)


def test_everything_of_a_message_is_redacted_the_answer_too(intake: Intake) -> None:
    message = item(
        "我叫王建国，电话13912345678，住锦绣花园3栋2单元501室",
        kind=Kind.BOARD, source="hotline", title="王建国反映停水", category="王建国，13912345678",
        reply=Reply("王建国先生，您的电话13912345678已登记", NOW, "区水务局"),
    )  # fmt: skip
    record = intake.decide(message, NOW).value
    assert isinstance(record, BoardMessage)
    assert record.reply is not None
    told = repr(record)
    for secret in ("王建国", "13912345678", "501"):
        assert secret not in told


def test_the_same_item_has_the_same_id_and_another_key_another_one(configured: Settings, intake: Intake) -> None:
    assert intake.id_of(item()) == intake.id_of(item("edited text"))
    assert intake.id_of(item()) != intake.id_of(item(key="other"))
    assert intake.id_of(item()) != build(configured, b"another").id_of(item())


def test_an_edited_reprint_points_to_its_original(configured: Settings) -> None:
    body = "示例区水务局今天上午发布通告，因主管道检修，锦绣花园、滨河家园等小区将于明日八时至十八时暂停供水，" * 3
    intake = build(configured, b"key")
    first = intake.decide(item(body, kind=Kind.NEWS, key="a", url="https://a.example/1"), NOW).value
    again = intake.decide(
        item("本报讯 " + body + "（编辑整理）", kind=Kind.NEWS, key="b", url="https://b.example/1"), NOW
    ).value
    assert first is not None
    assert again is not None
    assert first.labels.reprint_of is None
    assert again.labels.reprint_of == first.id


ODD = st.text(max_size=200) | st.text(
    alphabet=st.sampled_from("停水示例区13812345678\u200b\u202e\ud800😀１２３<>&;〔〕 \n"), max_size=300
)


@given(ODD, ODD, st.sampled_from([Kind.NEWS, Kind.BOARD, Kind.POST]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_intake_raise(intake: Intake, title: str, text: str, kind: Kind) -> None:
    decision = intake.decide(item(text, kind=kind, source="hotline", title=title), NOW)
    assert isinstance(decision, Decision)
    if decision.value is not None:
        repr(decision.value).encode("utf-8")


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing_and_leaves_nothing_invisible(text: str) -> None:
    once = clean(text)
    assert not set(once) & set("\u200b\u202e\ud800\x00")
    assert len(once) <= 20_000


@pytest.mark.parametrize("text", ["停水" * 500_000, "😀" * 10_000, "a" * 1_000_000, "這裡停水兩天了", "No water here"])
def test_sizes_and_scripts_are_taken_as_they_come(intake: Intake, text: str) -> None:
    decision = intake.decide(item(text, kind=Kind.BOARD, source="hotline"), NOW)
    assert decision.value is not None
    assert len(decision.value.text) <= 20_000
