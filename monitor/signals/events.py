"""From surprises row by row to events: tails learnt where a series is bursty, an event told once, a run kept."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats, Rhythm

FROM = math.log(10.0)
"""Surprises above this (p under .1) make up the tail."""
SHAPE = 0.35
"""Mean log excess of a tail that the model describes well; the prior of the learnt one."""
TAIL_HALF_DAYS = 60.0
REPEATED = 0.1
"""What a surprise counts for that tells an event already told."""


def settled(surprise: Floats, rhythm: Rhythm) -> Floats:
    """The surprises of one series as they are shown, -ln p. Causal: a row depends on itself and on earlier rows."""
    if rhythm.bursty:
        surprise = learnt_tail(surprise, rhythm)
    if rhythm.told_once:
        surprise = told_once(surprise, rhythm.told_once)
    return fading(surprise, rhythm.fade) if rhythm.fade else surprise


def learnt_tail(surprise: Floats, rhythm: Rhythm) -> Floats:
    """Surprises measured by the series' own past ones, whose logarithms have an exponential tail (B. Hill 1975, Annals
    of Statistics 3): where thousandfold surprises come every week, another one is none."""
    import numpy as np

    keep = 0.5 ** (1 / (TAIL_HALF_DAYS * rhythm.rows_a_day))
    prior = rhythm.bursty
    above, rows, excess = prior, 10.0 * prior, prior * SHAPE
    result = np.array(surprise, dtype=np.float64)
    for t, value in enumerate(surprise):
        if value > FROM:
            result[t] = max(0.0, math.log(rows / above) + math.log(value / FROM) * above / excess)
        above, rows = above * keep + prior * (1 - keep), rows * keep + 10.0 * prior * (1 - keep)
        excess = excess * keep + prior * SHAPE * (1 - keep)
        rows += 1.0
        if value > FROM:
            above += 1.0
            excess += math.log(value / FROM)
    return result


def told_once(surprise: Floats, rows: int) -> Floats:
    """A row no more surprising than one of the ``rows`` before it tells the same event and counts for little."""
    result = surprise.copy()
    past: deque[int] = deque()
    for t, value in enumerate(surprise):
        while past and past[0] < t - rows:
            past.popleft()
        if past and value <= surprise[past[0]]:
            result[t] = REPEATED * value
        while past and surprise[past[-1]] <= value:
            past.pop()
        past.append(t)
    return result


def fading(surprise: Floats, fade: float) -> Floats:
    """An event fades: a row is at least ``fade`` times as surprising as the row before it."""
    result = surprise.copy()
    for t in range(1, len(result)):
        result[t] = max(result[t], fade * result[t - 1])
    return result
