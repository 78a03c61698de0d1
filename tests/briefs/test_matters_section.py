"""三、群众反映集中的问题: what people report, told as a careful clerk would, at 0, 1, few and many."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.briefs.types import Brief, Bullets, Figure, Link, Paragraph, words
from monitor.model import CHINA, AnyRecord, Reply, Sentiment
from monitor.store.memory import MemoryStore
from tests.briefs.build import (
    DAY,
    MORNING,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    article,
    at,
    message,
    messages,
    posts,
    settings,
    store,
    weeks,
)
from tests.briefs.hot import items, lines
from tests.briefs.test_alert_section import alert

HEADING = "重点事项"
TITLES = ("丽发新城旁建搅拌站噪音扰民", "投诉丽发新城搅拌站粉尘", "丽发新城搅拌站何时搬走")
REAL = Reply("经核实，该站已于昨日关停并拆除。", at(DAY, 12))
EMPTY = Reply("您反映的问题已转交相关部门处理。", at(DAY, 12))


def issue(*days_ago: int, replies: tuple[Reply | None, ...] = (), **more: Any) -> list[AnyRecord]:
    """Messages about one thing, the oldest first, and an old one so that the board is known."""
    answers = (*replies, *[None] * len(days_ago))
    first = message(at(DAY - timedelta(days=days_ago[0])), title=TITLES[0], reply=answers[0], **more)
    rest = [
        message(at(DAY - timedelta(days=ago)), title=TITLES[n % 3], event=first.id, reply=answers[n],
                url=f"https://board.example.cn/{n}", **more)
        for n, ago in enumerate(days_ago[1:], 1)
    ]  # fmt: skip
    return [first, *rest, message(at(DAY - timedelta(days=55)), title="路口", reply=REAL)]


def brief(
    *records: AnyRecord, kind: str = "daily", day: date = DAY, now: datetime = MORNING, subject: str = ""
) -> Brief:
    return briefs.make(settings(), store(*records), kind, day, now, subject)


def told(*records: AnyRecord, **options: Any) -> list[str]:
    return items(brief(*records, **options), "matters", HEADING)


def test_a_matter_is_told_whole() -> None:
    (line,) = told(*issue(9, 5, 3, 0, 0, places=("青石街道",)))
    assert line == (
        "升“丽发新城搅拌站”：当日留言2件，近7日共4件，近30日共5件（此前平均每周0.3件），11月12日首次反映，已持续10天；"
        "涉及青石街道；均未答复，最早一件已等待9天；责任部门区水务局。见《投诉丽发新城搅拌站粉尘》《丽发新城旁建搅拌站噪音扰民》。"
    )


def test_its_links_lead_to_the_public_messages() -> None:
    bullets = next(b for b in brief(*issue(3, 0)).section("matters").blocks if isinstance(b, Bullets))
    links = [part for part in bullets.items[0] if isinstance(part, Link)]
    assert [link.url for link in links] == ["https://board.example.cn/1"]


def test_a_new_matter_of_the_day_has_no_history_to_tell() -> None:
    (line,) = told(*issue(0, 0, 0))
    assert line.startswith("新“丽发新城搅拌站”：当日留言3件；均未答复，最早一件已等待22小时；")


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ((None, None, None), "均未答复，最早一件已等待94小时"),
        ((REAL, None, None), "已答复1件，区水务局11月21日答复：“经核实，该站已于昨日关停并拆除”"),
        ((EMPTY, None, None), "已答复1件，但仅告知收悉或转办"),
        ((EMPTY, REAL, None), "已答复2件，其中1件仅告知收悉或转办，区水务局11月21日答复："),
        ((REAL, REAL, REAL), "；已全部答复，区水务局11月21日答复："),
        ((EMPTY, EMPTY, EMPTY), "；已全部答复，但仅告知收悉或转办；"),
    ],
)
def test_what_was_answered_is_told_by_its_substance(replies: tuple[Reply | None, ...], said: str) -> None:
    (line,) = told(*issue(3, 1, 0, replies=replies))
    assert said in line


def test_a_single_grave_message_is_told_by_its_title_and_a_harmless_one_is_not() -> None:
    (line,) = told(message(at(), title="幼儿园旁燃气泄漏"), message(at(), title="路口"))
    assert line == "《幼儿园旁燃气泄漏》：当日留言1件；尚未答复，已等待22小时；责任部门区水务局。"
    assert told(message(at(), title="路口")) == []
    assert told(message(at(), title="幼儿园旁燃气泄漏", sentiment=NEUTRAL)) == []


def test_a_week_and_a_month_tell_what_was_said_more_than_once() -> None:
    kept = [*issue(9, 5, 3, 2, 0), message(at(), title="幼儿园旁燃气泄漏")]
    monday = datetime(2026, 11, 23, 8, tzinfo=CHINA)
    (week,) = told(*kept, kind="weekly", now=monday)
    assert "“丽发新城搅拌站”：本周留言4件，近30日共5件" in week and "11月12日首次反映，已持续11天" in week
    (month,) = told(*kept, kind="monthly", now=datetime(2026, 12, 1, 8, tzinfo=CHINA))
    assert "“丽发新城搅拌站”：本月留言5件，11月12日首次反映；" in month


def test_a_matter_of_last_year_names_the_year() -> None:
    first = message(datetime(2026, 12, 28, 9, tzinfo=CHINA), title=TITLES[0])
    again = message(datetime(2027, 1, 2, 9, tzinfo=CHINA), title=TITLES[1], event=first.id)
    (line,) = told(first, again, day=date(2027, 1, 2), now=datetime(2027, 1, 3, 7, 30, tzinfo=CHINA))
    assert "，2026年12月28日首次反映，已持续6天；" in line


def test_the_top_line_names_the_matter_and_who_is_to_act() -> None:
    made = brief(*issue(9, 3, 0, 0), *messages(2, title="路口"))
    assert words(made.lead) == (
        "升“丽发新城搅拌站”：当日留言2件，近7日共3件，11月12日首次反映，已持续10天，涉及水电气暖，均未答复；"
        "责任部门区水务局。"
    )
    grave = brief(message(at(), title="幼儿园旁燃气泄漏"))
    assert words(grave.lead) == (
        "《幼儿园旁燃气泄漏》：当日留言1件，涉及人身安全、水电气暖，尚未答复；责任部门区水务局。"
    )
    partly = brief(*issue(3, 1, 0, replies=(REAL,)))
    assert "，已答复1件；责任部门" in words(partly.lead)


def test_an_open_alert_still_goes_first() -> None:
    kept = store(*issue(9, 3, 0, 0))
    AlertBook(kept).open_new(alert())
    assert words(briefs.daily(settings(), kept, DAY, MORNING).lead).startswith("黄色预警供水：")


def test_a_topic_that_grew_leads_where_no_single_matter_does() -> None:
    kept = [*messages(12, title="路口"), *weeks([2, 2, 2, 2], title="路口")]
    assert words(brief(*kept).lead).startswith("升供水：留言12件（往期同日平均2.0件）")


def test_what_a_mark_means_is_said_for_matters_and_topics() -> None:
    text = "\n".join(lines(brief(*issue(9, 5, 3, 0, 0)).section("matters")))
    assert "“升”指明显多于此前三周" in text
    both = [*issue(9, 5, 3, 0, 0, 0, 0, 0, 0), *weeks([1, 1, 1, 1], title="路口")]
    assert "“升”指明显高于往期同日（重点事项为此前三周）" in "\n".join(lines(brief(*both).section("matters")))


# Whatever there is to say, it is said in sentences

_WRONG = re.compile(
    r"、。|，。|；。|：。|，，|。。|；；|、、|：：|，；|；，|、，|（）|《》|“”|（，|，）|：；|[增减][加少]约?0(\.0)?%|每周0\.0|日均0\.0|None|nan|\s。"
)
title = st.sampled_from(
    [
        "",
        "路口",
        "投诉",
        "幼儿园旁燃气泄漏",
        "关于请求解决停水问题的投诉",
        "丽发新城搅拌站",
        "。，；",
        "=1+1",
        "<b>停电</b>",
        "长" * 300,
    ]
)
reply = st.sampled_from([None, REAL, EMPTY, Reply("好", None), Reply("", at(DAY, 13))])
one = st.builds(
    lambda ago, hour, title, reply, topics, places: message(
        at(DAY - timedelta(days=ago), hour), topics=topics, title=title, reply=reply, places=places, url=""
    ),
    st.integers(0, 50), st.integers(0, 23), title, reply, st.sampled_from([(), ("供水",), ("噪音", "城乡建设")]),
    st.sampled_from([(), ("青石街道",), ("青石街道", "白塔镇")]),
)  # fmt: skip


def _joined(records: list[Any], sizes: list[int]) -> list[AnyRecord]:
    """The records, some of them made members of the event that the first of a run began."""
    from dataclasses import replace

    found: list[AnyRecord] = []
    rest = sorted(records, key=lambda r: r.published)
    for size in sizes:
        run, rest = rest[:size], rest[size:]
        found += [replace(r, labels=replace(r.labels, event=run[0].id)) if i else r for i, r in enumerate(run)]
    return [*found, *rest]


@given(
    st.lists(one, max_size=14), st.lists(st.integers(1, 6), max_size=4), st.sampled_from([0, 4, 12, 30]),
    st.sampled_from(["daily", "weekly", "monthly", "topic"]), st.booleans(),
)  # fmt: skip
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_sentence_is_broken_whatever_there_is_to_tell(
    records: list[Any], sizes: list[int], n_posts: int, kind: str, news: bool
) -> None:
    kept = [*_joined(records, sizes), *posts(n_posts)]
    if news and records:
        kept.append(article(at(), "示例区回应搅拌站", event=records[0].id))
    now = {"weekly": datetime(2026, 11, 23, 8, tzinfo=CHINA), "monthly": datetime(2026, 12, 1, 8, tzinfo=CHINA)}
    made = brief(*kept, kind=kind, now=now.get(kind, MORNING), subject="供水" if kind == "topic" else "")
    for key in ("matters", "advice"):
        told_ = [line for line in lines(made.section(key)) if "|" not in line]
        for line in [words(made.lead), *told_]:
            stripped = re.sub(r"《[^》]*》|“[^”]*”", "《题》", line)
            assert not _WRONG.search(stripped), line
        for block in made.section(key).blocks:
            parts = block.parts if isinstance(block, Paragraph) else ()
            if isinstance(block, Bullets):
                parts = tuple(p for item in block.items for p in item)
                assert all(words(item).endswith(("。", "）")) for item in block.items)
            assert all(p.unit for p in parts if isinstance(p, Figure)), "no figure without its unit"


def test_the_section_is_the_same_from_any_order_of_keeping() -> None:
    records = [*issue(9, 5, 3, 0, 0), message(at(), title="幼儿园旁燃气泄漏"), *messages(4, title="路口")]
    one_way, other = MemoryStore(), MemoryStore()
    one_way.add(records)
    other.add(records[::-1])
    first = briefs.daily(settings(), one_way, DAY, MORNING)
    assert briefs.daily(settings(), other, DAY, MORNING) == first


def pipe(title: str, count: int) -> list[AnyRecord]:
    """Messages of the day about one thing, the same topic as every other one here."""
    began = message(at(DAY, 7), title=title, url=f"https://board.example.cn/{title}0")
    return [began, *(message(at(DAY, 8 + n), title=title, event=began.id, url=f"https://board.example.cn/{title}{n + 1}")
                     for n in range(count - 1))]  # fmt: skip


def test_small_matters_of_one_topic_stand_behind_the_greatest_of_it() -> None:
    old = message(at(DAY - timedelta(days=55)), title="路口", reply=REAL)
    lines_ = told(*pipe("河东大道水管爆裂", 6), *pipe("北站小区水表不走", 3), *pipe("新村阀门井盖响", 2), old)
    assert len(lines_) == 1
    assert lines_[0].startswith("新“河东大道水管爆裂”：当日留言6件；")
    assert re.search("；同类还有《[^《》]+》《[^《》]+》。$", lines_[0])
    assert {"北站小区水表不走", "新村阀门井盖响"} == set(re.findall("《([^《》]+)》", lines_[0].split("同类还有")[1]))


def test_a_great_matter_of_the_same_topic_stands_by_itself() -> None:
    old = message(at(DAY - timedelta(days=55)), title="路口", reply=REAL)
    assert len(told(*pipe("河东大道水管爆裂", 6), *pipe("北站小区水表不走", 5), old)) == 2


@pytest.mark.parametrize(("tone", "told_of"), [(POSITIVE, 0), (NEUTRAL, 0), (NEGATIVE, 1)])
def test_good_news_of_many_outlets_is_no_grievance(tone: Sentiment, told_of: int) -> None:
    began = article(at(DAY, 7), "河东大道改造迎来第0批客人", sentiment=tone)
    more = [
        article(at(DAY, 8 + n), f"河东大道改造迎来第{n + 1}批客人", f"示例{n}报", event=began.id, sentiment=tone)
        for n in range(9)
    ]
    old = message(at(DAY - timedelta(days=55)), title="路口", reply=REAL)
    assert len(told(began, *more, old)) == told_of
