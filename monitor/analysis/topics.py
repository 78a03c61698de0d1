"""Which public-service matter a text is about: seven official classes, and whether it is one at all (S4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from monitor.analysis import archive
from monitor.analysis.linear import LinearModel, softmax
from monitor.analysis.weak import strip_anonymised
from monitor.settings.types import OfficialTopic

OFFICIAL = tuple(topic.value for topic in OfficialTopic)
FILE = "topic-linear.npz"
SECOND = 0.25
"""Probability from which a further class is reported beside the most probable one."""


@dataclass(frozen=True, slots=True)
class TopicScores:
    """``official``: the seven classes with their probabilities (given a public-service matter), most probable first.

    ``public_service``: the probability that the text is about a public-service matter at all.
    """

    official: tuple[tuple[str, float], ...]
    public_service: float

    @property
    def likely(self) -> tuple[tuple[str, float], ...]:
        """The most probable class, and a second one that is nearly as probable."""
        return tuple(pair for i, pair in enumerate(self.official[:2]) if i == 0 or pair[1] >= SECOND)


_DRESS = re.compile(
    r"//@[^:：\s]{1,30}[:：]?|@[\w·.\-]{1,30}|(?:https?://|www\.)[\x21-\x7e]+|\[[\w\s]{1,8}\]|〔[^〔〕]{1,8}〕|O网页链接|[\U0001f000-\U0001faff]"
)

_GAPS = re.compile(r"[^\S\n]{2,}")


def undressed(text: str) -> str:
    """Without handles, links, emoticons and placeholders: they tell where a text was posted, not what it is about.

    Nor with the letters that stand for places in anonymised texts (A市, A3区).
    """
    return _GAPS.sub(" ", strip_anonymised(_DRESS.sub("", text))).strip(" ")


class TopicModel:
    """See the model card docs/models/topic-linear.md."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._temperature = float(model.meta["temperature"])
        self.version = str(model.meta["version"])
        self.threshold = float(model.meta["threshold"])
        """Public-service probability from which a text counts as one."""

    def score(self, texts: Sequence[str]) -> list[TopicScores]:
        """One result a text, in order; an empty text has public_service 0. Never raises for any text."""
        if not texts:
            return []
        raw = self._model.scores([undressed(text) for text in texts])
        official = softmax(raw[:, : len(OFFICIAL)] / self._temperature)
        public = softmax(raw[:, len(OFFICIAL) :])[:, 1]
        order = np.argsort(-official, axis=1, kind="stable")
        return [
            TopicScores(
                tuple((OFFICIAL[k], round(float(chances[k]), 4)) for k in ranks),
                round(float(chance), 4) if text.strip() else 0.0,
            )
            for text, chances, ranks, chance in zip(texts, official, order, public, strict=True)
        ]


@lru_cache(maxsize=1)
def model() -> TopicModel:
    """The shipped model, loaded once per process. Raises ``ModelUnavailable``."""
    return TopicModel(LinearModel.load(archive.MODELS / FILE))
