"""What intake keeps, what it drops and why; and what a record may hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.intake import Intake, IntakeReason, build
from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Fetched, Kind, Post, Reply
from monitor.settings import Settings

NOW = datetime(2026, 11, 22, 8, tzinfo=CHINA)
SETTINGS = Settings.model_validate(
    {
        "district": {
            "name": "示例区", "city": "示例市", "province": "示例省", "siblings": ["样板区"], "not_this": ["示例区间"],
            "places": [{"name": "青石街道", "landmarks": ["锦绣花园"]}, {"name": "白塔镇", "kind": "town"}],
        },
        "sources": {
            "source": [
                {"id": "own", "name": "区留言板", "kind": "board", "adapter": "import", "trusted": True},
                {"id": "forum", "name": "示例论坛", "kind": "post", "adapter": "import", "city": "示例市"},
                {"id": "paper", "name": "示例日报", "kind": "news", "adapter": "import"},
            ]
        },
        "topics": {
            "topic": [
                {"name": "城乡建设", "official": "城乡建设", "department": "住建局"},
                {"name": "供水", "official": "城乡建设", "department": "水务局", "terms": ["停水", "自来水"], "not_terms": ["停水痘"]},
            ]
        },
    }
)  # fmt: skip


@pytest.fixture
def intake() -> Intake:
    return build(SETTINGS, b"key")


def fetched(kind: Kind, title: str, text: str, **more: object) -> Fetched:
    source = {Kind.BOARD: "own", Kind.POST: "forum"}.get(kind, "paper")
    given = {"source": source, "key": title + text, "fetched_at": NOW, "published": NOW - timedelta(hours=2), **more}
    return Fetched(kind=kind, title=title, text=text, **given)  # type: ignore[arg-type]


def kept(intake: Intake, item: Fetched) -> AnyRecord:
    decision = intake.decide(item, NOW)
    assert decision.kept and decision.reason is IntakeReason.KEPT and decision.value is not None
    return decision.value


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (fetched(Kind.NEWS, " ", "<p>&nbsp;</p>"), IntakeReason.EMPTY),
        (fetched(Kind.NEWS, "示例区停水", "", published=NOW - timedelta(days=500)), IntakeReason.TOO_OLD),
        (fetched(Kind.POST, "", "示例区停水", published=NOW - timedelta(days=31)), IntakeReason.TOO_OLD),
        (fetched(Kind.POST, "", "示例区停水", published=None), IntakeReason.NO_DATE),
        (fetched(Kind.NEWS, "示例区停水", "", published=NOW + timedelta(days=2)), IntakeReason.FUTURE),
        (fetched(Kind.NEWS, "样板区停水", "样板区今天停水"), IntakeReason.NOT_DISTRICT),
        (fetched(Kind.NEWS, "置信示例区间", "统计学里的示例区间"), IntakeReason.NOT_DISTRICT),
        (fetched(Kind.POST, "", "示例区的奶茶真好喝，开心"), IntakeReason.NOT_PUBLIC_SERVICE),
    ],
)
def test_what_is_dropped_says_why(intake: Intake, item: Fetched, reason: IntakeReason) -> None:
    decision = intake.decide(item, NOW)
    assert not decision.kept and decision.value is None
    assert decision.reason is reason


def test_a_board_message_is_kept_redacted_with_its_reply(intake: Intake) -> None:
    reply = Reply("王小明您好，已联系您的手机13800138000。区水务局热线12345。", NOW, "区水务局")
    item = fetched(
        Kind.BOARD,
        "锦绣花园停水，联系人王小明",
        "我叫王小明，住3栋2单元501室，电话１３８００１３８０００。",
        reply=reply,
        category="供水 13900139000",
    )
    record = kept(intake, item)
    assert isinstance(record, BoardMessage)
    whole = f"{record.title}{record.text}{record.category}{record.reply}{record.labels}"
    for secret in ("王小明", "13800138000", "１３８", "13900139000", "501"):
        assert secret not in whole
    assert record.labels.topics[0] == "供水" or "供水" in record.labels.topics
    assert record.labels.places == ("青石街道",)
    assert record.reply is not None and "12345" in record.reply.text and record.reply.department == "区水务局"


def test_a_post_keeps_no_link_and_a_news_article_keeps_officials(intake: Intake) -> None:
    post = kept(
        intake, fetched(Kind.POST, "", "锦绣花园又停水了 @某某人 http://t.cn/abc", url="http://bbs.example/u/1")
    )
    assert isinstance(post, Post)
    assert {f.name for f in fields(post)} == {"id", "source", "kind", "published", "seen", "labels", "text"}
    assert "bbs.example" not in repr(post) and "t.cn" not in repr(post)
    news = kept(
        intake, fetched(Kind.NEWS, "示例区长李建国调研供水", "示例区长李建国调研。", url="https://news.example/1")
    )
    assert isinstance(news, Article)
    assert "李建国" in news.text and news.outlet == "示例日报" and news.url == "https://news.example/1"
    assert not any("李建国" in term or "建国" in term for term in news.labels.terms)


def test_a_page_without_a_date_counts_from_when_it_was_fetched(intake: Intake) -> None:
    assert kept(intake, fetched(Kind.BOARD, "停水", "停水了", published=None)).published == NOW


def test_a_script_address_is_not_kept_as_a_link(intake: Intake) -> None:
    record = kept(intake, fetched(Kind.NEWS, "示例区停水", "停水", url="javascript:alert(1)"))
    assert isinstance(record, Article) and record.url == ""


def test_a_word_that_only_contains_a_term_does_not_have_its_topic(intake: Intake) -> None:
    record = kept(intake, fetched(Kind.BOARD, "接种后停水痘疫苗", "请问停水痘疫苗吗"))
    assert "供水" not in record.labels.topics


def test_a_reprint_names_its_original_and_a_seeded_original_is_known(intake: Intake) -> None:
    story = "示例区水务局通报，主管道爆裂，青石街道部分小区供水中断，抢修人员连夜施工，预计今晚恢复供水，临时送水点已经设立。"
    first = kept(intake, fetched(Kind.NEWS, "供水通报", story, key="1"))
    second = kept(intake, fetched(Kind.NEWS, "转载：供水通报", "据报道，" + story + "（编辑某）", key="2"))
    assert first.labels.reprint_of is None and second.labels.reprint_of == first.id
    later = build(SETTINGS, b"key", [first, second])
    assert kept(later, fetched(Kind.NEWS, "又一次", story + "完", key="3")).labels.reprint_of == first.id


def test_ids_are_keyed_and_the_same_for_the_same_page(intake: Intake) -> None:
    def of(key: str, source: str = "paper") -> str:
        return intake.id_of(fetched(Kind.NEWS, "t", "x", key=key, source=source))

    one = of("https://News.example/a?id=1&utm_source=x#top")
    assert len(one) == 32 and int(one, 16)
    assert one == of("http://news.example/a/?id=1") == of("https://news.example:443/a?id=1")
    assert len({one, of("https://news.example/a?id=2"), of("https://news.example/a?id=1", "other")}) == 3
    assert one != build(SETTINGS, b"other key").id_of(fetched(Kind.NEWS, "t", "x", key="https://news.example/a?id=1"))


def test_a_batch_decides_as_one_by_one_in_order(intake: Intake) -> None:
    items = [
        fetched(Kind.BOARD, "停水", "停水三天"),
        fetched(Kind.POST, "", "示例区的奶茶真好喝"),
        fetched(Kind.NEWS, "示例区开会", "示例区召开会议"),
        fetched(Kind.BOARD, "", ""),
    ]
    single = build(SETTINGS, b"key")
    assert intake.decide_many(items, NOW) == [single.decide(item, NOW) for item in items]
    assert intake.decide_many([], NOW) == []


def test_huge_and_hostile_texts_are_bounded(intake: Intake) -> None:
    for text in ("停水" * 500_000, "<" * 200_000, "<div " * 50_000, "&#x41;" * 50_000, "😀" * 100_000, "<!--" * 50_000):
        record = kept(intake, fetched(Kind.BOARD, "停水" * 10_000, text))
        assert isinstance(record, BoardMessage)
        assert len(record.text) <= 21_000 and len(record.title) <= 310


def test_shipped_configuration_takes_a_message_of_its_district(shipped: Settings) -> None:
    intake = build(shipped, b"key")
    record = kept(intake, fetched(Kind.BOARD, "示例区新城街道万和小区停水", "停水三天了", source="none"))
    assert "供水" in record.labels.topics and record.labels.places == ("新城街道",)


@pytest.fixture
def shipped() -> Settings:
    from monitor.settings import load

    return load(Path(__file__).resolve().parents[2] / "config")
