"""Sentences at 0, 1, few and many; missing data; the first day; the new year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import briefs
from monitor.briefs.periods import number_of
from monitor.briefs.types import Bullets, Figure, Paragraph, Table, words
from monitor.briefs.wording import hours, percent, plain_title, wilson
from monitor.errors import BadQuery
from monitor.model import CHINA, Kind, Reply
from monitor.ops import runs
from monitor.ops.tally import Tally
from monitor.settings.types import BriefSettings
from monitor.store.memory import MemoryStore
from tests.briefs.build import (
    DAY,
    MORNING,
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
)  # fmt: skip


def written(kept: MemoryStore, day: date = DAY, now: datetime = MORNING, **changes: Any) -> briefs.Brief:
    return briefs.daily(settings(**changes), kept, day, now)


def told(brief: briefs.Brief, key: str) -> str:
    """Everything a section says, tables as cells with bars."""
    lines = []
    for block in brief.section(key).blocks:
        if isinstance(block, Paragraph):
            lines.append(words(block.parts))
        elif isinstance(block, Bullets):
            lines += [block.heading, *map(words, block.items)]
        elif isinstance(block, Table):
            lines += [block.title, *("|".join(map(words, row)) for row in block.rows)]
    return "\n".join(lines)


def test_a_day_without_data_gives_a_proper_brief_that_says_so() -> None:
    brief = written(store())
    assert words(brief.lead) == "本日没有可以报告的公开数据。"
    assert "未采集到群众留言、新闻报道、政务发布" in told(brief, "overview")
    assert told(brief, "alerts") == "当日没有预警，也没有尚未恢复的预警。"
    assert told(brief, "media") == "当日没有采集到涉及本区的新闻报道和政务发布。"
    assert told(brief, "responses") == "近30日没有收到群众留言。"
    assert "本期无建议" in told(brief, "advice")
    assert "启用信源4个，均尚未运行过。" in told(brief, "notes")
    assert [s.key for s in brief.sections] == [
        "overview", "alerts", "matters", "media", "responses", "advice", "notes",
    ]  # fmt: skip


def test_no_source_at_all_is_said() -> None:
    assert "尚未配置任何信源" in told(written(store(), sources={"source": []}), "overview")


def test_one_message_is_thin() -> None:
    brief = written(store(message(at())))
    overview = told(brief, "overview")
    assert "当日采集到群众留言1件、公开帖文不足10条；未采集到新闻报道、政务发布。" in overview
    assert "群众留言、公开帖文样本不足，不计负面占比。" in overview
    assert "%" not in overview
    assert "当日收到留言1件，尚未答复。" in told(brief, "responses")


def test_one_answered_message_is_answered_and_not_answered_all() -> None:
    brief = written(store(message(at(), reply=Reply("已办", at(hour=11)))))
    assert "当日收到留言1件，已答复。" in told(brief, "responses")


def test_a_share_has_its_interval_from_ten_on() -> None:
    kept = store(*messages(6), *messages(4, sentiment=NEUTRAL))
    assert "群众留言10件，其中负面6件，占60.0%（95%置信区间31.3%至83.2%）" in told(written(kept), "overview")
    nine = store(*messages(6), *messages(3, sentiment=POSITIVE))
    assert "样本不足" in told(written(nine), "overview")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (12, [8, 8, 8, 8], "群众留言12件，较前四周同日均值（8.0件）增加50.0%"),
        (6, [8, 8, 8, 8], "群众留言6件，较前四周同日均值（8.0件）减少25.0%"),
        (8, [8, 8, 8, 8], "群众留言8件，与前四周同日均值（8.0件）持平"),
        (21, [20, 20, 20, 20], "群众留言21件，与前四周同日均值（20.0件）基本持平"),
        (3, [1, 1, 2, 1], "群众留言3件（前四周同日均值1.3件，基数小，不计增减百分比）"),
        (9, [6, 6], "群众留言9件，较前两周同日均值（6.0件）增加50.0%"),
        (9, [6], "群众留言9件，较前一周同日（6.0件）增加50.0%"),
        (9, [], "群众留言、公开帖文尚无往期同日数据可比。"),
        (0, [8, 8], "未采集到群众留言，较前两周同日均值（8.0件）减少100.0%；"),
        (9, [0, 8, 0, 8], "群众留言9件（前四周同日均值4.0件，基数小，不计增减百分比）"),
    ],
)
def test_changes_against_the_same_weekday_are_said_only_where_they_can_be(
    now: int, before: list[int], said: str
) -> None:
    brief = written(store(*messages(now), *weeks(before)))
    assert said in told(brief, "overview")


def test_a_week_with_no_message_counts_once_the_board_was_known() -> None:
    kept = store(*messages(10), *weeks([0, 0, 0, 20]))
    assert "前四周同日均值（5.0件）增加100.0%" in told(written(kept), "overview")


def test_posts_appear_only_rounded_and_only_from_ten_on() -> None:
    brief = written(store(*posts(33), *posts(26, DAY - timedelta(days=7))))
    overview = told(brief, "overview")
    assert "公开帖文约35条，较前一周同日（约25条）增加约40%，其中负面约35条，占约100%；" in overview
    assert "公开帖文不足10条" in told(written(store(*posts(9))), "overview")
    everything = "\n".join(told(brief, s.key) for s in brief.sections)
    assert "33" not in everything and "26条" not in everything
    assert "绝不外露" not in everything


def test_posts_under_ten_are_compared_with_nothing() -> None:
    kept = store(*posts(9), *posts(30, DAY - timedelta(days=7)))
    assert "公开帖文不足10条（不作比较）" in told(written(kept), "overview")
    before = store(*posts(30), *posts(9, DAY - timedelta(days=7)), *posts(30, DAY - timedelta(days=14)))
    assert "公开帖文约30条（往期同日有不足10条的，不作比较），其中负面" in told(written(before), "overview")


def test_posts_of_which_few_are_negative_have_no_share() -> None:
    kept = store(*posts(30, sentiment=POSITIVE), *posts(9))
    assert "公开帖文约40条，其中负面不足10条；" in told(written(kept), "overview")


def test_a_source_that_is_down_is_named_with_its_reason() -> None:
    kept = store()
    failed = runs.SourceRun(source="news", kind=Kind.NEWS, started=at(), finished=at(), state=runs.RunState.FAILED,
                            message="HTTP 503")  # fmt: skip
    runs.record(kept, replace(failed, started=at(hour=7), state=runs.RunState.OK, message=""))
    runs.record(kept, failed)
    sources = [{"id": "news", "name": "示例日报", "kind": "news", "adapter": "rss", "url": "https://n.example.cn/rss"}]
    notes = told(written(kept, sources={"source": sources}), "notes")
    assert "启用信源1个，1个最近一次采集失败，相关数量可能偏低。" in notes
    assert "示例日报：HTTP 503；连续失败1次，最近成功于11月21日7时" in notes


def test_what_intake_dropped_is_counted_and_posts_only_rounded() -> None:
    kept, tally = store(), Tally()
    tally.add("intake_decisions", 23, kind="post", verdict="drop", reason="not_public_service")
    tally.add("intake_decisions", 4, kind="post", verdict="drop", reason="too_old")
    tally.add("intake_decisions", 99, kind="board", verdict="keep", reason="kept")
    tally.flush(kept, MORNING)
    notes = told(written(kept), "notes")
    assert "不属于公共服务专题约25条；只计数，不保存。" in notes
    dropped = notes.partition("情感模型")[0]
    assert "23" not in dropped and "99" not in dropped


def test_numbers_run_by_date_without_gaps() -> None:
    plain = BriefSettings()
    assert number_of(date(2026, 1, 1), plain) == 1
    assert number_of(date(2026, 12, 31), plain) == 365
    assert number_of(date(2028, 12, 31), plain) == 366
    late = BriefSettings(first_issue="2026-11-20")
    assert [number_of(date(2026, 11, d), late) for d in (19, 20, 21)] == [None, 1, 2]
    assert number_of(date(2027, 1, 1), late) == 1
    assert number_of(date(2025, 6, 1), late) is None


def test_the_new_year_compares_with_the_old_one_and_names_its_year() -> None:
    day = date(2027, 1, 2)
    kept = store(*messages(9, day), *(m for w in (1, 2, 3, 4) for m in messages(6, day - timedelta(days=7 * w))))
    brief = written(kept, day, datetime(2027, 1, 3, 8, tzinfo=CHINA))
    assert brief.issue == "〔2027〕第 2 期"
    assert "较前四周同日均值（6.0件）增加50.0%" in told(brief, "overview")
    assert "|2026年12月5日|" in told(brief, "responses")


def test_a_day_that_is_not_over_says_so_and_a_day_to_come_is_refused() -> None:
    brief = written(store(*messages(12)), now=at(hour=15))
    assert brief.partial
    assert told(brief, "overview").startswith("截至11月21日15时，当日采集到群众留言12件")
    compared = written(store(*messages(12), *weeks([8, 8])), now=at(hour=15))
    assert "当日尚未结束，以上比较偏低。" in told(compared, "overview")
    assert "以上比较偏低" not in told(brief, "overview")
    with pytest.raises(BadQuery, match="还没有开始"):
        written(store(), DAY + timedelta(days=1), at(hour=15))


def test_the_same_day_written_later_is_the_same_brief() -> None:
    kept = store(*messages(12), *posts(40), article(at()), *weeks([3, 4]))
    assert written(kept) == written(kept, now=MORNING + timedelta(days=300))


def test_every_figure_names_a_query_and_is_not_in_plain_words() -> None:
    kept = store(*messages(12), *posts(40), article(at()), *weeks([3, 4]), message(at(DAY - timedelta(days=4))))
    figures = written(kept).figures()
    assert len(figures) > 30
    assert all(f.query.startswith(("/api/v1/", "/metrics")) for f in figures)
    assert {type(f.value) for f in figures} <= {int, float, type(None)}


def test_no_figure_stands_twice_with_different_values() -> None:
    """The day's messages are the same number wherever they are told."""
    kept = store(*messages(12), *weeks([3, 4]))
    brief = written(kept)
    totals = {
        f.text
        for f in brief.figures()
        if f.unit == "件" and f.query.endswith("/trends?bucket=day&kind=board&since=2026-11-21&until=2026-11-21")
    }
    received = next(f for f in _figures(brief, "responses") if f.unit == "件")
    assert totals == {"12"} == {received.text}


def _figures(brief: briefs.Brief, key: str) -> list[Figure]:
    return list(replace(brief, lead=(), sections=(brief.section(key),)).figures())


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_wilson_interval_holds_the_share_and_stays_within_bounds(part: int, whole: int) -> None:
    part = min(part, whole)
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1


def test_the_wilson_interval_agrees_with_the_published_values() -> None:
    """Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3."""
    assert [round(v, 4) for v in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(v, 4) for v in wilson(15, 148)] == [0.0624, 0.1605]
    assert [round(v, 4) for v in wilson(0, 20)] == [0.0, 0.1611]
    assert [round(v, 4) for v in wilson(1, 29)] == [0.0061, 0.1718]


def test_hours_are_rounded_down_and_percentages_half_up() -> None:
    assert hours(46.99, "").text == "46"
    assert percent(0.12345, "").text == "12.3"
    assert percent(0.1225, "", 1).text == "12.3"


@given(st.text(max_size=400))
def test_a_title_is_one_line_of_at_most_sixty_characters(title: str) -> None:
    shown = plain_title(title)
    assert 0 < len(shown) <= 60
    assert not set(shown) & set("\n\r\t\u202e\u2066\x00\x1b")
