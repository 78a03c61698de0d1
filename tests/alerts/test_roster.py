"""Who is on duty: shifts over midnight, holidays, overlaps, gaps. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import CHINA
from monitor.settings.roster import Calendar, Roster, Shift, gaps, on_duty

MONDAY = date(2026, 11, 23)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """``day`` 0 is Monday, 2026-11-23."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), CHINA)


def roster(*shifts: dict, fallback=("带班",)) -> Roster:
    return Roster.model_validate({"desk": "duty", "name": "值班室", "fallback": fallback, "shift": shifts})


DAY = {"people": ["甲"], "days": ["mon", "tue", "wed", "thu", "fri"], "begin": "08:00:00", "end": "20:00:00"}
NIGHT = {"people": ["乙"], "begin": "20:00:00", "end": "08:00:00"}


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        (at(0, 8), "甲"),
        (at(0, 19, 59), "甲"),
        (at(0, 20), "乙"),
        (at(1, 0), "乙"),
        (at(1, 7, 59), "乙"),
        (at(1, 8), "甲"),
    ],
)
def test_a_night_shift_runs_over_midnight_and_ends_when_the_day_begins(moment, who):
    assert on_duty(roster(DAY, NIGHT), Calendar(), moment).people == (who,)


def test_a_shift_belongs_to_the_day_on_which_it_begins():
    friday_night = {"people": ["丙"], "days": ["fri"], "begin": "20:00:00", "end": "08:00:00"}
    only = roster(friday_night)
    assert on_duty(only, Calendar(), at(5, 3)).people == ("丙",), "Saturday at three"
    assert on_duty(only, Calendar(), at(4, 3)).gap, "Friday at three belongs to Thursday's night"


def test_in_a_gap_the_fallback_is_named_and_said_to_be_one():
    found = on_duty(roster(DAY), Calendar(), at(5, 12))
    assert found.people == ("带班",) and found.gap


def test_where_shifts_overlap_both_are_on_duty_and_nobody_twice():
    both = roster(DAY, {"people": ["乙", "甲"], "begin": "12:00:00", "end": "13:00:00"})
    assert on_duty(both, Calendar(), at(0, 12, 30)).people == ("甲", "乙")


def test_a_whole_day_shift_has_no_gap_at_its_seam():
    whole = roster({"people": ["甲"], "begin": "08:00:00", "end": "08:00:00"})
    assert gaps(whole, Calendar(), at(0, 0), at(14, 0)) == []
    assert on_duty(whole, Calendar(), at(3, 8)).people == ("甲",)


def test_holidays_and_worked_weekends_follow_the_calendar():
    work = roster({"people": ["甲"], "days": ["workday"], "begin": "09:00:00", "end": "17:00:00"},
                  {"people": ["乙"], "days": ["restday"], "begin": "09:00:00", "end": "17:00:00"})  # fmt: skip
    calendar = Calendar(holidays=(MONDAY,), workdays=(MONDAY + timedelta(days=5),))
    names = [on_duty(work, calendar, at(day, 12)).people[0] for day in range(7)]
    assert names == ["乙", "甲", "甲", "甲", "甲", "甲", "乙"]


def test_a_shift_may_be_for_single_dates():
    dated = roster({"people": ["丁"], "dates": [MONDAY + timedelta(days=2)], "begin": "08:00:00", "end": "20:00:00"})
    assert not on_duty(dated, Calendar(), at(2, 9)).gap and on_duty(dated, Calendar(), at(3, 9)).gap


def test_gaps_are_found_to_the_minute():
    found = gaps(roster(DAY), Calendar(), at(3, 12), at(5, 12))
    assert found == [(at(3, 20), at(4, 8)), (at(4, 20), at(5, 12))]
    assert gaps(roster(), Calendar(), at(0, 0), at(1, 0)) == [(at(0, 0), at(1, 0))]


shifts = st.builds(
    lambda begin, end, days, who: Shift(
        people=(who,), days=tuple(days), begin=time(begin // 2, begin % 2 * 30), end=time(end // 2, end % 2 * 30)
    ),
    st.integers(0, 47),
    st.integers(0, 47),
    st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workday", "restday"]), max_size=4),
    st.sampled_from(["甲", "乙", "丙"]),
)


@given(made=st.lists(shifts, max_size=5))
def test_a_moment_is_in_a_gap_exactly_when_nobody_is_on_duty(made):
    """The two readings of a roster, by moment and by span, agree on every half hour of eight days."""
    desk = Roster(desk="duty", name="值班室", fallback=("带班",), shift=tuple(made))
    open_spans = gaps(desk, Calendar(), at(0, 0), at(8, 0))
    for half in range(8 * 48):
        moment = at(0, 0) + timedelta(minutes=30 * half)
        assert on_duty(desk, Calendar(), moment).gap == any(a <= moment < b for a, b in open_spans)
