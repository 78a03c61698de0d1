"""Seven-day forecasts of daily counts: coverage of the 80 % interval and MASE against seasonal naive. Prints JSON.

    python benchmarks/forecast.py DATA [--every 7]

Series: civic messages a day of 2019, in total and by topic (topics by our own model); tweets a day. From every
``--every``-th day on, after 8 weeks (tweets: from every day on, after 3 weeks), the next seven days are forecast from
the days before alone. MASE divides the mean absolute error by that of the seasonal naive forecast (the same weekday of
the last known week) over the same days, so 1 is as good as that. Intervals are bootstrapped over origins.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from monitor.signals.forecast import HORIZON, forecast

Result = tuple[list[list[bool]], list[list[float]], list[list[float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=7)
    options = parser.parse_args()
    groups = {"civic": (_civic(options.data), 56), "tweets": (_tweets(options.data), 21)}
    result: dict[str, object] = {}
    for group, (series, warm) in groups.items():
        found = {
            name: _roll(counts, first, warm, options.every if group == "civic" else 1)
            for name, (first, counts) in series.items()
        }
        result[group] = {name: _figures(f) for name, f in found.items()}
        result[f"{group}_all"] = _pooled(list(found.values()))
    print(json.dumps(result, ensure_ascii=False, indent=2))


def _roll(counts: list[float], first: date, warm: int, every: int) -> Result:
    inside, mine, naive = [], [], []
    for origin in range(warm, len(counts) - HORIZON + 1, every):
        ahead = forecast(counts[:origin], first + timedelta(days=origin))
        truth = counts[origin : origin + HORIZON]
        inside.append([f.low <= y <= f.high for f, y in zip(ahead, truth, strict=True)])
        mine.append([abs(y - f.mean) for f, y in zip(ahead, truth, strict=True)])
        naive.append([abs(y - counts[origin - 7 + i]) for i, y in enumerate(truth)])
    return inside, mine, naive


def _figures(found: Result) -> dict[str, object]:
    inside, mine, naive = (np.array(x, dtype=float) for x in found)
    rng = np.random.default_rng(1)
    draws = [rng.integers(0, len(inside), len(inside)) for _ in range(500)]
    coverage = [float(inside[d].mean()) for d in draws]
    mase = [float(mine[d].mean() / naive[d].mean()) for d in draws]
    return {
        "origins": len(inside),
        "coverage": round(float(inside.mean()), 3),
        "coverage_95": [round(float(np.quantile(coverage, q)), 3) for q in (0.025, 0.975)],
        "mase": round(float(mine.mean() / naive.mean()), 3),
        "mase_95": [round(float(np.quantile(mase, q)), 3) for q in (0.025, 0.975)],
    }


def _pooled(found: list[Result]) -> dict[str, float]:
    """Every series weighs the same."""
    return {
        "coverage": round(float(np.mean([np.mean(f[0]) for f in found])), 3),
        "mase": round(float(np.mean([np.mean(f[1]) / np.mean(f[2]) for f in found])), 3),
    }


def _civic(data: Path) -> dict[str, tuple[date, list[float]]]:
    from monitor.analysis.topics import model

    first, last = date(2019, 1, 1), date(2019, 12, 31)  # before, there is hardly a message
    with gzip.open(data / "civic" / "messages.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found: dict[str, Counter[date]] = {"合计": Counter()}
    scores = model().score([f"{row['title']}\n{row['body']}" for row in rows])
    for row, score in zip(rows, scores, strict=True):
        day = date(*map(int, row["time"].replace("-", "/").split()[0].split("/")))
        found["合计"][day] += 1
        found.setdefault(score.official[0][0], Counter())[day] += 1
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return {name: (first, [float(c[d]) for d in days]) for name, c in sorted(found.items())}


def _tweets(data: Path) -> dict[str, tuple[date, list[float]]]:
    result = {}
    for path in sorted((data / "spikes" / "tweets").glob("*.csv.gz")):
        with gzip.open(path, "rt") as lines:
            totals: Counter[date] = Counter()
            for row in csv.DictReader(lines):
                totals[date.fromisoformat(row["timestamp"][:10])] += int(row["value"])
        whole = sorted(totals)[1:-1]  # the first and the last day are cut
        result[path.name.split(".")[0]] = (whole[0], [float(totals[d]) for d in whole])
    return result


if __name__ == "__main__":
    main()
