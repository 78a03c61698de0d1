"""The default engine: n-grams and words, a head for each kind of text, mixed by a gate, calibrated.

An epidemic post, another post, a news lead, a review and a letter to the government use the same words differently.
Each head is a multinomial logistic regression fitted for one of these domains; the gate is another that tells the
domains apart from the text alone. A known source kind rules heads out. Each head's scores are shifted so that rare
classes are found (macro-F1) and divided by a temperature (Guo et al. 2017), both fitted by cross-validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.linear import Counts, Floats, Table, softmax
from monitor.analysis.sentiment import blocks
from monitor.analysis.sentiment.normal import LONG
from monitor.model import Kind, Sentiment

DOMAINS = ("post", "usual", "news", "review", "civic")
POLARITIES = ("negative", "neutral", "positive")
FILE = "sentiment-linear.npz"
_HEADS_OF = {
    Kind.NEWS: ("news",),
    Kind.OFFICIAL: ("news",),
    Kind.HOTLIST: ("news",),
    Kind.BOARD: ("civic",),
    Kind.POST: ("post", "usual", "civic"),
}
_BATCH = 64
_BLANK = (0.1, 0.8, 0.1)
"""A text without a single letter or sign says nothing."""


class LinearEngine:
    name = "linear"

    def __init__(self, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
        self.meta = meta
        self.version = str(meta["version"])
        self._grams = (Table(arrays["hashes"]), _idf(arrays["idf"]))
        self._words = (Table(arrays["word_hashes"]), _idf(arrays["word_idf"]))
        self._weights = _weights(arrays["weights"], arrays["scale"])
        self._word_weights = _weights(arrays["word_weights"], arrays["word_scale"])
        self._bias = arrays["bias"].astype(np.float64)
        heads = [meta["heads"][domain] for domain in DOMAINS]
        self._shifts = np.asarray([head["shift"] for head in heads], dtype=np.float64)
        self._temperatures = np.asarray([head["temperature"] for head in heads], dtype=np.float64)
        self._prior = np.asarray([head["prior"] for head in heads], dtype=np.float64)

    @classmethod
    def load(cls, path: Path) -> LinearEngine:
        """The engine of a model file. Raises ``ModelUnavailable``."""
        return cls(*archive.load(path))

    @classmethod
    def shipped(cls) -> LinearEngine:
        return cls.load(archive.MODELS / FILE)

    def score(self, texts: Sequence[str], kind: Kind | None = None) -> list[Sentiment]:
        """See :class:`monitor.analysis.sentiment.contract.SentimentEngine`."""
        chances = self.probabilities(texts, kind)
        return [
            Sentiment(
                round(a, 4), round(max(0.0, 1 - round(a, 4) - round(c, 4)), 4), round(c, 4), self.name, self.version
            )
            for a, _, c in chances.tolist()
        ]

    def probabilities(self, texts: Sequence[str], kind: Kind | None = None) -> Floats:
        """Shape (texts, 3): negative, neutral, positive."""
        if not texts:
            return np.zeros((0, 3))
        raw = self.raw(texts)
        heads = raw[:, : 3 * len(DOMAINS)].reshape(-1, len(DOMAINS), 3)
        chances = softmax((heads + self._shifts) / self._temperatures[:, None])
        gate = softmax(raw[:, 3 * len(DOMAINS) :] + self._prior)
        allowed = np.asarray([kind is None or domain in _HEADS_OF[kind] for domain in DOMAINS])
        gate = np.where(allowed, gate + 1e-9, 0.0)
        gate /= gate.sum(axis=1, keepdims=True)
        mixed = (chances * gate[:, :, None]).sum(axis=1)
        mixed[[not text[:LONG].strip() for text in texts]] = _BLANK
        return np.asarray(mixed)

    def raw(self, texts: Sequence[str]) -> Floats:
        """Scores before shift and temperature: three a head, then one a domain. No text depends on its neighbours."""
        return np.concatenate([self._batch(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)])

    def _batch(self, texts: Sequence[str]) -> Floats:
        out = np.zeros((len(texts), len(self._bias)))
        grams, words = blocks.counts(texts, self._grams, self._words)
        _add(out, grams, self._weights)
        _add(out, words, self._word_weights)
        return np.asarray(out + self._bias)


def _idf(stored: NDArray[Any]) -> Floats:
    return np.concatenate((np.zeros(1), stored.astype(np.float64) / 1024))


def _weights(stored: NDArray[Any], scale: NDArray[Any]) -> NDArray[np.float32]:
    """Row 0 stands for an unknown feature."""
    weights = stored.astype(np.float32) * scale.astype(np.float32)
    return np.concatenate((np.zeros((1, weights.shape[1]), np.float32), weights))


def _add(out: Floats, counts: Counts, weights: NDArray[np.float32]) -> None:
    if len(counts.rows):
        weighted = weights[counts.rows] * counts.values[:, None]
        present, begins = np.unique(counts.texts, return_index=True)
        out[present] += np.add.reduceat(weighted, begins, axis=0)
