"""From scores of texts that a head has not seen to the shift and temperature that it is shipped with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.evaluate import calibration_error, macro_f1
from monitor.analysis.linear import Floats, softmax

Ints = NDArray[np.int64]
_STEPS = np.round(np.arange(-1.5, 2.01, 0.125), 3)
_TEMPERATURES = [round(0.3 + 0.05 * i, 2) for i in range(55)]


def shift_for(scores: Floats, gold: Ints) -> list[float]:
    """What is added to negative and positive so that macro-F1 is highest; neutral stays.

    Macro-F1 counts a rare class as much as a frequent one, likelihood does not. The grid is averaged over neighbours,
    so that a lucky point does not win.
    """
    table = np.asarray([[_f1(scores, gold, a, c) for c in _STEPS] for a in _STEPS])
    padded = np.pad(table, 1, mode="edge")
    n = len(_STEPS)
    smooth = sum(padded[i : i + n, j : j + n] for i in range(3) for j in range(3))
    best = int(np.argmax(smooth))
    return [float(_STEPS[best // n]), 0.0, float(_STEPS[best % n])]


def _f1(scores: Floats, gold: Ints, negative: float, positive: float) -> float:
    return macro_f1(gold, (scores + np.asarray([negative, 0.0, positive])).argmax(axis=1), range(3))


def temperature_for(scores: Floats, gold: Ints) -> float:
    """The temperature with the least calibration error; of equally good ones (within .002) the likeliest."""
    errors, losses = [], []
    for t in _TEMPERATURES:
        chances = softmax(scores / t)
        errors.append(round(calibration_error(gold, chances), 6))
        losses.append(round(float(-np.log(chances[np.arange(len(gold)), gold] + 1e-12).sum()), 6))
    near = [i for i, e in enumerate(errors) if e <= min(errors) + 0.002]
    return _TEMPERATURES[min(near, key=lambda i: losses[i])]


def tuned(scores: Floats, gold: Ints, fold: Ints, may_shift: bool) -> tuple[dict[str, Any], Floats]:
    """Shift and temperature of a head from the ``scores`` of texts it had not seen, and what they are worth.

    The second value are probabilities of all texts where also shift and temperature of each fold come from the other
    folds; figures about them are about unseen texts. Without ``may_shift`` only the temperature is fitted.
    """
    held = np.zeros_like(scores)
    for k in sorted(set(fold.tolist())):
        rest, own = fold != k, fold == k
        shift, temperature = _fitted(scores[rest], gold[rest], may_shift)
        held[own] = softmax((scores[own] + np.asarray(shift)) / temperature)
    shift, temperature = _fitted(scores, gold, may_shift)
    return {"shift": shift, "temperature": temperature}, held


def _fitted(scores: Floats, gold: Ints, may_shift: bool) -> tuple[list[float], float]:
    shift = shift_for(scores, gold) if may_shift else [0.0, 0.0, 0.0]
    return shift, temperature_for(scores + np.asarray(shift), gold)
