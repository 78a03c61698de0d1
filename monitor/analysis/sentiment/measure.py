"""The figures that go into the model's meta: the engine on the development sets, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import evaluate
from monitor.analysis.linear import Floats
from monitor.analysis.sentiment.examples import civic_gold, labelled
from monitor.analysis.sentiment.linear import LinearEngine
from monitor.errors import ModelUnavailable
from monitor.model import Kind

Row = dict[str, Any]
_SETS = ("weibo_epidemic_dev", "weibo_usual_dev", "reviews_dev")
_HEADLINES = {
    ("weibo_epidemic_dev", "macro_f1"),
    ("weibo_usual_dev", "macro_f1"),
    ("news, cross-validation", "macro_f1"),
    ("reviews_dev", "accuracy"),
    ("civic_gold", "accuracy"),
}
"""What a brief tells about the engine; the rest is for the model card."""


def headlines(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows as the two entries of a model's meta: ``measured`` (shown in briefs) and ``measured_more``."""
    first = [row for row in rows if (row["data"], row["metric"]) in _HEADLINES]
    return {"measured": first, "measured_more": [row for row in rows if row not in first]}


def measured(arrays: Mapping[str, Any], meta: Mapping[str, Any], folder: Path) -> list[Row]:
    """Rows of data, metric, value, low, high; a set that is not there is left out."""
    engine = LinearEngine(arrays, meta)
    found: list[Row] = []
    for name in _SETS:
        try:
            texts, gold = labelled(folder, name)
        except ModelUnavailable:
            continue
        found.extend(rows(name, np.asarray(gold), engine.probabilities(texts)))
    letters = civic_gold(folder)
    if not letters:
        return found
    chances = engine.probabilities([text for text, _ in letters], Kind.BOARD)
    found.extend(rows("civic_gold", np.asarray([gold for _, gold in letters]), chances))
    return found


def rows(name: str, gold: NDArray[np.int64], chances: Floats) -> list[Row]:
    """The metrics of one set, a row each."""
    figures = evaluate.sentiment(gold, chances)
    return [{"data": name, "metric": key, **value} for key, value in figures.items() if isinstance(value, dict)]
