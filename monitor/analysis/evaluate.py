"""``yuqing eval``: metrics against gold labels, each with a 95 % bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.linear import Floats

Ints = NDArray[np.int64]
REPEATS = 500


def interval(n: int, metric: Callable[[Ints], float], repeats: int = REPEATS) -> dict[str, float]:
    """``metric`` of all items and its 95 % percentile interval (Efron 1979); ``metric`` takes the drawn indices."""
    random = np.random.default_rng(20_260_101)
    value = metric(np.arange(n))
    drawn = [metric(random.integers(0, n, n)) for _ in range(repeats)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def macro_f1(gold: Ints, found: Ints, classes: Iterable[int]) -> float:
    """Mean F1 over the classes that occur in ``gold``."""
    scores = []
    for k in classes:
        if (gold == k).any():
            hits = int(((gold == k) & (found == k)).sum())
            scores.append(2 * hits / (int((gold == k).sum()) + int((found == k).sum())))
    return float(np.mean(scores))


def calibration_error(gold: Ints, probabilities: Floats, bins: int = 10) -> float:
    """Expected calibration error of the most probable class (Naeini et al. 2015)."""
    sure, found = probabilities.max(axis=1), probabilities.argmax(axis=1)
    which = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(float((found[which == b] == gold[which == b]).mean() - sure[which == b].mean()))
        for b in set(which.tolist())
    ]
    shares = [float((which == b).mean()) for b in set(which.tolist())]
    return float(np.dot(gaps, shares))


def sentiment(gold: Ints, probabilities: Floats) -> dict[str, Any]:
    """Macro-F1, accuracy and calibration error of (texts, 3) probabilities; two classes where no text is neutral."""
    if not (gold == 1).any():
        probabilities = probabilities * np.asarray([1.0, 0.0, 1.0])
        probabilities = probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12)
    found = probabilities.argmax(axis=1)
    n = len(gold)
    return {
        "texts": n,
        "macro_f1": interval(n, lambda i: macro_f1(gold[i], found[i], range(3))),
        "accuracy": interval(n, lambda i: float((gold[i] == found[i]).mean())),
        "calibration_error": interval(n, lambda i: calibration_error(gold[i], probabilities[i])),
    }


def classes(gold: Sequence[str], found: Sequence[str | None]) -> dict[str, Any]:
    """Macro-F1 and accuracy of named classes; None is always wrong."""
    names = sorted(set(gold))
    g = np.asarray([names.index(x) for x in gold])
    f = np.asarray([names.index(x) if x in names else -1 for x in found])
    n = len(g)
    return {
        "texts": n,
        "macro_f1": interval(n, lambda i: macro_f1(g[i], f[i], range(len(names)))),
        "accuracy": interval(n, lambda i: float((g[i] == f[i]).mean())),
    }


Spans = set[tuple[int, int, str]]


def spans(gold: Sequence[Spans], found: Sequence[Spans]) -> dict[str, Any]:
    """Recall and precision by kind. A gold span is found when spans of any kind cover all of it; a span is right
    when it overlaps a gold span of its kind."""
    out: dict[str, Any] = {"texts": len(gold)}
    for kind in sorted({s[2] for one in (*gold, *found) for s in one}):
        table = np.asarray([_counts(g, f, kind) for g, f in zip(gold, found, strict=True)])
        out[kind] = {
            "recall": interval(len(table), lambda i, t=table: _ratio(t[i, 0], t[i, 1])),  # type: ignore[misc]
            "precision": interval(len(table), lambda i, t=table: _ratio(t[i, 2], t[i, 3])),  # type: ignore[misc]
        }
    return out


def _counts(gold: Spans, found: Spans, kind: str) -> tuple[int, int, int, int]:
    wanted = [g for g in gold if g[2] == kind]
    given = [f for f in found if f[2] == kind]
    covered = sum(all(any(f[0] <= p < f[1] for f in found) for p in range(g[0], g[1])) for g in wanted)
    right = sum(any(f[0] < g[1] and g[0] < f[1] for g in wanted) for f in given)
    return covered, len(wanted), right, len(given)


def _ratio(part: Ints, whole: Ints) -> float:
    total = int(whole.sum())
    return int(part.sum()) / total if total else 1.0


def table(results: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Rows (engine, measure, value, interval) for a printed table."""
    found: list[tuple[str, ...]] = []
    for name, measures in results.items():
        found.extend((name, key, f"{m['value']:.3f}", f"{m['low']:.3f}–{m['high']:.3f}") for key, m in _flat(measures))
    return found


def _flat(measures: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Mapping[str, float]]]:
    for key, value in measures.items():
        if isinstance(value, Mapping):
            if "value" in value:
                yield prefix + key, value
            else:
                yield from _flat(value, f"{prefix}{key} ")
