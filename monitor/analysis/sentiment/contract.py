"""What a sentiment engine is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.model import Kind, Sentiment


class SentimentEngine(Protocol):
    """Computes the probabilities of negative, neutral and positive of each text.

    ``score`` returns one :class:`Sentiment` a text, in order, summing to 1; it never raises for any text, the empty
    one included, and a text's result does not depend on its neighbours. ``kind`` is the kind of the source, None where
    it is not known. ``name`` and ``version`` go into every record.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def score(self, texts: Sequence[str], kind: Kind | None = None) -> list[Sentiment]: ...


def joined(title: str, text: str) -> str:
    """Title and text as engines and classifiers are trained on them."""
    return f"{title}\n{text}" if title and text else title or text
