"""Figures of the topic model against gold labels: the seven classes one by one, and the purpose limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.evaluate import Ints, interval, macro_f1


def classes(gold: Sequence[str], found: Sequence[str | None], parts: Sequence[str] = ()) -> dict[str, Any]:
    """Macro-F1 and accuracy, F1, precision and recall of each class, and macro-F1 of each part (subject, body).

    None as ``found`` is always wrong. ``parts`` is empty or names the part of a letter that each text is. Each figure
    is ``{"value", "low", "high"}``.
    """
    names = sorted(set(gold))
    g = np.asarray([names.index(x) for x in gold])
    f = np.asarray([names.index(x) if x in names else -1 for x in found])
    out: dict[str, Any] = {
        "texts": len(g),
        "macro_f1": interval(len(g), lambda i: macro_f1(g[i], f[i], range(len(names)))),
        "accuracy": interval(len(g), lambda i: float((g[i] == f[i]).mean())),
    }
    for part in sorted(set(parts)):
        which = np.asarray([p == part for p in parts])
        out[f"macro_f1 {part}"] = _macro(g[which], f[which], len(names))
    out["classes"] = {name: _one(g == k, f == k) for k, name in enumerate(names)}
    return out


def _macro(gold: Ints, found: Ints, count: int) -> dict[str, float]:
    return interval(len(gold), lambda i: macro_f1(gold[i], found[i], range(count)))


def _one(gold: NDArray[np.bool_], found: NDArray[np.bool_]) -> dict[str, Any]:
    right = gold & found
    measures = {
        "f1": lambda i: _ratio(2 * right[i].sum(), gold[i].sum() + found[i].sum()),
        "precision": lambda i: _ratio(right[i].sum(), found[i].sum()),
        "recall": lambda i: _ratio(right[i].sum(), gold[i].sum()),
    }
    return {name: interval(len(gold), measure) for name, measure in measures.items()}


def confusion(gold: Sequence[str], found: Sequence[str | None]) -> dict[str, dict[str, int]]:
    """How many texts of each gold class (row) were given which class (column; ``—``: none)."""
    out: dict[str, dict[str, int]] = {name: {} for name in sorted(set(gold))}
    for is_, was in zip(gold, found, strict=True):
        out[is_][was or "—"] = out[is_].get(was or "—", 0) + 1
    return out


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0
