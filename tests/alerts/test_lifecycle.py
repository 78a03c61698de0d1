"""The life of an alert as a pure fold; no store, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts.lifecycle import Watch, hours_to_judge, merge, settle, step
from monitor.alerts.types import AlertState, Event
from monitor.disclosure import release
from monitor.model import Decision, ExactCount, Kind, Verdict
from monitor.signals.spikes import HOUR, Measure, Pattern, Reason, Spike
from tests.alerts.desk import NOON, settings_of

CALM = Decision(Verdict.CALM, Reason.WITHIN_BAND)


def spike(end=NOON, n=25, high=10, **more):
    values = {
        "topic": "供水", "measure": Measure.NEGATIVE, "onset": end - 2 * HOUR, "begin": end - 3 * HOUR, "end": end,
        "window_h": 3, "observed": {Kind.POST: release(ExactCount(n))}, "total": release(ExactCount(n)).value, "low": 0, "high": high,
        "thin_history": False,
    }  # fmt: skip
    return Spike(**(values | more))


def alarm(**more):
    return Decision(Verdict.ALARM, Reason.ABOVE_BAND, spike(**more))


def opened(tmp_path, **more):
    return step(Watch(topic="供水"), NOON, alarm(**more), settings_of(tmp_path), NOON)


def test_an_alarm_opens_an_alert_with_department_and_clock(tmp_path):
    alert = opened(tmp_path).current
    assert alert.state is AlertState.OPEN
    assert (alert.department, alert.rule) == ("区水务局", "water")
    assert alert.onset == NOON - 2 * HOUR
    assert alert.deadline == alert.onset + timedelta(hours=24)
    assert [o.event for o in alert.owed] == [Event.OPENED]


def test_a_graver_level_brings_the_plans_graver_rule_and_is_owed(tmp_path):
    watch = step(opened(tmp_path), NOON + HOUR, alarm(end=NOON + HOUR, n=60), settings_of(tmp_path), NOON + HOUR)
    assert (watch.current.level, watch.current.department) == (2, "区应急局")
    assert watch.current.deadline == watch.current.onset + timedelta(hours=5), "the clock runs from the onset"
    assert [o.name for o in watch.current.owed] == ["opened", "raised2"]


def test_a_milder_hour_changes_neither_level_nor_peak(tmp_path):
    first = opened(tmp_path, n=60)
    later = step(first, NOON + HOUR, alarm(end=NOON + HOUR, n=15), settings_of(tmp_path), NOON + HOUR)
    assert later.current == first.current


def test_one_calm_hour_is_not_a_recovery_and_two_are(tmp_path):
    settings = settings_of(tmp_path)
    one = step(opened(tmp_path), NOON + HOUR, CALM, settings, NOON + HOUR)
    assert one.current is not None
    two = step(one, NOON + 2 * HOUR, CALM, settings, NOON + 2 * HOUR)
    assert two.current is None
    assert two.finished[0].state is AlertState.RECOVERED
    assert two.finished[0].recovered_at == NOON + 2 * HOUR


def test_calm_hours_do_not_add_up_over_an_elevated_one(tmp_path):
    settings, watch = settings_of(tmp_path), opened(tmp_path)
    for i, reason in enumerate((Reason.WITHIN_BAND, Reason.ELEVATED, Reason.BELOW_MINIMUM), 1):
        watch = step(watch, NOON + i * HOUR, Decision(Verdict.CALM, reason), settings, NOON + i * HOUR)
    assert watch.current is not None and watch.calm_h == 1


def test_nothing_recovers_on_the_strength_of_a_broken_source(tmp_path):
    settings, watch = settings_of(tmp_path), opened(tmp_path)
    for i in range(1, 10):
        watch = step(watch, NOON + i * HOUR, Decision(Verdict.CALM, Reason.SOURCE_BROKEN), settings, NOON + i * HOUR)
    assert watch.current is not None


def test_an_hour_that_still_runs_cannot_be_calm(tmp_path):
    settings, watch = settings_of(tmp_path), opened(tmp_path)
    for _ in range(5):
        watch = step(watch, NOON + HOUR, CALM, settings, NOON + timedelta(minutes=20))
    assert watch.calm_h == 0 and watch.current is not None


def test_missed_hours_are_judged_once_and_forty_eight_at_most():
    watch = Watch(topic="供水", judged=NOON - 30 * HOUR)
    assert hours_to_judge(watch, NOON + timedelta(minutes=5))[0] == NOON - 29 * HOUR
    long_ago = hours_to_judge(Watch(topic="供水", judged=NOON - timedelta(days=30)), NOON)
    assert (len(long_ago), long_ago[-1]) == (48, NOON)


def test_hours_are_judged_again_for_late_texts_but_not_those_of_an_alert_that_was_told():
    assert len(hours_to_judge(Watch(topic="供水", judged=NOON), NOON)) == 12
    assert hours_to_judge(Watch(topic="供水", judged=NOON, closed=NOON - 3 * HOUR), NOON)[0] == NOON - 2 * HOUR


def test_a_clock_that_jumped_ahead_and_back_does_not_blind_the_watch():
    jumped = Watch(topic="供水", judged=NOON + timedelta(days=365), closed=NOON + timedelta(days=365))
    assert hours_to_judge(jumped, NOON)[-1] == NOON


def test_a_spike_found_after_it_was_over_gives_one_late_word(tmp_path):
    settings, now = settings_of(tmp_path), NOON + 3 * HOUR
    watch = step(Watch(topic="供水"), NOON, alarm(), settings, now)
    for i in (1, 2):
        watch = step(watch, NOON + i * HOUR, CALM, settings, now)
    settled = settle(Watch(topic="供水"), watch, now)
    assert [o.event for o in settled.finished[0].owed] == [Event.LATE]


def test_a_spike_that_was_over_long_ago_is_written_down_and_not_told(tmp_path):
    settings, now = settings_of(tmp_path), NOON + 30 * HOUR
    watch = step(Watch(topic="供水"), NOON, alarm(), settings, now)
    for i in (1, 2):
        watch = step(watch, NOON + i * HOUR, CALM, settings, now)
    settled = settle(Watch(topic="供水"), watch, now)
    assert settled.finished[0].owed == ()
    assert settled.finished[0].state is AlertState.RECOVERED


def test_a_new_spike_after_a_recovery_has_an_id_of_its_own(tmp_path):
    settings, first = settings_of(tmp_path), opened(tmp_path)
    watch = first
    for i in (1, 2):
        watch = step(watch, NOON + i * HOUR, CALM, settings, NOON + i * HOUR)
    again = step(watch, NOON + 3 * HOUR, alarm(end=NOON + 3 * HOUR, onset=NOON - 2 * HOUR), settings, NOON + 3 * HOUR)
    assert again.current.id != first.current.id


def test_the_rules_figures_never_undo_an_acknowledgement(tmp_path):
    alert = opened(tmp_path).current
    taken = replace(alert, state=AlertState.ACKNOWLEDGED, acknowledged_by="李", acknowledged_at=NOON, note="已派单")
    merged = merge(taken, replace(alert, shown_total=99))
    assert (merged.state, merged.acknowledged_by, merged.note, merged.shown_total) == (
        AlertState.ACKNOWLEDGED, "李", "已派单", 99,
    )  # fmt: skip


def rise(end=NOON, n=60, high=30, hours=48):
    return Decision(
        Verdict.ALARM, Reason.ABOVE_BAND,
        spike(end=end, n=n, high=high, window_h=hours, begin=end - hours * HOUR, onset=end - 30 * HOUR,
              pattern=Pattern.RISE),
    )  # fmt: skip


def test_a_burst_on_a_slow_rise_raises_the_same_alert_and_tells_its_own_figures(tmp_path):
    settings = settings_of(tmp_path)
    early = step(Watch(topic="供水"), NOON, rise(), settings, NOON)
    assert (early.current.pattern, early.current.level) == (Pattern.RISE, 3), "an early sign is never graver"
    watch = step(early, NOON + HOUR, alarm(end=NOON + HOUR, n=45), settings, NOON + HOUR)
    assert watch.current.id == early.current.id and watch.finished == ()
    assert (watch.current.pattern, watch.current.level, watch.current.shown_total) == (Pattern.BURST, 2, 45)
    assert watch.current.onset == early.current.onset, "the clocks of the plan run from the rise"
    assert [o.name for o in watch.current.owed] == ["opened", "raised2"]


def test_a_mild_burst_on_a_rise_is_told_in_the_alert_without_a_second_alarm(tmp_path):
    settings = settings_of(tmp_path)
    early = step(Watch(topic="供水"), NOON, rise(), settings, NOON)
    watch = step(early, NOON + HOUR, alarm(end=NOON + HOUR, n=12), settings, NOON + HOUR)
    assert (watch.current.level, watch.current.pattern) == (3, Pattern.BURST)
    assert [o.name for o in watch.current.owed] == ["opened"]


def test_a_rise_after_a_burst_only_prolongs_the_bursts_alert(tmp_path):
    settings = settings_of(tmp_path)
    first = opened(tmp_path)
    watch = step(first, NOON + HOUR, rise(end=NOON + HOUR, n=200), settings, NOON + HOUR)
    assert watch.current == first.current and watch.calm_h == 0


def test_windows_of_two_widths_are_compared_by_their_ratio(tmp_path):
    settings, first = settings_of(tmp_path), opened(tmp_path, n=60)
    wide = alarm(end=NOON + HOUR, n=90, high=40, window_h=24)
    assert step(first, NOON + HOUR, wide, settings, NOON + HOUR).current == first.current
    graver = alarm(end=NOON + HOUR, n=160, high=25, window_h=24)
    assert step(first, NOON + HOUR, graver, settings, NOON + HOUR).current.window_h == 24


def test_a_clock_that_went_back_does_not_end_an_alert_by_hours_before_it():
    under_way = Watch(topic="供水", judged=NOON + 5 * HOUR, current=opened_alert())
    assert hours_to_judge(under_way, NOON) == [NOON]


def opened_alert():
    from pathlib import Path

    return step(Watch(topic="供水"), NOON, alarm(), settings_of(Path("x")), NOON).current
