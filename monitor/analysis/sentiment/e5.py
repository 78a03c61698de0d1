"""The strongest engine: a fine-tuned multilingual-e5-small, pooled with the n-grams of the default engine.

The encoder reads the words in their order, so negation, forwarded text and a turn at the end count, which n-grams miss;
the n-grams know the rare words. Four kinds of text have a head each (posts, news, reviews, letters to the government);
a gate mixes them, and a known source kind rules some out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.analysis import archive
from monitor.analysis.linear import Floats, softmax
from monitor.analysis.sentiment.e5_encoder import Encoder
from monitor.analysis.sentiment.e5_tokens import Tokenizer
from monitor.analysis.sentiment.linear import LinearEngine
from monitor.model import Kind, Sentiment

FILE = "sentiment-e5.npz"
DOMAINS = ("post", "news", "review", "civic")
EMOTIONS = ("angry", "sad", "fear", "neutral", "happy", "surprise")
"""Outputs of the posts' head, in the terms of SMP2020-EWECT; the first three are negative, surprise is none."""
OUTPUTS = {"post": 6, "news": 3, "review": 2, "civic": 3}
"""Columns of the matrix ``heads``, in this order."""
_HEADS_OF = {
    Kind.NEWS: ("news",),
    Kind.OFFICIAL: ("news",),
    Kind.HOTLIST: ("news",),
    Kind.BOARD: ("civic",),
    Kind.POST: ("post", "civic"),
}
_NO_NEUTRAL = -3.0
"""Neutral score of reviews beside the higher of the two others: who writes a review has an opinion."""
_BLANK = (0.1, 0.8, 0.1)
_CHUNK = 256


class E5Engine:
    name = "e5"

    def __init__(self, arrays: dict[str, archive.Array], meta: dict[str, Any], linear: LinearEngine) -> None:
        pieces = arrays["pieces"].tobytes().decode().split("\n")
        self._tokenizer = Tokenizer(pieces, arrays["piece.scores"].tolist())
        self._encoder = Encoder(arrays, meta["layers"], meta["attention_heads"])
        self._limit = int(meta["longest"])
        self._mixer = Mixer(arrays["heads"], arrays["gate"], arrays["scale"])
        self._pool = arrays["pool"].astype(np.float64)
        self._linear = linear
        self.version = str(meta["version"])

    @classmethod
    def shipped(cls) -> E5Engine:
        """The engine of the model file. Raises ``ModelUnavailable`` where it is absent or damaged."""
        return cls(*archive.load(archive.MODELS / FILE), LinearEngine.shipped())

    def score(self, texts: Sequence[str], kind: Kind | None = None) -> list[Sentiment]:
        """See :class:`monitor.analysis.sentiment.contract.SentimentEngine`."""
        return [
            Sentiment(
                round(a, 4), round(max(0.0, 1 - round(a, 4) - round(c, 4)), 4), round(c, 4), self.name, self.version
            )
            for a, _, c in self.probabilities(texts, kind).tolist()
        ]

    def probabilities(self, texts: Sequence[str], kind: Kind | None = None) -> Floats:
        """Shape (texts, 3): negative, neutral, positive."""
        parts = [self._some(texts[i : i + _CHUNK], kind) for i in range(0, len(texts), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, 3))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """What the encoder makes of the texts, shape (texts, 384)."""
        return self._encoder.vectors([self._tokenizer.ids(text, self._limit) for text in texts]).astype(np.float64)

    def _some(self, texts: Sequence[str], kind: Kind | None) -> Floats:
        vectors = self.vectors(texts)
        domains = self._mixer.domains(vectors, kind)
        found = self._mixer.mixed(vectors, domains)
        pooled = pool(found, self._linear.probabilities(texts, kind), domains @ self._pool)
        pooled[np.asarray([not text.strip() for text in texts])] = _BLANK
        return pooled


@dataclass(frozen=True, slots=True)
class Mixer:
    """From vectors to probabilities.

    ``heads``: (width + 1, 14), columns as in OUTPUTS; ``gate``: (width + 1, domains); the last row of both are the
    intercepts. ``scale``: one factor a domain.
    """

    heads: archive.Array
    gate: archive.Array
    scale: archive.Array

    def by_domain(self, vectors: Floats) -> Floats:
        """Scores of the three polarities by each domain's head, shape (texts, domains, 3)."""
        raw = vectors @ self.heads[:-1].astype(np.float64) + self.heads[-1]
        top = raw[:, :3].max(axis=1)
        negative = top + np.log(np.exp(raw[:, :3] - top[:, None]).sum(axis=1))
        post = np.stack((negative, raw[:, 3], raw[:, 4]), axis=1)
        review = np.stack((raw[:, 9], raw[:, 9:11].max(axis=1) + _NO_NEUTRAL, raw[:, 10]), axis=1)
        every = np.stack((post, raw[:, 6:9], review, raw[:, 11:14]), axis=1)
        return np.asarray(every * self.scale[:, None])

    def domains(self, vectors: Floats, kind: Kind | None = None) -> Floats:
        """How likely each text is of each domain, shape (texts, domains)."""
        weight = softmax(vectors @ self.gate[:-1].astype(np.float64) + self.gate[-1])
        allowed = np.asarray([kind is None or domain in _HEADS_OF[kind] for domain in DOMAINS])
        weight = np.where(allowed, weight + 1e-9, 0.0)
        return np.asarray(weight / weight.sum(axis=1, keepdims=True))

    def mixed(self, vectors: Floats, domains: Floats) -> Floats:
        """Probabilities by the heads, each weighed by how likely the text is of its domain."""
        return np.asarray((softmax(self.by_domain(vectors)) * domains[:, :, None]).sum(axis=1))


def pool(encoder: Floats, ngrams: Floats, weights: Floats) -> Floats:
    """Logarithmic opinion pool (Genest & Zidek 1986) of two engines; ``weights``: (texts, 2)."""
    return softmax(weights[:, :1] * np.log(encoder + 1e-4) + weights[:, 1:] * np.log(ngrams + 1e-4))
