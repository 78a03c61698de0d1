"""CPU seconds to walk through and judge 40 topics with 57 days of hourly counts, all clocks and kinds. Prints JSON.

python benchmarks/tick_speed.py
"""

from __future__ import annotations

import json
import time
from datetime import datetime

import numpy as np

from monitor.model import CHINA, Kind
from monitor.settings.spikes import SpikeSettings
from monitor.signals.scan import scan
from monitor.signals.series import HOUR, Measure, Series
from monitor.signals.spikes import judge_in

HOURS, TOPICS = 57 * 24, 40
START = datetime(2026, 9, 1, tzinfo=CHINA)


def main() -> None:
    rng, rule = np.random.default_rng(1), SpikeSettings()
    many = [s for i, mean in enumerate(np.geomspace(0.05, 20, TOPICS)) for s in _topic(rng, f"t{i}", mean)]
    end = START + HOURS * HOUR
    scan(many, end - HOUR, rule)  # imports and first use
    took = []
    for _ in range(2):
        started = time.process_time()
        found = scan(many, end, rule)
        took.append(time.process_time() - started)
    started = time.process_time()
    for each in many:
        judge_in(found, each, end, rule)
    judged = time.process_time() - started
    print(json.dumps({"walk_s": round(took[0], 2), "again_s": round(took[1], 3), "judge_s": round(judged, 3)}))


def _topic(rng: np.random.Generator, name: str, mean: float) -> list[Series]:
    shares = {Kind.POST: 1.0, Kind.BOARD: 0.1, Kind.NEWS: 0.1}
    parts = {kind: rng.poisson(mean * share, HOURS).tolist() for kind, share in shares.items()}
    base = {"topic": name, "start": START, "known_from": START}
    return [
        Series(measure=Measure.NEGATIVE, parts=parts, **base),
        Series(measure=Measure.BOARD, parts={Kind.BOARD: rng.poisson(mean * 0.15, HOURS).tolist()}, **base),
    ]


if __name__ == "__main__":
    main()
