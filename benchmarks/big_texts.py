"""Texts for a large synthetic store: the demo's written sentences with their slots filled, and rarer words between.

A corpus of templates alone would have a few hundred different bigrams, each in half of the texts; a search index is
then nothing like a real one. So every text also has words of a made-up vocabulary whose use falls with its rank.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from demo.places import neighbourhoods
from demo.texts import Matter, matters, table

_RENDERED = 400
"""Sentences rendered for each matter and part; texts choose among them."""
_WORDS = 20_000
_SIGNS = 3_000


@dataclass(frozen=True, slots=True)
class Pool:
    """Ready sentences of one matter."""

    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    replies: tuple[str, ...]


class Texts:
    """Titles and texts by matter, deterministic by seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.places = tuple(n.street for n in neighbourhoods())
        self.pools = [self._pool(matter) for matter in matters()]
        news = table("news")
        self._leads = [self._filled(text) for story in news["story"] * 20 for text in story["lead"]]
        self._body = [self._filled(text) for story in news["story"] * 20 for text in (*story["body"], *news["endings"])]
        self._headlines = [self._filled(text) for story in news["story"] * 40 for text in story["title"]]
        signs = [chr(0x4E00 + n * 6) for n in range(_SIGNS)]
        self.words = ["".join(self._chance.choices(signs, k=self._chance.choice((2, 2, 2, 3)))) for _ in range(_WORDS)]
        self._weights = list(accumulate(1 / (rank + 20) for rank in range(_WORDS)))

    def rare(self, count: int) -> list[str]:
        """Words of the made-up vocabulary, few of them often and most of them seldom."""
        return self._chance.choices(self.words, cum_weights=self._weights, k=count)

    def complaint(self, which: int) -> tuple[str, str]:
        """Title and text (about 100 to 300 characters) of a resident's message about a matter."""
        pool, pick = self.pools[which % len(self.pools)], self._chance.choice
        more = "，".join("".join(self.rare(3)) for _ in range(3))
        body = "".join(
            (pick(pool.sentences), pick(pool.sentences), pick(pool.sentences), more, "。", pick(pool.sentences))
        )
        return pick(pool.titles) + self.rare(1)[0], body

    def remark(self, which: int) -> str:
        """A short post."""
        pool = self.pools[which % len(self.pools)]
        return self._chance.choice(pool.sentences) + "".join(self.rare(4))

    def reply(self, which: int) -> str:
        return self._chance.choice(self.pools[which % len(self.pools)].replies)

    def story(self) -> tuple[str, str]:
        """Title and text of a report."""
        pick = self._chance.choice
        more = "，".join("".join(self.rare(3)) for _ in range(6))
        body = (pick(self._leads), pick(self._body), pick(self._body), more, "。", pick(self._body), pick(self._body))
        return pick(self._headlines) + self.rare(1)[0], "".join(body)

    def _pool(self, matter: Matter) -> Pool:
        pick = self._chance.choice
        said = (*matter.problem, *matter.detail, *matter.effect, *matter.ask, *matter.question, *matter.thanks)
        return Pool(
            titles=tuple(self._filled(pick(matter.titles)) for _ in range(_RENDERED)),
            sentences=tuple(self._filled(pick(said)) for _ in range(_RENDERED)),
            replies=tuple("您好，" + self._filled(pick(matter.reply)) for _ in range(60)),
        )

    def _filled(self, text: str) -> str:
        chance, where = self._chance, self._chance.choice(neighbourhoods())
        slots = {
            "street": where.street,
            "estate": chance.choice(where.estates),
            "road": chance.choice(where.roads or ("站前路",)),
            "school": chance.choice(where.schools or ("示例区第一小学",)),
            "park": chance.choice(where.parks or ("青石公园",)),
            "hour": f"{chance.choice(('夜里', '凌晨'))}{chance.randrange(1, 12)}点",
        }
        return text.format_map(_Slots(slots, chance))


class _Slots(dict[str, str]):
    """Slots that are not names of places are numbers."""

    def __init__(self, told: dict[str, str], chance: random.Random) -> None:
        super().__init__(told)
        self._chance = chance

    def __missing__(self, key: str) -> str:
        return str(self._chance.randrange(2, 60))
