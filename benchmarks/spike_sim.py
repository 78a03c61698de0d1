"""False alarms in calm months, and recall and lag of injected onsets, of the shipped spike rule. Prints JSON.

    python benchmarks/spike_sim.py [--months 3] [--topics 12] [--seed 7] [--p 1e-4]

Simulated topics have hourly means from .05 to 40, an hour and weekday shape, over-dispersion, slow waves and level
shifts. An alarm run is a stretch of alarms with no gap of ``recover_h`` or more calm hours. Onsets: burst (extra texts
within 3 hours), medium (12 hours) and night (a burst between 0 and 5 o'clock); their size is a multiple of what is
usual, with at least the rule's minimum.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from datetime import datetime

import numpy as np

from monitor.model import CHINA, Kind
from monitor.settings.spikes import SpikeSettings
from monitor.signals.baseline import pooled_shape
from monitor.signals.spikes import HOUR, Measure, Series, judge

START = datetime(2026, 1, 1, tzinfo=CHINA)
WARM_H = 28 * 24
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 9, 9, 10, 10, 10, 9, 9, 10, 10, 9, 6, 3], dtype=float)
WEEK = np.array([1.1, 1.05, 1.05, 1.0, 1.05, 0.85, 0.9])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--topics", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--p", type=float, default=SpikeSettings().p_value)
    options = parser.parse_args()
    rule = SpikeSettings(p_value=options.p)
    rng = np.random.default_rng(options.seed)
    hours = WARM_H + options.months * 30 * 24
    means = np.geomspace(0.05, 40, options.topics)
    calm = [simulate(rng, mean, hours) for mean in means]
    started = time.perf_counter()
    runs = [alarm_runs(counts, calm, rule) for counts in calm]
    seconds = time.perf_counter() - started
    judged = options.topics * (hours - WARM_H)
    result = {
        "rule": rule.model_dump(),
        "topics": options.topics,
        "months": options.months,
        "false_alarm_runs_a_topic_month": round(sum(runs) / options.topics / options.months, 3),
        "by_mean": {f"{m:.2f}": round(r / options.months, 2) for m, r in zip(means, runs, strict=True)},
        "judgements_a_second": round(judged / seconds),
        "onsets": {kind: onsets(rng, kind, calm, means, rule) for kind in ("burst", "medium", "night")},
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))


def simulate(rng: np.random.Generator, mean: float, hours: int) -> np.ndarray:
    """Hourly counts: shape x week x slow wave x level shifts, gamma-mixed Poisson."""
    index = np.arange(hours)
    shape = HOURS / HOURS.mean()
    rate = mean * shape[index % 24] * WEEK[(START.weekday() + index // 24) % 7]
    wave = np.repeat(np.exp(0.15 * _ar1(rng, hours // 24 + 1, 0.7)), 24)[:hours]
    shift = np.ones(hours)
    for at in rng.integers(0, hours, size=max(1, hours // 2000)):
        shift[at:] *= rng.uniform(0.75, 1.35)
    rate = rate * wave * shift
    size = 1 / 0.1
    return rng.poisson(rate * rng.gamma(size, 1 / size, size=hours))


def _ar1(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    values = np.zeros(n)
    for i in range(1, n):
        values[i] = rho * values[i - 1] + rng.normal() * np.sqrt(1 - rho**2)
    return values


def decisions(counts: np.ndarray, everyone: list[np.ndarray], rule: SpikeSettings, at: range) -> Iterator[bool]:
    shape = [float(x) for x in pooled_shape([c[:WARM_H] for c in everyone], 0)]
    series = Series(
        topic="t", measure=Measure.NEGATIVE, start=START, known_from=START, shape=shape,
        parts={Kind.POST: counts.tolist()},
    )  # fmt: skip
    for hour in at:
        yield judge(series, START + hour * HOUR, rule).kept


def alarm_runs(counts: np.ndarray, everyone: list[np.ndarray], rule: SpikeSettings) -> int:
    runs, quiet = 0, rule.recover_h
    for alarm in decisions(counts, everyone, rule, range(WARM_H + 1, len(counts))):
        if alarm and quiet >= rule.recover_h:
            runs += 1
        quiet = 0 if alarm else quiet + 1
    return runs


def onsets(
    rng: np.random.Generator, kind: str, calm: list[np.ndarray], means: np.ndarray, rule: SpikeSettings, each: int = 8
) -> dict[str, object]:
    """Adds one onset to a calm series, many times; found if an alarm comes until 3 hours after its end."""
    length = 12 if kind == "medium" else 3
    lags: list[int] = []
    tried = 0
    for counts, mean in zip(calm, means, strict=True):
        for _ in range(each):
            day = int(rng.integers(WARM_H // 24 + 1, len(counts) // 24 - 2))
            begin = day * 24 + int(rng.integers(0, 5) if kind == "night" else rng.integers(7, 22))
            usual = mean * length
            extra = max(2.0 * rule.minimum * length / 3, 2.0 * usual, 6 * np.sqrt(usual * (1 + 0.15 * usual)))
            marked = counts.copy()
            for _ in range(int(rng.poisson(extra))):
                marked[begin + int(rng.integers(0, length))] += 1
            tried += 1
            for lag, alarm in enumerate(decisions(marked, calm, rule, range(begin + 1, begin + length + 4))):
                if alarm:
                    lags.append(lag + 1)
                    break
    return {
        "tried": tried,
        "recall": round(len(lags) / tried, 3),
        "median_lag_h": float(np.median(lags)) if lags else None,
        "p90_lag_h": float(np.quantile(lags, 0.9)) if lags else None,
    }


if __name__ == "__main__":
    main()
