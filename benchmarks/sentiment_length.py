"""Whether a text of 500 characters is judged as well as one of 30: the default engine by length. Prints JSON.

    python benchmarks/sentiment_length.py DATA [--engine linear]

DATA is the development data folder. Three views, each in bins of length: the texts as they are; texts of one polarity
put together until they have 500 characters (who complains for long is no less annoyed); and the letters to the
government labelled by hand for this project, told to be board messages. ``neutral`` is the share called neutral,
``neutral_gold`` the share that is: a model that collapses to neutral on long texts would show there.
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np

from monitor.analysis import evaluate, sentiment
from monitor.analysis.sentiment.examples import civic_gold, labelled
from monitor.model import Kind

BINS = (0, 30, 100, 200, 400, 100_000)


def figures(gold: Any, chances: Any) -> dict[str, Any]:
    found = evaluate.sentiment(gold, chances)
    said = chances.argmax(axis=1)
    return {
        "texts": len(gold),
        "accuracy": found["accuracy"],
        "macro_f1": found["macro_f1"]["value"],
        "calibration_error": found["calibration_error"]["value"],
        "neutral": round(float((said == 1).mean()), 3),
        "neutral_gold": round(float((gold == 1).mean()), 3),
    }


def by_length(texts: list[str], gold: Any, chances: Any) -> dict[str, Any]:
    lengths = np.asarray([len(text) for text in texts])
    out = {"all": figures(gold, chances)}
    for low, high in itertools.pairwise(BINS):
        own = (lengths >= low) & (lengths < high)
        if own.sum() >= 20:
            out[f"{low}-{high}" if high < 100_000 else f"{low}-"] = figures(gold[own], chances[own])
    return out


def together(texts: list[str], gold: Any, characters: int = 500) -> tuple[list[str], Any]:
    """Texts of one polarity, in order, joined until each has at least ``characters``."""
    joined, labels = [], []
    for polarity in sorted(set(gold.tolist())):
        parts: list[str] = []
        for i in np.flatnonzero(gold == polarity):
            parts.append(texts[i].strip())
            if sum(map(len, parts)) >= characters:
                joined.append("。".join(parts))
                labels.append(polarity)
                parts = []
    return joined, np.asarray(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="linear")
    asked = parser.parse_args()
    engine = sentiment.engine(asked.engine)

    def chances(texts: list[str], kind: Kind | None = None) -> Any:
        return np.asarray([[s.negative, s.neutral, s.positive] for s in engine.score(texts, kind)])

    out: dict[str, Any] = {}
    for name in ("weibo_epidemic_dev", "weibo_usual_dev", "reviews_dev"):
        texts, found = labelled(asked.data, name)
        gold = np.asarray(found)
        long_texts, long_gold = together(texts, gold)
        out[name] = by_length(texts, gold, chances(texts))
        out[f"{name}, put together"] = figures(long_gold, chances(long_texts))
    letters = civic_gold(asked.data)
    gold = np.asarray([polarity for _, polarity in letters])
    bodies = [text for text, _ in letters]
    out["letters, labelled by hand"] = by_length(bodies, gold, chances(bodies, Kind.BOARD))
    print(json.dumps(out, ensure_ascii=False, indent=2))


main()
