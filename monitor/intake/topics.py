"""Third step: the configured topics of a text, most probable first, and the purpose limit (S4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from monitor.analysis.topics import TopicScores, model
from monitor.settings.types import Topic

_MOST, _FINER = 4, 3
"""Topics of a text, and those of them that come from terms."""
_WITH_TERM = 0.2
"""Public-service probability a text needs when a configured term stands in it: "停水" in a joke is not a matter."""
_IN_TITLE = 2.0
_OPENING, _EARLY = 60, 0.5
"""Characters in which a letter says what it is about, and what a term there counts beside its place in the text."""
_USUAL = 150
"""Length at which a term that is found once is just enough; in a longer text it must be found more often."""
_REPEATS = 6
_ENOUGH = 0.9
"""Evidence from which a text has a topic. A term that a long letter mentions in passing is not what it is about."""
_BESIDE = 0.3
"""Part of the best topic's evidence that a further topic needs."""
_CLASS = 0.8
"""How much the official class of the text adds to a topic of that class."""


@dataclass(frozen=True, slots=True)
class Found:
    topics: tuple[str, ...]
    public_service: float


@dataclass(frozen=True, slots=True)
class _Terms:
    name: str
    official: str
    terms: re.Pattern[str]
    not_terms: re.Pattern[str] | None
    beginnings: frozenset[str]
    """The first two characters of each term: a text without any of them need not be searched."""

    def hits(self, text: str) -> list[re.Match[str]]:
        told = self.not_terms.sub(lambda found: "\x00" * len(found[0]), text) if self.not_terms else text
        return list(self.terms.finditer(told))


class TopicRule:
    """The configured topics with their patterns made once."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._official = {t.official.value: t.name for t in reversed(topics) if not t.terms}
        self._terms = [
            _Terms(
                t.name,
                t.official.value,
                _any(t.terms),
                _any(t.not_terms) if t.not_terms else None,
                frozenset(term[:2].lower() for term in t.terms),
            )
            for t in topics
            if t.terms
        ]

    def judge(self, title: str, text: str, scores: TopicScores) -> Found:
        """Topics by terms (at most three) and by the classifier, at most four.

        ``scores`` are the classifier's for the same title and text. No topic at all: not a public-service matter.
        """
        finer: dict[str, float] = {}
        official = dict(scores.official)
        if scores.public_service >= _WITH_TERM:
            told = f"{title}\n{text}".lower()
            pairs = set(map("".join, pairwise(told)))
            near = [t for t in self._terms if not pairs.isdisjoint(t.beginnings)]
            found = {t.name: self._evidence(t, title, text, official) for t in near}
            best = max(found.values(), default=0.0)
            # Evidence .9 is as good as a probability of .6, evidence 4 as one of .87.
            finer = {n: e / (e + 0.6) for n, e in found.items() if e >= max(_ENOUGH, _BESIDE * best)}
        classes: dict[str, float] = {}
        if scores.public_service >= model().threshold:
            for name, chance in scores.likely:
                configured = self._official.get(name)
                if configured is not None:
                    classes[configured] = max(chance, classes.get(configured, 0.0))
        kept = [*_ranked(finer)[:_FINER], *_ranked(classes)][:_MOST]
        whole = {**classes, **finer}
        return Found(tuple(_ranked({name: whole[name] for name in kept})), scores.public_service)

    def _evidence(self, topic: _Terms, title: str, text: str, official: Mapping[str, float]) -> float:
        """How much speaks for a topic: different terms in the title, terms by the length of the text, early ones."""
        in_title = len({hit[0] for hit in topic.hits(title)})
        hits = topic.hits(text)
        if not in_title and not hits:
            return 0.0
        often = sum(min(n, 2) for n in Counter(hit[0] for hit in hits).values())
        evidence = _IN_TITLE * in_title + min(often, _REPEATS) * min(1.0, _USUAL / max(1, len(text)))
        if hits and hits[0].start() < _OPENING:
            evidence += _EARLY
        return evidence * (1 - _CLASS / 2 + _CLASS * official.get(topic.official, 0.0))


def _ranked(chances: Mapping[str, float]) -> list[str]:
    return sorted(chances, key=lambda name: (-chances[name], name))


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))), re.IGNORECASE)
