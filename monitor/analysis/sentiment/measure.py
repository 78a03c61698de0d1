"""The figures that go into the model's meta: the engine on the development sets, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping
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

_SETS = ("weibo_epidemic_dev", "weibo_usual_dev", "reviews_dev")


def measured(arrays: Mapping[str, Any], meta: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Rows of data, metric, value, low, high; a set that is not there is left out."""
    engine = LinearEngine(arrays, meta)
    found = []
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


def rows(name: str, gold: NDArray[np.int64], chances: Floats) -> list[dict[str, Any]]:
    """The metrics of one set, a row each."""
    figures = evaluate.sentiment(gold, chances)
    return [{"data": name, "metric": key, **value} for key, value in figures.items() if isinstance(value, dict)]
