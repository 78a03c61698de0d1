"""SnowNLP, the usual choice and the known baseline: one number, probably trained on shopping reviews."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from monitor.errors import ModelUnavailable
from monitor.model import Kind, Sentiment

_LONG = 4_000


class SnowEngine:
    """SnowNLP has two classes. Its p (positive) becomes three: the nearer p is to 0.5, the more neutral.

    With d = 2p - 1: neutral = 1 - |d|, the rest goes to the side of d. So a text is neutral for 0.25 < p < 0.75.
    """

    name = "snow"

    def __init__(self) -> None:
        try:
            from snownlp import SnowNLP
        except ImportError as error:
            raise ModelUnavailable(
                "SnowNLP 没有安装", "运行 make run 重新安装依赖，或在 service.toml 改用 linear"
            ) from error
        self._snow = SnowNLP
        self.version = version("snownlp")

    def score(self, texts: Sequence[str], kind: Kind | None = None) -> list[Sentiment]:
        """See :class:`monitor.analysis.sentiment.contract.SentimentEngine`; ``kind`` changes nothing."""
        return [self._one(text[:_LONG]) for text in texts]

    def _one(self, text: str) -> Sentiment:
        chance = 0.5
        if text.strip():
            try:
                chance = float(self._snow(text).sentiments)
            except (ZeroDivisionError, ValueError, KeyError, OverflowError, UnicodeError):
                chance = 0.5  # SnowNLP trips over texts without a single word it knows
        lean = round(min(1.0, max(-1.0, 2 * chance - 1)), 4)
        return Sentiment(max(0.0, -lean), round(1 - abs(lean), 4), max(0.0, lean), self.name, self.version)
