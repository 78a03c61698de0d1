"""Third step: the configured topics of a text, most probable first, and the purpose limit (S4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.analysis.topics import TopicScores, model
from monitor.settings.types import Topic

_MOST = 3
_HIT = 0.6
"""A term that is found makes its topic this probable; each further one takes the same part of what is left."""
_WITH_TERM = 0.01
"""Public-service probability a text needs when a configured term stands in it: "停水" in a joke is not a matter."""


@dataclass(frozen=True, slots=True)
class Found:
    topics: tuple[str, ...]
    public_service: float


class TopicRule:
    """The configured topics with their patterns made once."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._official = {t.official.value: t.name for t in reversed(topics) if not t.terms}
        self._terms = [(t.name, _any(t.terms), _any(t.not_terms) if t.not_terms else None) for t in topics if t.terms]

    def judge(self, title: str, text: str, scores: TopicScores) -> Found:
        """Topics by terms (a hit in the title counts twice) and by the classifier, at most three.

        ``scores`` are the classifier's for the same title and text. No topic at all: not a public-service matter.
        """
        chances: dict[str, float] = {}
        if scores.public_service >= _WITH_TERM:
            for name, terms, not_terms in self._terms:
                hits = 2 * _hits(terms, not_terms, title) + _hits(terms, not_terms, text)
                if hits:
                    chances[name] = 1 - (1 - _HIT) ** hits
        if scores.public_service >= model().threshold:
            for official, chance in scores.likely:
                configured = self._official.get(official)
                if configured is not None:
                    chances[configured] = max(chance, chances.get(configured, 0.0))
        ranked = sorted(chances, key=lambda n: (-chances[n], n))
        return Found(tuple(ranked[:_MOST]), scores.public_service)


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))), re.IGNORECASE)


def _hits(terms: re.Pattern[str], not_terms: re.Pattern[str] | None, text: str) -> int:
    told = not_terms.sub("\x00", text) if not_terms else text
    return len({m[0] for m in terms.finditer(told)})
