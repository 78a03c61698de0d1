"""The detector on weekly counts with labelled outbreaks: sensitivity, specificity, lag. Prints JSON.

    python benchmarks/detect_outbreaks.py DATA

Weeks of all series together, as ``algo.quality`` of the R package surveillance counts them: sensitivity is the share of
outbreak weeks with an alarm, specificity that of other weeks without, lag the weeks from the beginning of an outbreak
to its first alarm (its whole length where it is missed). ``at_default`` uses the level shipped for weekly data;
``at_specificity`` the one threshold at which .926 of the quiet weeks are quiet (the specificity of the published Bayes
method); ``left_out`` takes that threshold from the other six series. Peer: Bayes with six weeks of reference, by us.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.signals.detect import detect
from monitor.signals.rhythm import WEEKLY
from monitor.signals.series_files import read_table

FIRST = 4
"""Weeks before anything is judged."""
SPECIFICITY = 0.926

Scores = list[NDArray[np.float64]]
States = list[NDArray[np.int64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    paths = sorted((parser.parse_args().data / "spikes" / "outbreaks").glob("*.csv"))
    mine: Scores = []
    peer: Scores = []
    states: States = []
    for path in paths:
        table = read_table(path, "t", "observed", WEEKLY)
        state = read_table(path, "t", "outbreak_state", WEEKLY)
        mine.append(np.array([-math.log(r.p) for r in detect(table.times, table.counts, WEEKLY)]))
        peer.append(bayes(np.array(table.counts, dtype=float)))
        states.append(np.array(state.counts, dtype=np.int64))
    at = threshold(mine, states)
    left_out = [threshold(mine[:i] + mine[i + 1 :], states[:i] + states[i + 1 :]) for i in range(len(mine))]
    result = {
        "series": len(paths),
        "at_default": quality(mine, states, [-math.log(WEEKLY.level)] * len(mine)),
        "at_specificity": {"p": round(math.exp(-at), 4), **quality(mine, states, [at] * len(mine))},
        "left_out": quality(mine, states, left_out),
        "bayes_at_.05": quality(peer, states, [-math.log(0.05)] * len(peer)),
        "bayes_at_specificity": quality(peer, states, [threshold(peer, states)] * len(peer)),
    }
    print(json.dumps(result, indent=2))


def threshold(scores: Scores, states: States) -> float:
    quiet = np.concatenate([s[FIRST:][state[FIRST:] == 0] for s, state in zip(scores, states, strict=True)])
    return float(np.quantile(quiet, SPECIFICITY)) + 1e-9


def quality(scores: Scores, states: States, levels: list[float]) -> dict[str, float]:
    hit = missed = wrong = right = 0
    lags: list[int] = []
    for score, state, level in zip(scores, states, levels, strict=True):
        alarm, out = score[FIRST:] > level, state[FIRST:] == 1
        hit, missed = hit + int((alarm & out).sum()), missed + int((~alarm & out).sum())
        wrong, right = wrong + int((alarm & ~out).sum()), right + int((~alarm & ~out).sum())
        edges = np.flatnonzero(np.diff(np.concatenate([[0], out.astype(int), [0]])))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            found = np.flatnonzero(alarm[begin:end])
            lags.append(int(found[0]) if len(found) else int(end - begin))
    return {
        "sensitivity": round(hit / (hit + missed), 3),
        "specificity": round(right / (right + wrong), 3),
        "lag_weeks": round(float(np.mean(lags)), 2),
    }


def bayes(counts: NDArray[np.float64], width: int = 6) -> NDArray[np.float64]:
    """Gamma-Poisson prediction from the six weeks before (M. Riebler 2004; ``algo.bayes1``)."""
    from scipy.stats import nbinom

    score = np.zeros(len(counts))
    for t in range(width, len(counts)):
        score[t] = -nbinom.logsf(counts[t] - 1, counts[t - width : t].sum() + 0.5, width / (width + 1))
    return score


if __name__ == "__main__":
    main()
