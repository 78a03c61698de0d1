"""Seven days ahead: what it says, how often its interval holds, and that posts stay rounded."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from monitor.disclosure import ReleasedCount
from monitor.model import Kind
from monitor.signals.ahead import forecast_topics
from monitor.signals.forecast import forecast
from monitor.store import open_store
from tests.alerts.desk import NEUTRAL, NOON, Writer, fill, settings_of

FIRST = date(2026, 3, 2)


def simulated(days, seed, mean=20.0):
    rng = np.random.default_rng(seed)
    week = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.8, 0.8])
    return rng.poisson(mean * week[np.arange(days) % 7] * rng.gamma(20, 1 / 20, days)).astype(float).tolist()


@pytest.mark.parametrize("mean", [0.7, 6.0, 60.0])
def test_four_days_in_five_lie_in_the_interval_and_the_error_is_below_seasonal_naive(mean):
    counts = simulated(330, seed=3, mean=mean)
    inside, mine, naive = [], [], []
    for origin in range(90, 323, 18):
        for i, f in enumerate(forecast(counts[:origin], FIRST + timedelta(days=origin))):
            truth = counts[origin + i]
            inside.append(f.low <= truth <= f.high)
            mine.append(abs(truth - f.mean))
            naive.append(abs(truth - counts[origin + i - 7]))
    assert 0.70 <= np.mean(inside) <= 0.92
    assert np.mean(mine) < (0.9 if mean > 1 else 1.0) * np.mean(naive)


def test_the_weekday_is_known():
    ahead = forecast(simulated(140, seed=1, mean=100.0), FIRST + timedelta(days=140))
    by_day = {f.day.weekday(): f.mean for f in ahead}
    assert by_day[0] > 1.2 * by_day[6]
    assert [f.day for f in ahead] == [FIRST + timedelta(days=140 + i) for i in range(7)]


def test_later_days_do_not_change_an_earlier_forecast_and_short_histories_give_none():
    counts = simulated(120, seed=2)
    assert forecast(counts, FIRST) == forecast(list(counts), FIRST)
    assert forecast(counts[:13], FIRST) == []


def test_unknown_days_do_not_pull_the_forecast_down():
    counts = simulated(120, seed=2)
    gap = [*counts[:-10], *[None] * 10]
    assert np.mean([f.mean for f in forecast(gap, FIRST)]) > 0.7 * np.mean([f.mean for f in forecast(counts, FIRST)])


def test_forecasts_of_posts_are_released_and_of_messages_exact(tmp_path):
    settings = settings_of(tmp_path)
    store = open_store(settings)
    store.init()
    writer = Writer()
    for day in range(1, 40):
        at = NOON - timedelta(days=day)
        fill(store, writer.many(Kind.POST, 13, at), writer.many(Kind.BOARD, 3, at, mood=NEUTRAL))
        fill(store, writer.many(Kind.POST, 4, at, topics=("公交",)))
    found = {(f.topic, f.kind): f for f in forecast_topics(settings, store, NOON)}
    posts, board = found["供水", Kind.POST], found["供水", Kind.BOARD]
    assert len(posts.days) == 7
    assert all(isinstance(d.mean, ReleasedCount) and (d.mean.value or 0) % 5 == 0 for d in posts.days)
    assert all(d.low % 5 == 0 and d.high % 5 == 0 for d in posts.days)
    assert all(d.mean == 3 for d in board.days)
    few = found["公交", Kind.POST]
    assert all(d.mean.suppressed and d.low == 0 and d.high >= 10 for d in few.days)
    assert found["公交", Kind.NEWS].days == ()
    store.close()
