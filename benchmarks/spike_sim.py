"""Onsets found and false alarms in a simulated year of topics, beside other rules. Prints JSON.

    python benchmarks/spike_sim.py [--seed 101] [--days 365] [--topics 24]

The year is that of benchmarks/simulation.py; seeds 1 and 2 were tuned on, the shipped figures are of others. Each rule
scores every hour. Its threshold is set on half of the topics so that they have 1 (or .25) false alarm runs a
topic-month; recall is counted on the other half, both ways round. A run is a stretch of alarms with no gap above six
hours; it is false where it begins outside of every onset and the 24 hours after one. An onset is found where an alarm
falls between its first hour and three hours after its last. ``calm`` counts false runs of the rule as it is shipped, on
the year without onsets, minimum included.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from simulation import KINDS, WARM_H, Year, simulate

from monitor.model import Kind
from monitor.settings.spikes import SpikeSettings
from monitor.signals import peers
from monitor.signals.backtest import possible
from monitor.signals.detect import surprises
from monitor.signals.rhythm import HOURLY
from monitor.signals.scan import scan
from monitor.signals.series import HOUR, Measure, Series
from monitor.signals.spikes import judge_in

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
GAP_H = 6
TAIL_H = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--topics", type=int, default=24)
    options = parser.parse_args()
    year = simulate(options.seed, options.topics, options.days)
    marked = year.marked.astype(np.float64)
    times = [year.start + timedelta(hours=i) for i in range(len(marked))]
    started = time.perf_counter()
    rules = {"yuqing": surprises(times, marked, HOURLY)[2]}
    seconds = time.perf_counter() - started
    rules["elastalert2"] = peers.spike_ratio(marked)
    rules["ears_c2"] = peers.ears_c2(marked)
    rules["ears_c3"] = peers.ears_c3(marked)
    rules["farrington"] = peers.farrington(marked)
    result = {
        "seed": options.seed,
        "onsets": len(year.onsets),
        "seconds_a_topic_year": round(seconds / options.topics / options.days * 365, 2),
        "rules": {
            name: {f"at_{rate:g}": found(score, year, rate) for rate in (1.0, 0.25)} for name, score in rules.items()
        },
        "calm": shipped(year),
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))


def found(score: Floats, year: Year, rate: float) -> dict[str, object]:
    """Recall by kind and median lag in hours (1: within the first hour) at a rate of false runs a topic-month."""
    quiet = np.ones(score.shape, dtype=bool)
    for o in year.onsets:
        quiet[max(0, o.begin - 1) : o.end + TAIL_H, o.topic] = False
    quiet[:WARM_H] = False
    halves = [list(range(k, score.shape[1], 2)) for k in (0, 1)]
    hits: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for tuned, told in (halves, halves[::-1]):
        at = _threshold(score, quiet, tuned, rate)
        for o in year.onsets:
            if o.topic in told:
                alarms = np.flatnonzero(score[o.begin : o.end + 3, o.topic] >= at)
                hits[o.kind].append(int(alarms[0]) + 1 if len(alarms) else 0)
    every = [lag for lags in hits.values() for lag in lags]
    quick = [lag for kind, lags in hits.items() for lag in lags if kind != "rise" and lag]
    return {
        "recall": _share(every),
        **{kind: _share(lags) for kind, lags in hits.items()},
        "median_lag_h": float(np.median(quick)) if quick else None,
        "median_lag_rise_h": float(np.median([x for x in hits["rise"] if x] or [math.nan])),
    }


def _share(lags: list[int]) -> float:
    return round(float(np.mean([lag > 0 for lag in lags])), 3)


def _threshold(score: Floats, quiet: Flags, topics: list[int], rate: float) -> float:
    months = quiet[:, topics].sum() / 720
    low, high = 0.0, float(score.max()) + 1.0
    for _ in range(40):
        middle = (low + high) / 2
        runs = sum(false_runs(score[:, t] >= middle, quiet[:, t]) for t in topics)
        low, high = (middle, high) if runs / months > rate else (low, middle)
    return high


def false_runs(alarms: Flags, quiet: Flags) -> int:
    at = np.flatnonzero(alarms)
    return int(quiet[at[np.concatenate([[True], np.diff(at) > GAP_H])]].sum()) if len(at) else 0


def shipped(year: Year) -> dict[str, object]:
    """The service's own rule with its defaults on the year without onsets, posts only."""
    rule, hours = SpikeSettings(), len(year.calm)
    many = {
        f"t{t}": Series(
            topic=f"t{t}", measure=Measure.NEGATIVE, start=year.start, known_from=year.start,
            parts={Kind.POST: year.calm[:, t].tolist()},
        )
        for t in range(year.calm.shape[1])
    }  # fmt: skip
    seen = scan(list(many.values()), year.start + hours * HOUR, rule)
    assert seen is not None
    last = dict.fromkeys(many, -999)
    by_pattern = {"burst": 0, "rise": 0}
    for hour in range(WARM_H, hours):
        now = year.start + hour * HOUR
        for name in possible(seen, seen.row(now), rule):
            spike = judge_in(seen, many[name], now, rule).value
            if spike is not None:
                by_pattern[spike.pattern.value] += hour - last[name] > GAP_H
                last[name] = hour
        seen.looked.clear()
    runs = sum(by_pattern.values())
    months = (hours - WARM_H) / 720 * year.calm.shape[1]
    return {
        "false_runs_a_topic_month": round(runs / months, 3),
        **{name: round(n / months, 3) for name, n in by_pattern.items()},
    }


if __name__ == "__main__":
    main()
