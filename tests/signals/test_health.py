"""What is wrong with a source: found where it is, and not found in nights, weekends, holidays and quiet villages."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.model import CHINA, Kind
from monitor.ops.form import Form, form_doc, form_of
from monitor.ops.runs import RunState, SourceRun, SourceState
from monitor.settings.types import Source
from monitor.signals.calendar import DayType, day_type
from monitor.signals.illness import Ailment, HealthReason, Past, judge

NOW = datetime(2026, 11, 19, 15, tzinfo=CHINA)  # a Thursday
HOUR = timedelta(hours=1)
NEWS = Source(id="news", name="示例新闻", kind=Kind.NEWS, adapter="rss", url="https://news.example.org/f")


def run(
    ago_h: float, texts: int = 4, state: RunState = RunState.OK, failures=None, alike: str = "", now=NOW
) -> SourceRun:
    started = now - ago_h * HOUR
    form = Form(texts=texts)
    for i in range(texts):
        form.lengths[300 if alike == "length" else 200 + 37 * i + int(ago_h)] += 1
        if alike == "undated":
            form.undated += 1
        elif alike == "moment":
            form.moments["2026-11-18T07:11"] += 1
        elif alike == "day":
            form.moments["2026-11-16T16:00"] += 1
        else:
            form.moments[f"{started - i * timedelta(minutes=7):%Y-%m-%dT%H:%M}"] += 1
    return SourceRun(source="news", kind=Kind.NEWS, started=started, finished=started, state=state, new=texts,
                     failures=failures or {}, form=form)  # fmt: skip


def state(now=NOW, new_ago_h: float = 0.5, **more) -> SourceState:
    given = {"last_run": now, "last_ok": now, "last_new": now - new_ago_h * HOUR, "state": RunState.OK} | more
    return SourceState(source="news", **given)


def past(now=NOW, days=28, per_hour=None, seed=1) -> Past:
    """Texts by a plain rhythm: four an hour on workdays from 8 to 18, one on weekends, none at night."""
    rng = random.Random(seed)

    def usual(moment: datetime) -> float:
        if not 8 <= moment.hour < 18:
            return 0.0
        return 1.0 if moment.weekday() >= 5 else 4.0

    hours: dict[datetime, int] = {}
    start = now.replace(minute=0) - days * 24 * HOUR
    for i in range(days * 24):
        moment = start + i * HOUR
        mean = (per_hour or usual)(moment)
        hours[moment] = sum(rng.random() < mean / 10 for _ in range(10))
    by_day: Counter[date] = Counter()
    for moment, n in hours.items():
        by_day[moment.date()] += n
    return Past(hours=hours, days=dict(by_day))


def found(*decisions):
    return {d.value.ailment for d in decisions if d.value is not None}


def judged(known: SourceState, recent, before: Past, now=NOW, under_way=()):
    return judge(NEWS, known, recent, before, now, under_way)


STEADY = [run(h) for h in range(0, 20)]


def test_a_source_that_brings_what_it_usually_brings_is_well():
    assert found(*judged(state(), STEADY, past())) == set()


def test_one_that_never_ran_is_not_judged():
    [decision] = judged(SourceState(source="news"), [], Past())
    assert decision.reason is HealthReason.NEVER_RAN and decision.value is None


def test_the_third_failure_in_a_row_is_an_illness_and_hides_the_others():
    known = state(failures_in_row=3, state=RunState.FAILED, new_ago_h=60, message="连接超时")
    decisions = judged(known, STEADY, past())
    assert found(*decisions) == {Ailment.FAILING}
    assert "连接超时" in decisions[0].value.seen
    assert found(*judged(replace(known, failures_in_row=2), STEADY, past(), NOW)) <= {Ailment.SILENT}


def test_robots_that_newly_forbid_are_told_at_once_and_ones_that_always_did_are_not():
    refused = run(0, 0, RunState.REFUSED, {"robots": 1})
    assert found(*judged(state(failures_in_row=1), [refused, *STEADY], past())) == {Ailment.FORBIDDEN}
    assert found(*judged(state(failures_in_row=1, last_ok=None), [refused], Past())) == set()


@pytest.mark.parametrize("alike", ["length", "undated", "moment"])
def test_texts_that_suddenly_look_alike_are_a_changed_layout(alike):
    recent = [run(h, alike=alike) for h in range(3)] + STEADY[3:]
    [illness] = [d.value for d in judged(state(), recent, past()) if d.value]
    assert illness.ailment is Ailment.LAYOUT


def test_a_layout_that_stays_changed_stays_an_illness_when_it_has_become_the_past():
    recent = [run(h, alike="length") for h in range(40)]
    assert found(*judged(state(), recent, past(), under_way={Ailment.LAYOUT})) == {Ailment.LAYOUT}
    assert found(*judged(state(), [run(h) for h in range(3)] + recent, past(), under_way={Ailment.LAYOUT})) == set()


def test_a_source_that_has_always_looked_like_this_is_no_changed_layout():
    assert found(*judged(state(), [run(h, alike="undated") for h in range(40)], past())) == set()


def test_bare_dates_of_one_day_are_no_sign_but_of_several_days_are():
    same_day = [run(h, alike="day") for h in range(3)] + STEADY[3:]
    assert found(*judged(state(), same_day, past())) == set()
    days = [run(24 * d, texts=3, alike="day") for d in range(4)] + [run(100 + h) for h in range(20)]
    assert found(*judged(state(), days, past())) == {Ailment.LAYOUT}


def test_pages_without_any_text_three_times_are_a_changed_layout():
    blank = [run(h, 0, RunState.PARTIAL, {"no_text": 5}) for h in range(3)]
    assert found(*judged(state(), blank + STEADY, past())) == {Ailment.LAYOUT}
    assert found(*judged(state(), blank[:2] + STEADY, past())) == set()


def test_a_day_without_news_on_a_workday_is_silence():
    known = state(new_ago_h=31)  # since yesterday 8:00
    assert found(*judged(known, STEADY, past())) == {Ailment.SILENT}


def test_a_night_is_no_silence():
    early = NOW.replace(hour=7)
    known = state(early, new_ago_h=13)
    assert found(*judged(known, STEADY, past(early), early)) == set()


def test_a_quiet_weekend_is_no_silence_where_weekends_are_quiet():
    monday = datetime(2026, 11, 16, 7, tzinfo=CHINA)

    def office(moment):
        return 4.0 if moment.weekday() < 5 and 8 <= moment.hour < 18 else 0.0

    assert found(*judged(state(monday, new_ago_h=61), STEADY, past(monday, per_hour=office), monday)) == set()


def test_a_holiday_week_is_no_silence():
    after = datetime(2026, 10, 5, 15, tzinfo=CHINA)
    known = state(after, new_ago_h=4 * 24)
    assert (
        found(*judged(known, STEADY, past(after, per_hour=lambda m: 2.0 if 8 <= m.hour < 18 else 0.0), after)) == set()
    )


def test_nobody_looked_so_nobody_knows():
    known = state(new_ago_h=31, last_ok=NOW - 31 * HOUR)
    assert found(*judged(known, STEADY, past())) == set()


def test_a_source_with_a_text_a_week_is_never_called_silent_in_a_month():
    before = past(per_hour=lambda m: 10.0 if m.weekday() == 0 and m.hour == 9 else 0.0)
    assert found(*judged(state(new_ago_h=24 * 9), STEADY, Past(hours=before.hours, days={}))) == set()


@pytest.mark.parametrize(("n", "expected"), [(400, {Ailment.VOLUME}), (60, set()), (40, set()), (1, {Ailment.VOLUME})])
def test_a_day_far_out_of_its_usual_band_is_told_and_a_busy_one_is_not(n, expected):
    days = {date(2026, 11, 19) - timedelta(days=i): 40 + i % 5 for i in range(2, 29)}
    yesterday = date(2026, 11, 18)
    decisions = judged(state(), STEADY, Past(hours=None, days={**days, yesterday: n}))
    assert found(*decisions) == expected
    assert all(str(n) not in d.value.seen for d in decisions if d.value), "no counts: they may be of posts"


def kept_days(n_of, until=date(2026, 11, 18), days=28):
    return {until - timedelta(days=i): n_of(until - timedelta(days=i), i) for i in range(days)}


def test_a_small_source_that_brings_a_tenth_is_told_within_a_week_and_one_that_brings_half_is_not():
    def usual(day, i):
        return (3 if day.weekday() >= 5 else 8) + i % 3 - 1

    tenth = kept_days(lambda d, i: int(i % 3 == 0) if i < 7 else usual(d, i))
    [illness] = [d.value for d in judged(state(), STEADY, Past(days=tenth)) if d.value]
    assert (illness.ailment, "最近" in illness.seen) == (Ailment.VOLUME, True)
    half = kept_days(lambda d, i: usual(d, i) // 2 if i < 7 else usual(d, i))
    assert found(*judged(state(), STEADY, Past(days=half))) == set()


def test_a_slow_decay_is_told():
    decaying = kept_days(lambda d, i: round((3 if d.weekday() >= 5 else 20) * (6 / 7) ** max(0, 14 - i)))
    assert found(*judged(state(), STEADY, Past(days=decaying))) == {Ailment.VOLUME}


def test_a_workday_silence_is_told_the_next_day_though_a_long_holiday_lies_in_the_past():
    now = datetime(2026, 10, 20, 17, tzinfo=CHINA)  # a Tuesday, twelve days after the National Day holidays

    def office(moment):
        return 1.0 if day_type(moment.date()) is DayType.WORKDAY and 8 <= moment.hour < 18 else 0.0

    before = past(now, per_hour=office)
    last = max(h for h, n in before.hours.items() if n and h <= now - 30 * HOUR)
    hours = {h: n for h, n in before.hours.items() if h <= last}
    known = state(now, new_ago_h=(now - last) / HOUR)
    assert found(*judged(known, STEADY, Past(hours=hours), now)) == {Ailment.SILENT}


def test_four_titles_without_a_word_are_enough_where_there_were_words():
    def wordless(ago_h):
        made = run(ago_h, texts=1)
        made.form.lengths.clear()
        made.form.lengths[0] += 1
        return made

    recent = [wordless(h) for h in range(4)] + STEADY[4:]
    [illness] = [d.value for d in judged(state(), recent, past()) if d.value]
    assert (illness.ailment, "只有标题" in illness.seen) == (Ailment.LAYOUT, True)
    assert found(*judged(state(), recent[1:], past())) == set()
    assert found(*judged(state(), [wordless(h) for h in range(20)], past())) == set(), "it has always been like this"


def test_no_false_alarm_in_a_dozen_quiet_weeks():
    """Steady sources of every size looked at every hour of a week: the rules together hold their tongue."""
    alarms = 0
    for seed in range(12):
        rng = random.Random(seed)
        scale = rng.choice([0.05, 0.2, 1.0, 4.0])

        def usual(moment, scale=scale):
            return scale * (0.3 if moment.weekday() >= 5 else 1.0) * (1.0 if 7 <= moment.hour < 22 else 0.05)

        whole = past(days=35, per_hour=usual, seed=seed)
        filled = sorted(h for h, n in whole.hours.items() if n)
        for back in range(0, 7 * 24, 5):
            now = NOW - back * HOUR
            last = max((h for h in filled if h < now), default=None)
            if last is None:
                continue
            known = state(now, new_ago_h=(now - last) / HOUR)
            hours = {h: n for h, n in whole.hours.items() if h < now}
            days = {d: n for d, n in whole.days.items() if d < now.date()}
            alarms += bool(found(*judged(known, STEADY, Past(hours=hours, days=days), now)))
    assert alarms == 0


def test_the_form_of_a_run_survives_being_written_down():
    form = run(0, texts=6, alike="moment").form
    again = form_of(form_doc(form))
    assert (again.texts, again.undated, again.moments) == (6, 0, form.moments)
    assert form_of({}) == Form()
