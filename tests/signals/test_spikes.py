"""The spike rule is pure: these tests need no store and no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.disclosure import ReleasedCount
from monitor.model import CHINA, Kind, Verdict
from monitor.settings.spikes import SpikeSettings
from monitor.signals.baseline import Expected
from monitor.signals.scan import scan
from monitor.signals.spikes import HOUR, Measure, Pattern, Reason, Series, explained, judge, judge_in, window_end

START = datetime(2026, 10, 1, tzinfo=CHINA)
RULE = SpikeSettings()
DAYS = 30
NOW = START + timedelta(days=DAYS)


def series(counts, kind=Kind.POST, **more):
    """A series that ends at NOW, quiet before what ``counts`` says of its last hours."""
    whole = [0] * (DAYS * 24 - len(counts)) + list(counts)
    values = {"topic": "供水", "measure": Measure.NEGATIVE, "start": START, "known_from": START, **more}
    return Series(parts={kind: whole}, **values)


def steady(mean, seed=1, last=(), kind=Kind.POST, **more):
    counts = np.random.default_rng(seed).poisson(mean, DAYS * 24).tolist()
    if last:
        counts[-len(last) :] = last
    return series(counts, kind, **more)


def test_a_burst_over_a_quiet_past_is_an_alarm():
    decision = judge(steady(0.2, last=(9, 15, 21)), NOW, RULE)
    assert decision.verdict is Verdict.ALARM and decision.reason is Reason.ABOVE_BAND
    assert decision.value.observed[Kind.POST].value == 45
    assert decision.value.total == 45
    assert decision.value.high == 5
    assert not decision.value.thin_history


def test_the_usual_level_of_a_busy_topic_is_calm():
    assert judge(steady(10), NOW, RULE).reason in (Reason.WITHIN_BAND, Reason.ELEVATED)


def test_the_same_count_is_an_alarm_at_night_and_calm_by_day():
    day = [2 if 8 <= hour % 24 < 20 else 0 for hour in range(DAYS * 24)]
    by_night = list(day)
    by_night[-3:] = [6, 6, 6]  # 21:00 to 24:00
    night = judge(series(by_night), NOW, RULE)
    busy = [12 if 8 <= hour % 24 < 20 else 0 for hour in range(DAYS * 24)]
    noon = NOW - 12 * HOUR
    by_day = judge(series(busy), noon, RULE)
    assert night.kept
    assert not by_day.kept


def test_fewer_than_ten_are_never_an_alarm_however_unusual():
    assert judge(series((0, 0, 9)), NOW, RULE).reason is Reason.BELOW_MINIMUM
    assert judge(series((0, 0, 9), Kind.BOARD), NOW, RULE).reason is Reason.BELOW_MINIMUM


def test_posts_under_ten_do_not_help_others_over_the_minimum():
    """An alarm of 9 posts and 9 messages would tell that there are posts, and about how many (S3)."""
    both = Series(
        topic="供水", measure=Measure.NEGATIVE, start=START, known_from=START,
        parts={Kind.POST: [0] * (DAYS * 24 - 1) + [9], Kind.BOARD: [0] * (DAYS * 24 - 1) + [9]},
    )  # fmt: skip
    assert judge(both, NOW, RULE).reason is Reason.BELOW_MINIMUM


def test_a_spike_holds_only_figures_that_may_be_shown():
    spike = judge(steady(0.2, last=(10, 17, 20)), NOW, RULE).value
    assert isinstance(spike.observed[Kind.POST], ReleasedCount)
    assert "47" not in repr(spike)


def test_a_series_does_not_show_its_counts():
    assert "4711" not in repr(series((4711,)))


def test_a_past_outbreak_does_not_hide_the_next_one():
    counts = np.random.default_rng(3).poisson(0.3, DAYS * 24).tolist()
    counts[-10 * 24 - 12 : -10 * 24] = [30] * 12
    counts[-3:] = [5, 8, 9]
    assert judge(series(counts), NOW, RULE).kept


def test_a_past_outbreak_does_not_make_the_usual_look_odd():
    counts = np.random.default_rng(3).poisson(5, DAYS * 24).tolist()
    counts[-10 * 24 - 12 : -10 * 24] = [60] * 12
    assert not judge(series(counts), NOW, RULE).kept


def test_without_history_nothing_is_unusual():
    decision = judge(series((9, 15, 21), known_from=NOW - timedelta(days=2)), NOW, RULE)
    assert decision.reason is Reason.NO_HISTORY
    assert judge(series((9, 15, 21), known_from=None), NOW, RULE).reason is Reason.NO_HISTORY


def test_a_thin_history_asks_for_more_and_says_so():
    thin = {"known_from": NOW - timedelta(days=5)}
    assert judge(series((0, 5, 7), **thin), NOW, RULE).reason is Reason.BELOW_MINIMUM
    assert judge(series((0, 5, 7)), NOW, RULE).kept
    decision = judge(series((9, 15, 21), **thin), NOW, RULE)
    assert decision.kept and decision.value.thin_history


def test_calm_on_a_broken_source_is_not_called_calm():
    assert judge(series((0, 0, 0), broken=True), NOW, RULE).reason is Reason.SOURCE_BROKEN


def test_what_the_other_sources_raise_is_heard_while_one_is_broken():
    assert judge(steady(0.2, last=(9, 15, 21), broken=True), NOW, RULE).kept


def test_the_running_hour_is_compared_with_a_whole_one():
    """Twenty past: the window is the running hour and the two before it."""
    at = NOW - HOUR + timedelta(minutes=20)
    assert window_end(at) == NOW and window_end(NOW) == NOW
    assert judge(steady(0.2, last=(0, 0, 30)), at, RULE).value.end == NOW


def test_onset_is_the_first_hour_that_stands_out():
    assert judge(steady(0.2, last=(0, 15, 21)), NOW, RULE).value.onset == NOW - 2 * HOUR


def test_later_hours_do_not_change_an_earlier_judgement():
    counts = np.random.default_rng(5).poisson(4, DAYS * 24).tolist()
    then = NOW - 30 * HOUR
    changed = [*counts[:-30], *([500] * 30)]
    assert judge(series(counts), then, RULE) == judge(series(changed), then, RULE)


def test_a_parent_is_explained_by_its_subtopic_and_not_by_an_unrelated_rest():
    child = steady(0.2, last=(9, 15, 21), topic="二次供水")
    parent = [a + b for a, b in zip(child.parts[Kind.POST], steady(1, seed=2).parts[Kind.POST], strict=True)]
    assert judge(series(parent), NOW, RULE).kept
    assert explained(series(parent), [child], NOW, RULE)
    more = [*parent[:-1], parent[-1] + 40]
    assert not explained(series(more), [child], NOW, RULE)


@given(mean=st.floats(0.01, 200), dispersion=st.floats(0.02, 3), count=st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_the_tail_is_that_of_the_negative_binomial(mean, dispersion, count):
    from scipy.stats import nbinom

    size = 1 / dispersion
    assert Expected(mean, dispersion).tail(count) == pytest.approx(
        nbinom.sf(count - 1, size, size / (size + mean)), rel=1e-6, abs=1e-12
    )


@given(mean=st.floats(0.01, 300), dispersion=st.floats(0.02, 2), probability=st.sampled_from((0.05, 0.5, 0.95)))
@settings(max_examples=60, deadline=None)
def test_the_quantile_is_that_of_the_negative_binomial(mean, dispersion, probability):
    from scipy.stats import nbinom

    size = 1 / dispersion
    assert Expected(mean, dispersion).quantile(probability) == int(nbinom.ppf(probability, size, size / (size + mean)))


@given(st.lists(st.integers(0, 400), min_size=3, max_size=3), st.floats(0.05, 20))
@settings(max_examples=10, deadline=None)
def test_more_texts_never_turn_an_alarm_into_calm(last, mean):
    first = judge(steady(mean, last=last), NOW, RULE)
    # A whole rounding step more, so that the released count cannot fall.
    second = judge(steady(mean, last=[n + 5 for n in last]), NOW, RULE)
    assert second.kept or not first.kept


def calm(mean, hours, rng):
    shape = 1 + 0.8 * np.sin((np.arange(hours) % 24 - 9) / 24 * 2 * np.pi)
    return rng.poisson(mean * shape * rng.gamma(10, 0.1, hours)).tolist()


def test_calm_months_are_quiet():
    """12 topic-months of over-dispersed counts: at most one run of false alarms in four (design: measures.md)."""
    rng, runs = np.random.default_rng(11), 0
    many = [
        Series(
            topic=f"t{i}",
            measure=Measure.NEGATIVE,
            start=START,
            known_from=START,
            parts={Kind.POST: calm(mean, 60 * 24, rng)},
        )
        for i, mean in enumerate(np.geomspace(0.1, 20, 12))
    ]
    found = scan(many, START + 60 * 24 * HOUR, RULE)
    for each in many:
        quiet = True
        for hour in range(30 * 24, 60 * 24):
            alarm = judge_in(found, each, START + hour * HOUR, RULE).kept
            runs += alarm and quiet
            quiet = not alarm
    assert runs <= 3


def test_a_slow_rise_over_days_is_an_early_sign():
    """A level that grows by a fifth every twelve hours for three days; no hour of it is a burst."""
    counts = np.random.default_rng(2).poisson(1.5, DAYS * 24).tolist()
    for hour in range(72):
        counts[DAYS * 24 - 72 + hour] += round(1.5 * hour / 48)
    decisions = [judge(series(counts), NOW - back * HOUR, RULE) for back in range(60, -1, -6)]
    first = next(d.value for d in decisions if d.kept)
    assert first.pattern is Pattern.RISE
    assert first.window_h >= 24


def test_a_burst_is_seen_by_the_shortest_clock_within_its_first_hour():
    spike = judge(steady(0.2, last=(0, 0, 30)), NOW, RULE).value
    assert (spike.window_h, spike.pattern) == (1, Pattern.BURST)


def test_growth_compares_released_totals_and_says_nothing_of_hidden_ones():
    small = judge(steady(0.2, last=(0, 9, 40)), NOW, RULE).value
    assert small.growth == 1.0
    grown = judge(steady(0.2, last=(*[0] * 5, 20, 60)), NOW, SpikeSettings(clocks_h=(1,))).value
    assert grown.growth == pytest.approx(3.0)


def test_one_kind_alone_is_heard_beneath_the_noise_of_the_others():
    rng = np.random.default_rng(4)
    board = rng.poisson(0.2, DAYS * 24)
    board[-2:] = [8, 8]
    both = Series(
        topic="供水", measure=Measure.NEGATIVE, start=START, known_from=START,
        parts={Kind.POST: rng.poisson(60 * rng.gamma(4, 0.25, DAYS * 24)).tolist(), Kind.BOARD: board.tolist()},
    )  # fmt: skip
    spike = judge(both, NOW, RULE).value
    assert set(spike.observed) == {Kind.BOARD}
    assert spike.total == 16


def test_texts_that_come_late_after_an_outage_are_no_burst():
    counts = np.random.default_rng(6).poisson(12, DAYS * 24).tolist()
    missing = sum(counts[-9:-1])
    counts[-9:-1] = [0] * 8
    counts[-1] += missing
    assert not judge(series(counts), NOW, RULE).kept
    counts[-1] += 3 * missing
    assert judge(series(counts), NOW, RULE).kept


def test_days_when_a_source_was_down_are_left_out_of_the_baseline():
    counts = np.random.default_rng(7).poisson(4, DAYS * 24).tolist()
    hours = range(DAYS * 24 - 8 * 24, DAYS * 24 - 2 * 24)
    for hour in hours:
        counts[hour] = 1  # too much to be taken for an outage, too little to be true
    counts[-1] = 13
    assert not judge(series(counts, down=frozenset(hours)), NOW, RULE).kept
    assert judge(series(counts, down=frozenset(hours)), NOW, RULE).facts == {}


def test_a_holiday_the_program_does_not_know_can_be_configured():
    rule = SpikeSettings(holidays=("2027-02-05/2027-02-11",), workdays=("2027-02-20",))
    from datetime import date

    from monitor.signals.calendar import DayType, day_type
    from monitor.signals.series import configured_days

    days = configured_days(rule)
    assert day_type(date(2027, 2, 8), days) is DayType.HOLIDAY
    assert day_type(date(2027, 2, 20), days) is DayType.WORKDAY
    assert day_type(date(2027, 2, 8)) is DayType.WORKDAY
