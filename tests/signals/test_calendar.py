"""Work and rest in China, moved workdays included, and what is said of years whose notice is not out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.signals.calendar import DayType, day_type, known_until


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2025-01-28", DayType.HOLIDAY),
        ("2025-02-08", DayType.WORKDAY),
        ("2025-02-09", DayType.RESTDAY),
        ("2026-10-10", DayType.WORKDAY),
        ("2026-10-08", DayType.WORKDAY),
        ("2019-12-31", DayType.WORKDAY),
        ("2018-12-31", DayType.HOLIDAY),
        ("2020-02-02", DayType.HOLIDAY),
    ],
)
def test_days_of_the_notices(day, kind):
    assert day_type(date.fromisoformat(day)) is kind


def test_every_year_that_the_evaluation_data_span_is_covered():
    for year in range(2010, known_until() + 1):
        days = [date(year, 1, 1) + timedelta(days=i) for i in range(365)]
        assert 7 <= sum(day_type(d) is DayType.HOLIDAY for d in days) <= 33
        assert sum(day_type(d) is DayType.WORKDAY and d.weekday() >= 5 for d in days) >= 4


def test_beyond_the_table_only_fixed_holidays_and_weekends_are_known():
    year = known_until() + 1
    assert day_type(date(year, 10, 1)) is DayType.HOLIDAY
    assert day_type(date(year, 3, 15)) in (DayType.WORKDAY, DayType.RESTDAY)
    assert day_type(date(year, 3, 15), {date(year, 3, 15): DayType.HOLIDAY}) is DayType.HOLIDAY
