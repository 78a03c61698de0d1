"""Sentences at 0, 1, few and many; missing data; the first day; the new year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import briefs
from monitor.briefs.compose import number_of
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
    assert "群众留言中负面6件，占60.0%（95%置信区间31.3%至83.2%）" in told(written(kept), "overview")
    nine = store(*messages(6), *messages(3, sentiment=POSITIVE))
    assert "样本不足" in told(written(nine), "overview")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (12, [8, 8, 8, 8], "群众留言较前四周同日均值（8.0件）增加50.0%"),
        (6, [8, 8, 8, 8], "群众留言较前四周同日均值（8.0件）减少25.0%"),
        (8, [8, 8, 8, 8], "群众留言与前四周同日均值（8.0件）持平"),
        (21, [20, 20, 20, 20], "群众留言与前四周同日均值（20.0件）基本持平"),
        (3, [1, 1, 2, 1], "群众留言前四周同日均值1.3件，基数小，不计增减百分比"),
        (9, [6, 6], "群众留言较前两周同日均值（6.0件）增加50.0%"),
        (9, [6], "群众留言较前一周同日（6.0件）增加50.0%"),
        (9, [], "群众留言、公开帖文、新闻报道尚无往期同日数据可比"),
        (9, [0, 8, 0, 8], "群众留言前四周同日均值4.0件，基数小，不计增减百分比"),
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
    assert "公开帖文约35条" in overview
    assert "公开帖文较前一周同日（约25条）增加约40%" in overview
    assert "公开帖文不足10条" in told(written(store(*posts(9))), "overview")
    everything = "\n".join(told(brief, s.key) for s in brief.sections)
    assert "33" not in everything and "26条" not in everything
    assert "绝不外露" not in everything


def test_posts_under_ten_are_compared_with_nothing() -> None:
    kept = store(*posts(9), *posts(30, DAY - timedelta(days=7)))
    assert "公开帖文当日不足10条，不作比较" in told(written(kept), "overview")
    before = store(*posts(30), *posts(9, DAY - timedelta(days=7)), *posts(30, DAY - timedelta(days=14)))
    assert "公开帖文往期同日有不足10条的，不作比较" in told(written(before), "overview")


def test_posts_of_which_few_are_negative_have_no_share() -> None:
    kept = store(*posts(30, sentiment=POSITIVE), *posts(9))
    assert "公开帖文中负面不足10条，不计占比。" in told(written(kept), "overview")


def test_a_growing_matter_is_marked_and_leads_the_brief() -> None:
    kept = store(*messages(12, topics=("噪音",)), *weeks([3, 3, 4, 2], topics=("噪音",)), *messages(2))
    brief = written(kept)
    assert words(brief.lead) == "升噪音：留言12件（往期同日平均3.0件）；责任部门区生态环境局。"
    assert "噪音升|12|" in told(brief, "matters")
    assert "噪音：留言12件（往期同日平均3.0件）；责任部门区生态环境局。" in told(brief, "advice")


def test_a_matter_never_seen_in_four_weeks_is_new_only_when_the_board_was_watched() -> None:
    watched = store(*messages(3, topics=("噪音",)), *weeks([5, 5, 5, 5]))
    assert "噪音新|3|" in told(written(watched), "matters")
    first_day = store(*messages(3, topics=("噪音",)))
    assert "噪音|3|" in told(written(first_day), "matters")


def test_days_in_a_row_are_counted_up_to_sixty() -> None:
    today = messages(2)
    kept = store(*today, *(message(at(DAY - timedelta(days=n))) for n in (0, 1, 2, 4)))
    assert "供水|3|3|0" in told(written(kept), "matters")
    long = store(*today, *(message(at(DAY - timedelta(days=n))) for n in range(70)))
    assert "|60以上|" in told(written(long), "matters")


def test_terms_places_and_answers_of_a_matter_are_listed() -> None:
    kept = store(
        message(at(), terms=("停水", "水压"), places=("青石街道",), reply=Reply("已办", at(hour=15))),
        message(at(), terms=("停水", "小区停水", "水费", "水管"), places=("青石街道",)),
        message(at(), terms=("停水",)),
    )
    assert "供水|3|1|1|停水、水压、水管|青石街道" in told(written(kept), "matters")


def test_only_matters_that_are_concentrated_are_listed_and_the_others_counted() -> None:
    kept = store(*messages(3), *messages(2, topics=("噪音",)), *messages(1, topics=("城乡建设",)))
    text = told(written(kept), "matters")
    assert "供水|3|" in text and "噪音|" not in text
    assert "留言按类别：城乡建设1件。" in text
    assert "另有1个事项反映较少（留言不足3件、帖文不足10条），未列出。" in text
    by_posts = told(written(store(*posts(10), message(at(), topics=("噪音",)))), "matters")
    assert "供水|0|10|" in by_posts and "噪音|" not in by_posts


def test_a_day_of_single_voices_lists_no_matter_and_says_so() -> None:
    text = told(written(store(*messages(2), *messages(2, topics=("噪音",)))), "matters")
    assert text == "没有反映集中的事项（留言3件及以上或帖文10条及以上），零星反映涉及2个事项。"
    only_class = told(written(store(*messages(2, topics=("城乡建设",)))), "matters")
    assert only_class == "留言按类别：城乡建设2件。\n没有反映集中的事项（留言3件及以上或帖文10条及以上）。"


def test_what_a_mark_means_is_said_only_where_it_is_used() -> None:
    assert "“新”" not in told(written(store(*messages(3))), "matters")
    watched = store(*messages(3, topics=("噪音",)), *weeks([5, 5, 5, 5]))
    assert "“新”指此前四周未见" in told(written(watched), "matters")


def test_stories_are_told_with_outlet_tone_and_reprints() -> None:
    kept = store(
        article(at(hour=8), "关于恢复供水的公告", "区政府网", Kind.OFFICIAL, id="x1"),
        article(at(hour=10), outlet="甲报", reprint_of="x1"),
        article(at(hour=11), outlet="乙网", reprint_of="x1"),
        article(at(hour=9), "小学扩建"),
    )
    media = told(written(kept), "media")
    assert "涉及本区的新闻报道3篇（其中转载2篇），来自3家媒体：乙网1篇、甲报1篇、示例日报1篇。" in media
    assert "本区政务渠道发布稿件1篇，其中1篇当日被媒体转载。" in media
    assert "关于恢复供水的公告本区发布|区政府网|8时|中性|2（甲报、乙网）" in media
    assert "小学扩建|示例日报|9时|中性|—" in media


def test_overdue_messages_are_listed_longest_first_and_lead_a_quiet_day() -> None:
    old = DAY - timedelta(days=50)
    kept = store(message(at(DAY - timedelta(days=4)), title="路口积水"), message(at(old)), *messages(1))
    brief = written(kept)
    assert words(brief.lead) == "近30日收到的留言中有1件逾期未答复，最长已逾期70小时。"
    text = told(brief, "responses")
    assert "近30日收到的留言有1件逾期未答复；此前收到的仍有1件未答复。" in text
    assert "路口积水|区水务局|11月17日|70" in text
    assert "请尽快答复近30日收到的逾期留言：区水务局1件。（依据：预案规定的答复时限48小时）" in told(brief, "advice")


def test_five_overdue_messages_are_listed_and_the_rest_is_a_number() -> None:
    late = [message(at(DAY - timedelta(days=n)), title=f"第{n}件") for n in range(4, 11)]
    text = told(written(store(*late)), "responses")
    assert text.count("|区水务局|") == 5
    assert "逾期时间最长的5件" in text and "其余2件见逾期清单。" in text
    assert "见逾期清单" not in told(written(store(*late[:5])), "responses")


def test_somebody_is_asked_to_name_a_department_for_what_nobody_has() -> None:
    late = at(DAY - timedelta(days=4))
    text = told(written(store(message(late, ()), message(late))), "advice")
    assert "区水务局1件；请为尚未分派的逾期留言1件明确责任部门。（依据" in text
    assert "尽快答复" not in told(written(store(message(late, ()))), "advice")


def test_a_department_under_two_names_has_one_row() -> None:
    reply = Reply("已办", at(hour=11), "示例市示例区水务局")
    text = told(written(store(message(at(), reply=reply), message(at()))), "responses")
    assert "\n区水务局|2|1|1|0|" in text and "示例区水务局" not in text


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
    tally.flush(kept)
    notes = told(written(kept), "notes")
    assert "不属于公共服务专题约25条；只计数，不保存。" in notes
    assert "23" not in notes and "99" not in notes


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
    assert "增加50.0%；当日尚未结束，以上比较偏低；" in told(compared, "overview")
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
