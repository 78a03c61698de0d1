"""What matters first: an open sum of five signs, so that a reader may ask why one thing stands above another. Pure.

Every sign is counted in doublings (log2), as people judge amounts by ratios rather than differences (Fechner's law):
from one message to three is as much as from three to seven. The five are added with equal weights. Equal weights are
the choice where there are too few judged cases to fit others: they predict nearly as well as the best fitted ones and
cannot be overfitted (R. Dawes 1979, American Psychologist 34). Each sign is bounded, so that none decides alone.

size        log2(1 + texts of the period + half of those of the six days before); posts count by fives
growth      log2 of now against the usual, of 0 to 2, two texts added to both: of few texts chance makes ratios
novelty     two texts or more that began within a week have grown by one doubling at least: what growth lacks of it
waiting     log2(1 + the longest time without a real answer / its time limit), of 0 to 2
concern     whom and what it is about: the weights of the groups of config/concerns.toml, of 0 to 2
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.settings.concerns import Concern

MOST_GROWTH, MOST_WAITING, MOST_CONCERN = 2.0, 2.0, 2.0
PLUS = 2.0
"""Texts added to both sides of a ratio (A. Agresti and B. Coull 1998, American Statistician 52: plus two)."""
EARLIER = 0.5
"""What a text of the days before the period counts: it was in a brief already."""
IN_BODY = 0.5
"""What a concern counts that the text names but its title does not."""
NOTABLE = 3.0
"""Doublings from which a matter is worth a reader's time: as much as seven messages of one day and nothing else."""
NEW_TEXTS = 2
"""A single text is always new: that says nothing."""


class Sign(StrEnum):
    SIZE = "size"
    GROWTH = "growth"
    NOVELTY = "novelty"
    WAITING = "waiting"
    CONCERN = "concern"

    @property
    def chinese(self) -> str:
        return {"size": "数量", "growth": "增幅", "novelty": "新出现", "waiting": "久未答复",
                "concern": "涉及安全或民生"}[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of a matter, as far as it may be shown. All of posts are released figures, 0 where suppressed.

    ``texts``: public texts of the period, for a topic those beyond its usual number. ``earlier``: those of the six days
    before it. ``posts``: released posts of the period. ``now`` and ``usual``: the figures that growth compares, None
    where nothing is known to compare with. ``waited_h``: hours that the oldest message without a real answer has
    waited, ``limit_h`` its time limit. ``concern``: see :func:`concern`.
    """

    texts: float
    earlier: float = 0.0
    posts: float = 0.0
    now: float = 0.0
    usual: float | None = None
    new: bool = False
    waited_h: float = 0.0
    limit_h: float = 48.0
    concern: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Doublings by sign; ``total`` is what matters are ordered by."""

    size: float
    growth: float
    novelty: float
    waiting: float
    concern: float

    @property
    def total(self) -> float:
        return self.size + self.growth + self.novelty + self.waiting + self.concern

    @property
    def leading(self) -> tuple[Sign, ...]:
        """The signs that count at least one doubling, the greatest first: why it stands where it stands."""
        found = [(getattr(self, sign.value), sign) for sign in Sign]
        return tuple(sign for value, sign in sorted(found, key=lambda p: -p[0]) if value >= 1.0)


def score(signs: Signs) -> Score:
    """The five signs of a matter."""
    size = math.log2(1 + max(0.0, signs.texts) + EARLIER * signs.earlier + signs.posts / 5)
    growth = 0.0
    if signs.usual is not None:
        growth = min(MOST_GROWTH, max(0.0, math.log2((signs.now + PLUS) / (signs.usual + PLUS))))
    enough = signs.texts + signs.earlier >= NEW_TEXTS
    waiting = min(MOST_WAITING, math.log2(1 + max(0.0, signs.waited_h) / signs.limit_h))
    novelty = max(0.0, 1.0 - growth) if signs.new and enough else 0.0
    return Score(size, growth, novelty, waiting, min(MOST_CONCERN, signs.concern))


@dataclass(frozen=True, slots=True)
class Heard:
    """The groups of concerns that a text names: in its title or in its body alone."""

    title: frozenset[str]
    body: frozenset[str]


def heard(title: str, text: str, groups: Iterable[Concern]) -> Heard:
    """Which groups a redacted text names."""
    in_title = {group.name for group in groups if _named(title, group)}
    in_body = {group.name for group in groups if group.name not in in_title and _named(text, group)}
    return Heard(frozenset(in_title), frozenset(in_body))


def concern(texts: Sequence[Heard], groups: Iterable[Concern]) -> tuple[float, tuple[str, ...]]:
    """What the concerns of a matter's texts weigh, and the groups that a third of them name, the weightiest first.

    A group counts by the share of texts that name it, those that name it only in the body by half.
    """
    if not texts:
        return 0.0, ()
    total, named = 0.0, []
    for group in groups:
        share = sum(1.0 if group.name in t.title else IN_BODY * (group.name in t.body) for t in texts) / len(texts)
        told = sum(group.name in t.title or group.name in t.body for t in texts)
        total += group.weight * share
        if 3 * told >= len(texts):
            named.append((-group.weight * share, group.name))
    return min(MOST_CONCERN, total), tuple(name for _, name in sorted(named))


def _named(text: str, group: Concern) -> bool:
    if not any(word in text for word in group.words):
        return False
    for other in group.not_words:
        text = text.replace(other, "\n")
    return any(word in text for word in group.words)
