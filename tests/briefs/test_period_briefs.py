"""Weekly, monthly, topic and watch briefs: their days, numbers and words; thin, missing and hostile data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.alerts.types import AlertState, alert_id
from monitor.briefs import BriefKind, render
from monitor.briefs.codec import of_json
from monitor.briefs.periods import month_of, number_of, period_of, usual_day
from monitor.briefs.types import Bars, Brief, Chart, Figure, HeatMap, Link, Panels, Part, Stack, Table, parts_of, words
from monitor.errors import BadQuery
from monitor.model import CHINA, Reply
from monitor.ops import runs
from monitor.settings.types import BriefSettings
from monitor.store import Store
from tests.briefs.build import DAY, article, at, message, messages, posts, settings, store
from tests.briefs.period_data import LAST, drawn, rules
from tests.briefs.test_alert_section import alert
from tests.briefs.test_writing import told

RULES = rules()
NOW = datetime(2026, 12, 2, 9, tzinfo=CHINA)
SUBJECTS = {BriefKind.TOPIC: "供水", BriefKind.WATCH: "flood"}
KINDS = tuple(BriefKind)
WATER = {"watch": [{"id": "flood", "name": "秋汛", "begin": date(2026, 11, 16), "end": date(2026, 11, 30)}]}


_KNOWN: dict[tuple[int, BriefKind, date, datetime], Brief] = {}


def made(kept: Store, kind: BriefKind, day: date = LAST, now: datetime = NOW, **changes: Any) -> Brief:
    if changes:
        return briefs.make(settings(watch=WATER, **changes), kept, kind, day, now, SUBJECTS.get(kind, ""))
    key = (id(kept), kind, day, now)
    if key not in _KNOWN:
        _KNOWN[key] = briefs.make(RULES, kept, kind, day, now, SUBJECTS.get(kind, ""))
    return _KNOWN[key]


@pytest.fixture(scope="module")
def full() -> Iterator[Store]:
    records, _ = drawn(2)
    kept = store(*records)
    onset = at(date(2026, 11, 18), 9)
    AlertBook(kept).open_new(
        alert("供水", 2, onset, acknowledged_at=onset + timedelta(minutes=95), acknowledged_by="a")
    )
    done = alert("噪音", 4, at(date(2026, 11, 3), 10), state=AlertState.RECOVERED)
    end = at(date(2026, 11, 4), 10)
    AlertBook(kept).open_new(replace(done, recovered_at=end, acknowledged_at=done.opened_at + timedelta(minutes=20)))
    yield kept
    _KNOWN.clear()


# Days and numbers


def test_a_week_runs_from_monday_to_sunday_and_a_month_from_its_first_to_its_last_day() -> None:
    for day in (date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 22)):
        period = period_of(RULES, BriefKind.WEEKLY, day, NOW)
        assert (period.first, period.last) == (date(2026, 11, 16), date(2026, 11, 22))
        assert period.before[0] == (date(2026, 11, 9), date(2026, 11, 15))
        assert len(period.before) == 4
    assert month_of(date(2028, 2, 11)) == (date(2028, 2, 1), date(2028, 2, 29))
    january = period_of(RULES, BriefKind.MONTHLY, date(2026, 1, 31), NOW)
    assert january.before == ((date(2025, 12, 1), date(2025, 12, 31)),)


@given(
    st.dates(date(2026, 1, 1), date(2031, 12, 31)),
    st.sampled_from([BriefKind.DAILY, BriefKind.WEEKLY, BriefKind.MONTHLY]),
)
def test_numbers_of_a_year_begin_at_one_and_have_no_gap(day: date, kind: BriefKind) -> None:
    plain, now = BriefSettings(), datetime(2033, 1, 1, tzinfo=CHINA)
    this = period_of(RULES, kind, day, now)
    following = period_of(RULES, kind, this.last + timedelta(days=1), now)
    n, after = number_of(this.last, plain, kind), number_of(following.last, plain, kind)
    assert n is not None and after == (n + 1 if following.last.year == this.last.year else 1)


def test_numbers_count_from_the_first_issue_within_its_year() -> None:
    late = BriefSettings(first_issue="2026-11-20")
    assert [number_of(date(2026, 11, d), late, BriefKind.WEEKLY) for d in (15, 22, 29)] == [None, 1, 2]
    assert [number_of(month_of(date(2026, m, 1))[1], late, BriefKind.MONTHLY) for m in (10, 11, 12)] == [None, 1, 2]
    assert number_of(date(2027, 1, 3), late, BriefKind.WEEKLY) == 1


def test_topic_and_watch_briefs_have_no_number_before_they_are_issued(full: Store) -> None:
    for kind in (BriefKind.TOPIC, BriefKind.WATCH):
        brief = made(full, kind)
        assert (brief.number, brief.issue) == (None, "〔2026〕未编号")
    assert made(full, BriefKind.TOPIC).id == "topic.4eadc9df.2026-11-30"
    assert made(full, BriefKind.WATCH).id == "watch.flood.2026-11-25"


def test_what_cannot_be_written_is_refused_with_a_way_out(full: Store) -> None:
    cases = [
        (BriefKind.WEEKLY, NOW.date() + timedelta(days=7), "", "还没有开始"),
        (BriefKind.TOPIC, LAST, "", "要指明专题"),
        (BriefKind.TOPIC, LAST, "供电", "没有专题“供电”"),
        (BriefKind.WATCH, LAST, "x", "没有重点时段“x”"),
        (BriefKind.MONTHLY, LAST, "供水", "不分专题"),
    ]
    for kind, day, subject, said in cases:
        with pytest.raises(BadQuery, match=said) as caught:
            briefs.make(RULES, full, kind, day, NOW, subject)
        assert caught.value.hint
    with pytest.raises(BadQuery, match="没有“yearly”这种专报"):
        briefs.make(RULES, full, "yearly", LAST, NOW)


def test_the_usual_day_is_of_the_last_period_that_is_over() -> None:
    monday, first = datetime(2026, 11, 23, 7, 30, tzinfo=CHINA), datetime(2027, 1, 1, 7, 30, tzinfo=CHINA)
    assert period_of(RULES, BriefKind.WEEKLY, usual_day(BriefKind.WEEKLY, monday), monday).last == date(2026, 11, 22)
    assert usual_day(BriefKind.MONTHLY, first) == date(2026, 12, 31)
    assert usual_day(BriefKind.DAILY, first) == date(2026, 12, 31)


# Words


def test_a_week_is_compared_with_the_week_before_and_four_weeks_and_tells_what_the_change_comes_from() -> None:
    kept = store(
        *messages(40, date(2026, 11, 18)), *messages(20, date(2026, 11, 19), topics=("噪音",)),
        *(m for n in (1, 2, 3, 4) for m in messages(20, date(2026, 11, 18) - timedelta(days=7 * n))),
        *(m for n in (1, 2, 3, 4) for m in messages(10, date(2026, 11, 19) - timedelta(days=7 * n), topics=("噪音",))),
        message(at(date(2026, 10, 10))),
    )  # fmt: skip
    brief = made(kept, BriefKind.WEEKLY, DAY, at(date(2026, 11, 23), 8), topics={})
    assert (
        "本周采集到群众留言60件，较上周（30件）增加100.0%，增量的67%来自供水，前四周周均30.0件，其中负面60件"
        in told(brief, "overview")
    )


def test_a_month_is_compared_with_the_month_before_and_ranks_its_matters() -> None:
    kept = store(
        *messages(12, date(2026, 11, 5)), *messages(30, date(2026, 11, 6), topics=("噪音",)),
        *messages(20, date(2026, 10, 5)), *messages(14, date(2026, 10, 6), topics=("噪音",)),
        message(at(date(2026, 9, 30))),
    )  # fmt: skip
    brief = made(kept, BriefKind.MONTHLY, LAST, NOW, topics={})
    assert "本月采集到群众留言42件，较上月（34件）增加23.5%，增量全部来自噪音" in told(brief, "overview")
    assert "名次上升的有噪音（第2位升至第1位）；下降的有供水（第1位降至第2位）。" in told(brief, "matters")
    heat = next(b for b in brief.section("overview").blocks if isinstance(b, HeatMap))
    assert len(heat.days) == 30 and dict(heat.days)[date(2026, 11, 6)] == 30
    assert "最多的是11月6日，30件" in heat.alt


def test_a_running_week_is_compared_with_the_same_days_of_the_week_before() -> None:
    kept = store(
        *messages(20, date(2026, 11, 16)), *messages(10, date(2026, 11, 9)), *messages(50, date(2026, 11, 14)),
        message(at(date(2026, 11, 2))), message(at(date(2026, 10, 1))),
    )  # fmt: skip
    now = at(date(2026, 11, 17), 12)
    brief = made(kept, BriefKind.WEEKLY, date(2026, 11, 17), now, topics={})
    overview = told(brief, "overview")
    assert brief.partial and (brief.day, brief.end) == (date(2026, 11, 22), now)
    assert "截至11月17日12时，本周采集到群众留言20件，较上周同期（10件）增加100.0%" in overview
    assert "最后一天尚未结束，以上比较偏低。" in overview


def test_alerts_of_a_longer_period_tell_how_fast_they_were_taken(full: Store) -> None:
    month = told(made(full, BriefKind.MONTHLY), "alerts")
    assert "本月新发预警2起（橙色1起、蓝色1起）；签收用时中位数28分钟；尚未恢复的预警1起；本月恢复1起。" in month
    week = made(full, BriefKind.WEEKLY, date(2026, 11, 22), at(date(2026, 11, 23), 8))
    assert "本周新发预警1起（橙色1起）" in told(week, "alerts")
    chart = next(b for b in week.section("overview").blocks if isinstance(b, Chart))
    assert {d.day: d.alert for d in chart.days if d.alert} == {date(2026, 11, 3): 4, date(2026, 11, 18): 2}


def test_every_kind_has_its_pictures(full: Store) -> None:
    drawn_in = {
        kind: {
            type(b)
            for s in made(full, kind).sections
            for b in s.blocks
            if isinstance(b, Chart | Bars | Stack | HeatMap | Panels)
        }
        for kind in KINDS
    }
    assert Chart in drawn_in[BriefKind.DAILY] and Stack not in drawn_in[BriefKind.DAILY]
    assert {Chart, Bars, Stack} <= drawn_in[BriefKind.WEEKLY]
    assert {HeatMap, Bars, Panels, Stack} <= drawn_in[BriefKind.MONTHLY]
    assert Chart in drawn_in[BriefKind.TOPIC]
    assert Panels in drawn_in[BriefKind.WATCH]


def test_the_band_of_a_chart_is_drawn_where_four_weeks_are_known(full: Store) -> None:
    chart = next(b for b in made(full, BriefKind.DAILY).section("overview").blocks if isinstance(b, Chart))
    assert chart.band_name and all(d.low is not None and d.high is not None and d.low <= d.high for d in chart.days)
    young = store(*messages(5), *messages(4, DAY - timedelta(days=7)))
    short = next(b for b in made(young, BriefKind.DAILY, DAY).section("overview").blocks if isinstance(b, Chart))
    assert not short.band_name and all(d.high is None for d in short.days)


def test_a_topic_brief_tells_places_words_and_the_newest_messages(full: Store) -> None:
    brief = made(full, BriefKind.TOPIC)
    section = brief.section("matters")
    assert brief.title == "供水专题监测" and section.title == "反映情况"
    titles = [b.title for b in section.blocks if isinstance(b, Table)]
    assert titles[:2] == ["涉及的街道（镇）", "最近的留言与办理"]
    assert "主要词语：供水（留言" in told(brief, "matters")
    newest = next(b for b in section.blocks if isinstance(b, Table) and b.title == "最近的留言与办理")
    assert {words(row[3]) for row in newest.rows} <= {"办理中", "即将到期", "已逾期", "按时答复", "超时答复"}
    assert "近30日“供水”方面采集到群众留言" in told(brief, "overview")


def test_a_running_window_brings_the_last_hours_beside_the_usual_ones(full: Store) -> None:
    now = at(date(2026, 11, 20), 10)
    brief = made(full, BriefKind.WATCH, now.date(), now)
    tables = [b for b in brief.section("overview").blocks if isinstance(b, Table)]
    assert tables[0].title == "最近6小时（至11月20日10时）"
    assert brief.partial
    over = made(full, BriefKind.WATCH)
    assert not [b for b in over.section("overview").blocks if isinstance(b, Table)]


# Thin, missing, hostile


@pytest.mark.parametrize("kind", KINDS)
def test_a_period_without_any_data_gives_a_proper_brief_that_says_so(kind: BriefKind) -> None:
    brief = made(store(), kind)
    assert "没有可以报告的公开数据" in words(brief.lead)
    assert "没有收到群众留言。" in told(brief, "responses")
    assert [s.key for s in brief.sections][-1] == "notes"
    for name in ("json", "html"):
        assert render.FORMATS[name](brief, "http://127.0.0.1")


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_with_one_message_says_that_there_is_too_little(kind: BriefKind) -> None:
    brief = made(store(message(at(date(2026, 11, 25), 9), ("供水",))), kind, date(2026, 11, 25))
    text = "\n".join(told(brief, s.key) for s in brief.sections if s.key != "notes")
    assert "1件" in text
    assert not re.search(r"\d%", told(brief, "overview"))


def test_the_first_week_of_a_service_compares_with_nothing(full: Store) -> None:
    kept = store(*messages(20, date(2026, 11, 18)), *posts(40, date(2026, 11, 18)))
    overview = told(made(kept, BriefKind.WEEKLY, date(2026, 11, 18)), "overview")
    assert "群众留言、公开帖文尚无前四周周均数据可比。" in overview
    assert "较" not in overview


def test_a_week_of_the_new_year_compares_with_the_old_one() -> None:
    kept = store(*messages(9, date(2027, 1, 2)), *messages(6, date(2026, 12, 26)), message(at(date(2026, 11, 1))))
    brief = briefs.make(RULES, kept, "weekly", date(2027, 1, 1), datetime(2027, 1, 5, 8, tzinfo=CHINA))
    assert brief.issue == "〔2027〕第 1 期"
    assert "较上周（6件）增加50.0%" in told(brief, "overview")
    assert "2026年12月28日" in render.html(brief).decode() or brief.begin.date() == date(2026, 12, 28)


def test_posts_under_ten_stay_untold_in_every_kind() -> None:
    kept = store(*posts(9, date(2026, 11, 25), ("供水",)), *messages(3, date(2026, 11, 25)))
    for kind in KINDS:
        brief = made(kept, kind, date(2026, 11, 25))
        for figure in brief.figures():
            if "kind=post" in figure.query:
                assert figure.value is None or figure.value == 0, (kind, figure)


def test_a_watch_window_adds_up_only_days_that_are_told() -> None:
    """Any span may be a window: posts of days under ten count nothing, so that two windows cannot be subtracted."""
    days = [date(2026, 11, 10) + timedelta(days=n) for n in range(4)]
    kept = store(*(p for day, n in zip(days, (9, 9, 23, 12), strict=True) for p in posts(n, day, ("供水",))))
    brief = made(kept, BriefKind.WATCH, date(2026, 11, 13))
    figure = next(f for f in brief.figures() if "kind=post" in f.query and f.unit == "条")
    assert figure.value == 25 + 10


def test_a_source_that_is_down_is_told_in_every_kind() -> None:
    for kind in KINDS:
        rule = settings(
            watch=WATER,
            sources={
                "source": [
                    {"id": "f", "name": "论坛", "kind": "post", "adapter": "rss", "url": "https://f.example.cn/"}
                ]
            },
        )
        kept = store(message(at(date(2026, 11, 20))))
        failed = runs.SourceRun(source="f", kind=rule.sources.source[0].kind, started=at(date(2026, 11, 20)), finished=at(date(2026, 11, 20), 10),
                                state=runs.RunState.FAILED, message="连接被拒绝")  # fmt: skip
        runs.record(kept, failed)
        brief = briefs.make(rule, kept, kind, date(2026, 11, 20), NOW, SUBJECTS.get(kind, ""))
        assert "论坛：连接被拒绝" in told(brief, "notes")


@pytest.mark.parametrize(
    "title", ["长" * 300, "<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "停水😭👨‍👩‍👧了", "a\u202eb\x00c", "   "]
)  # fmt: skip
def test_hostile_titles_pass_through_every_kind_and_format(title: str) -> None:
    when = at(date(2026, 11, 20), 9)
    kept = store(
        *(message(when + timedelta(minutes=n), ("供水",), title=title, places=("青石街道",)) for n in range(6)),
        *(article(when, title) for _ in range(2)),
    )  # fmt: skip
    for kind in KINDS:
        brief = made(kept, kind, date(2026, 11, 20), at(date(2026, 11, 24), 9))
        page = render.html(brief).decode()
        assert "<script>alert" not in page
        assert "\u202e" not in page and "\x00" not in page
        assert kind is not BriefKind.TOPIC or render.FORMATS["docx"](brief, "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_store_day_and_settings_give_the_same_bytes_whenever_it_is_made(full: Store, kind: BriefKind) -> None:
    day = LAST - timedelta(days=1)
    once, again = made(full, kind, day), made(full, kind, day, now=NOW + timedelta(days=3))
    for name in ("json", "html", "docx"):
        assert render.FORMATS[name](once, "http://a") == render.FORMATS[name](again, "http://a"), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_brief_comes_back_from_its_json_as_it_was(full: Store, kind: BriefKind) -> None:
    brief = made(full, kind)
    assert of_json(json.loads(render.as_json(brief))) == brief


def test_what_stands_before_the_lead_names_the_period(full: Store) -> None:
    pages = {kind: render.html(made(full, kind)).decode() for kind in KINDS}
    assert "今日要点：" in pages[BriefKind.DAILY]
    assert "本周要点：" in pages[BriefKind.WEEKLY] and "今日" not in pages[BriefKind.WEEKLY]
    assert "本月要点：" in pages[BriefKind.MONTHLY] and "当日" not in pages[BriefKind.MONTHLY]


# No figure twice with different values


@pytest.mark.parametrize("kind", KINDS)
def test_equal_queries_about_equal_things_carry_equal_values(full: Store, kind: BriefKind) -> None:
    """Walks a brief: a figure is known by its query, its unit and the words right before it."""
    brief = made(full, kind)
    found: dict[tuple[str, str, str], set[float | None]] = {}
    for before, figure in _with_context(brief):
        found.setdefault((figure.query, figure.unit, before), set()).add(figure.value)
    twice = {key: values for key, values in found.items() if len(values) > 1}
    assert not twice
    # Messages of a topic in the period: told in several places, one number.
    counts: dict[str, set[float | None]] = {}
    for _, figure in _with_context(brief):
        if figure.unit == "件" and "kind=board" in figure.query and "periods" not in figure.query:
            counts.setdefault(figure.query, set()).add(figure.value)
    assert len(found) > 20 and counts


def _with_context(brief: Brief) -> Iterator[tuple[str, Figure]]:
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                named = [row for row in block.rows if not isinstance(row[0][0], Link)]  # titles may be alike
                for row in named:
                    for name, cell in zip(block.columns, row, strict=True):
                        yield from ((f"{block.title}|{name}|{words(row[0])}", p) for p in cell if isinstance(p, Figure))
                continue
            if isinstance(block, Bars):
                yield from ((f"bar|{bar.name}", bar.value) for bar in block.bars)
                continue
            yield from _of_parts(parts_of(block))


def _of_parts(parts: tuple[Part, ...]) -> Iterator[tuple[str, Figure]]:
    """Each figure with the words of its clause before it."""
    clause = ""
    for part in parts:
        if isinstance(part, Figure):
            yield clause, part
        clause = re.split("[；。、：]", clause + (part if isinstance(part, str) else part.text))[-1]


def test_a_reply_makes_a_difference_to_the_next_brief_and_to_nothing_before_it(full: Store) -> None:
    """As of its own morning a brief stays what it was, whatever was answered since."""
    when = at(date(2026, 11, 20), 9)
    late = [
        message(when, ("供水",), reply=Reply("已修复，恢复供水，请您放心使用。", when + timedelta(days=d), "区水务局"))
        for d in (1, 9)
    ]
    kept = store(*late)
    week = made(kept, BriefKind.WEEKLY, date(2026, 11, 20))
    assert "本周收到2件，已答复1件；样本不足" in told(week, "responses")
    month = made(kept, BriefKind.MONTHLY, date(2026, 11, 20))
    assert "本月收到2件，已全部答复" in told(month, "responses")


def test_the_id_of_an_alert_is_asked_for_once(full: Store) -> None:
    """Two briefs name one alert by one query."""
    wanted = alert_id("供水", at(date(2026, 11, 18), 9))
    for kind in (BriefKind.WEEKLY, BriefKind.MONTHLY):
        queries = {f.query for f in made(full, kind, date(2026, 11, 20)).figures()}
        assert any(wanted.split(".")[1] in q for q in queries)
