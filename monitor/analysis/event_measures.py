"""How well texts are grouped: pairs of texts rightly and wrongly put together, with intervals over the issues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.evaluate import interval

Floats = NDArray[np.float64]
Row = tuple[float, float, float]
ALONE = ""
"""Stands for the texts that belong to no issue."""


def pairs(
    gold: Mapping[str, str | None], found: Mapping[str, str], unsure: Set[str] = frozenset(), open_world: bool = True
) -> dict[str, Row]:
    """By issue: pairs rightly together, wrongly together, wrongly apart.

    ``gold``: issue by text id; None: a text that belongs to no issue and to no other such text. ``found``: event by
    text id. With ``open_world`` a text that ``gold`` does not name belongs to no issue either (but may belong with
    another such text); without it such texts are left out. A wrong pair of two issues counts half for each, a wrong
    pair of two texts that are alone for ``ALONE``. ``unsure`` texts are left out.
    """
    judged = {id for id in found if id not in unsure and (open_world or id in gold)}
    whole = Counter(found[id] for id in judged)
    strangers = Counter(found[id] for id in judged if gold.get(id) is None)
    alone = Counter(found[id] for id in judged if id in gold and gold[id] is None)
    members: dict[str, Counter[str]] = {}
    for id in judged:
        issue = gold.get(id)
        if issue is not None:
            members.setdefault(issue, Counter())[found[id]] += 1
    rows: dict[str, Row] = {}
    for issue, parts in sorted(members.items()):
        right = sum(n * (n - 1) / 2 for n in parts.values())
        size = parts.total()
        wrong = sum(n * (strangers[e] + (whole[e] - strangers[e] - n) / 2) for e, n in parts.items())
        rows[issue] = (right, wrong, size * (size - 1) / 2 - right)
    return rows | {ALONE: (0.0, sum(n * (n - 1) / 2 for n in alone.values()), 0.0)}


def f1(rows: Floats | Mapping[str, Row]) -> float:
    """Pairwise F1 over all issues together."""
    rows = _table(rows)
    right, wrong, apart = rows.sum(axis=0)
    return float(2 * right / (2 * right + wrong + apart)) if right else 0.0


def measured(found: Mapping[str, Row]) -> dict[str, Any]:
    """Pairwise precision, recall and F1, and the mean of the issues' own F1; 95 % intervals over issues."""
    rows = _table(found)
    n = len(rows)
    real = rows[(rows[:, 0] + rows[:, 2]) > 0]
    own = 2 * real[:, 0] / np.maximum(2 * real[:, 0] + real[:, 1] + real[:, 2], 1)
    return {
        "issues": len(real),
        "pairwise_f1": interval(n, lambda i: f1(rows[i])),
        "pairwise_precision": interval(n, lambda i: _ratio(rows[i, 0].sum(), rows[i, 1].sum())),
        "pairwise_recall": interval(n, lambda i: _ratio(rows[i, 0].sum(), rows[i, 2].sum())),
        "mean_f1_of_issues": interval(len(own), lambda i: float(own[i].mean())),
    }


def _table(rows: Floats | Mapping[str, Row]) -> Floats:
    return np.asarray(list(rows.values()), dtype=np.float64) if isinstance(rows, Mapping) else rows


def _ratio(right: float, other: float) -> float:
    return float(right / (right + other)) if right + other else 1.0
