"""The default engine: character n-grams, four heads (post, news, review, civic) mixed by a gate, calibrated.

A post, a news lead, a review and a letter to the government use the same words differently. Each head is a
multinomial logistic regression fitted for one of these domains; the gate is another that tells the domains apart from
the text alone. A known source kind rules heads out. Temperatures (Guo et al. 2017) are fitted by cross-validation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.analysis import archive
from monitor.analysis.linear import Floats, LinearModel, softmax
from monitor.model import Kind, Sentiment

DOMAINS = ("post", "news", "review", "civic")
POLARITIES = ("negative", "neutral", "positive")
FILE = "sentiment-linear.npz"
_HEADS_OF = {
    Kind.NEWS: ("news",),
    Kind.OFFICIAL: ("news",),
    Kind.HOTLIST: ("news",),
    Kind.BOARD: ("civic",),
    Kind.POST: ("post", "civic"),
}
_PRIOR = np.asarray([3.0, 0.0, 0.0, 0.0])
"""Added to the gate: a text of unknown make reads like a post. Chosen on the development sets (0 to 3 differ by .08 on
general posts, by .003 on reviews)."""
_BLANK = (0.1, 0.8, 0.1)
"""A text without a single known n-gram says nothing."""


class LinearEngine:
    name = "linear"

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._temperatures = np.asarray(model.meta["temperatures"], dtype=np.float64)
        self.version = str(model.meta["version"])

    @classmethod
    def shipped(cls) -> LinearEngine:
        return cls(LinearModel.load(archive.MODELS / FILE))

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
        raw = self._model.scores(texts)
        heads = raw[:, : 3 * len(DOMAINS)].reshape(-1, len(DOMAINS), 3) / self._temperatures[:, None]
        gate = softmax(raw[:, 3 * len(DOMAINS) :] + _PRIOR)
        allowed = np.asarray([kind is None or domain in _HEADS_OF[kind] for domain in DOMAINS])
        gate = np.where(allowed, gate + 1e-9, 0.0)
        gate /= gate.sum(axis=1, keepdims=True)
        mixed = (softmax(heads) * gate[:, :, None]).sum(axis=1)
        blank = np.asarray([not text.strip() for text in texts])
        mixed[blank] = _BLANK
        return np.asarray(mixed)
