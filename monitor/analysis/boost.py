"""Gradient-boosted trees (Friedman 2001) of one depth in plain numpy, the same bytes on every machine.

Small on purpose: a few ten thousand rows, a dozen columns. Newton leaves (Chen and Guestrin 2016), candidate cuts at
quantiles, ties to the first column and cut. Sums are taken in float64 over rows in their order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.event_pairs import Trees
from monitor.analysis.fit import exact_exp

Floats = NDArray[np.float64]
_CUTS = 48
_RIDGE = 1.0
_LEAST = 1.0
"""Least weight (hessian times four) on either side of a cut."""


def boost(
    x: NDArray[np.float32], y: NDArray[np.bool_], weight: Floats, *, trees: int, depth: int, rate: float
) -> Trees:
    """Fits the log-odds of ``y``. ``weight`` is that of a row, above 0."""
    cuts = [np.unique(np.quantile(column, np.linspace(0, 1, _CUTS + 2)[1:-1], method="lower")) for column in x.T]
    binned = np.stack([np.searchsorted(c, column, side="left") for c, column in zip(cuts, x.T, strict=True)], axis=1)
    target = y.astype(np.float64)
    share = float((weight * target).sum() / weight.sum())
    base = round(float(np.log(share / (1 - share))), 6)
    score = np.full(len(y), base)
    inner = (1 << depth) - 1
    feature = np.zeros((trees, inner), dtype=np.int64)
    cut = np.full((trees, inner), np.inf, dtype=np.float32)
    leaf = np.zeros((trees, inner + 1), dtype=np.float32)
    for t in range(trees):
        chance = _sigmoid(score)
        gradient, hessian = weight * (target - chance), weight * chance * (1 - chance)
        node = np.zeros(len(y), dtype=np.int64)
        for at in range(inner):
            rows = np.flatnonzero(node == at)
            best = _best(binned[rows], gradient[rows], hessian[rows], cuts)
            right = np.zeros(len(rows), dtype=np.int64)
            if best is not None:
                column, k = best
                feature[t, at], cut[t, at] = column, cuts[column][k]
                right = (binned[rows, column] > k).astype(np.int64)
            node[rows] = 2 * at + 1 + right
        g = np.bincount(node - inner, weights=gradient, minlength=inner + 1)
        h = np.bincount(node - inner, weights=hessian, minlength=inner + 1)
        leaf[t] = np.round(rate * g / (h + _RIDGE), 6)
        score += leaf[t].astype(np.float64)[node - inner]
    return Trees(feature, cut, leaf, base)


def _best(binned: NDArray[np.intp], gradient: Floats, hessian: Floats, cuts: list[Floats]) -> tuple[int, int] | None:
    """Column and cut with the largest gain; None where no cut leaves enough on both sides."""
    found, best = None, 1e-9
    for column, places in enumerate(cuts):
        n = len(places) + 1
        g = np.cumsum(np.bincount(binned[:, column], weights=gradient, minlength=n))
        h = np.cumsum(np.bincount(binned[:, column], weights=hessian, minlength=n))
        left_g, left_h, all_g, all_h = g[:-1], h[:-1], g[-1], h[-1]
        gain = left_g**2 / (left_h + _RIDGE) + (all_g - left_g) ** 2 / (all_h - left_h + _RIDGE)
        gain -= all_g**2 / (all_h + _RIDGE)
        gain[(left_h < _LEAST / 4) | (all_h - left_h < _LEAST / 4)] = 0
        k = int(gain.argmax()) if len(gain) else 0
        if len(gain) and gain[k] > best:
            best, found = float(gain[k]), (column, k)
    return found


def _sigmoid(score: Floats) -> Floats:
    small = exact_exp(-np.abs(score))
    return np.asarray(np.where(score >= 0, 1 / (1 + small), small / (1 + small)))
