"""The detector on labelled tweet counts, scored exactly as the Numenta Anomaly Benchmark does. Prints JSON.

    python benchmarks/detect_tweets.py DATA

Scoring (A. Lavin and S. Ahmad 2015, Evaluating Real-Time Anomaly Detection Algorithms; NAB's sweeper): each labelled
window earns a scaled sigmoid of its earliest detection, each detection outside costs one too, the first 15 % of a
series (750 rows at most) do not count, standard profile (true positive 1, false positive -.11, missed window -1), one
threshold for all series, 0 for a detector that says nothing and 100 for a perfect one. The threshold is the best one on
these series, as in NAB's own tables; ``left_out`` takes it from the other four series instead. Peers: elastalert2's
spike rule (ratio of neighbouring hours) and EARS-C2.
"""

from __future__ import annotations

import argparse
import json
import math
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.signals.detect import detect
from monitor.signals.peers import ears_c2, spike_ratio
from monitor.signals.rhythm import FIVE_MINUTES
from monitor.signals.series_files import read_table

Floats = NDArray[np.float64]
FALSE_POSITIVE = 0.11
PROBATION, PROBATION_ROWS = 0.15, 5000


def sigmoid(position: float) -> float:
    """NAB's scaled sigmoid: 1 at the far left of a window, 0 at its right end, -1 far behind it."""
    return -1.0 if position > 3.0 else 2.0 / (1.0 + math.exp(5.0 * position)) - 1.0


def worth(times: list[datetime], windows: list[tuple[datetime, datetime]]) -> tuple[Floats, NDArray[np.int64]]:
    """What a detection at each row is worth, and its window (-1 outside, -2 in the probationary part)."""
    at = {time: i for i, time in enumerate(times)}
    spans = [(at[a], at[b]) for a, b in windows]
    value, name = np.empty(len(times)), np.full(len(times), -1)
    previous: tuple[int, int] | None = None
    for i in range(len(times)):
        inside = next((k for k, (a, b) in enumerate(spans) if a <= i <= b), None)
        if inside is not None:
            a, b = spans[inside]
            value[i] = sigmoid(-(b - i + 1) / (b - a + 1)) / sigmoid(-1.0)
            name[i] = inside
            previous = (a, b) if i == b else previous
        elif previous is None:
            value[i] = -FALSE_POSITIVE
        else:
            value[i] = FALSE_POSITIVE * sigmoid((i - previous[1]) / (previous[1] - previous[0]))
    name[: int(min(PROBATION * len(times), PROBATION * PROBATION_ROWS))] = -2
    return value, name


def points(value: Floats, name: NDArray[np.int64], alarms: NDArray[np.bool_]) -> float:
    total = float(value[alarms & (name == -1)].sum())
    for window in set(name[name >= 0]):
        mine = value[alarms & (name == window)]
        total += float(mine.max()) if len(mine) else -1.0
    return total


def standard(parts: list[tuple[Floats, NDArray[np.int64]]], scores: list[Floats], threshold: float) -> float:
    windows = sum(len(set(name[name >= 0])) for _, name in parts)
    total = sum(points(v, n, s >= threshold) for (v, n), s in zip(parts, scores, strict=True))
    return 100.0 * (total + windows) / (2.0 * windows)


def best(parts: list[tuple[Floats, NDArray[np.int64]]], scores: list[Floats]) -> tuple[float, float]:
    every = np.concatenate([s[n != -2] for (_, n), s in zip(parts, scores, strict=True)])
    tried = np.unique(every)[::-1]
    # More detections than these outside of every window cannot be made good again.
    return max((standard(parts, scores, t), float(t)) for t in [*tried[:600], *tried[600:6000:50]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data / "spikes" / "tweets"
    labels = json.loads((folder / "windows.json").read_text())
    names = sorted(labels)
    parts, mine, ratio, c2 = [], [], [], []
    for name in names:
        table = read_table(folder / f"{name}.gz", "timestamp", "value", FIVE_MINUTES)
        here = [i for i, c in enumerate(table.counts) if c is not None]
        rows = detect(table.times, table.counts, FIVE_MINUTES)
        times = [datetime.fromisoformat(table.labels[i]) for i in here]
        spans = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in labels[name]]
        parts.append(worth(times, spans))
        mine.append(np.array([-math.log10(rows[i].p) for i in here]))
        counts = np.array([[c or 0.0] for c in table.counts])
        ratio.append(spike_ratio(counts, 12)[here, 0])
        c2.append(ears_c2(counts, 12, period=288)[here, 0])
    result = {}
    for label, scores in (("yuqing", mine), ("elastalert2", ratio), ("ears_c2", c2)):
        score, threshold = best(parts, scores)
        result[label] = {"standard": round(score, 1), "threshold": round(threshold, 3)}
    result["yuqing"]["default_level"] = round(standard(parts, mine, -math.log10(FIVE_MINUTES.level)), 1)
    total = 0.0
    for i in range(len(names)):
        others = [k for k in range(len(names)) if k != i]
        _, threshold = best([parts[k] for k in others], [mine[k] for k in others])
        total += points(*parts[i], mine[i] >= threshold)
    windows = sum(len(set(n[n >= 0])) for _, n in parts)
    result["yuqing"]["left_out"] = round(100 * (total + windows) / (2 * windows), 1)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
