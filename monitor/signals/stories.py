"""One matter told from its beginning: its days, its public texts in the order of time, what answered it.

Of posts only released counts of the whole span are told, never of a day of one matter: a day's handful of posts about
one water main would tell of a few people (S3). Public texts are told as they stand, each with its link.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import Article, BoardMessage, Kind, day_of
from monitor.signals.matters import PUBLIC, Matter, matter, members
from monitor.store import Store

_OFTEN = 0.25
MOST = 200
"""Public texts read of one matter, the newest."""


@dataclass(frozen=True, slots=True)
class StoryDay:
    """Public texts that appeared on a day, by kind, and answers given on it."""

    day: date
    counts: tuple[tuple[Kind, int], ...]
    answers: int

    @property
    def total(self) -> int:
        return sum(n for _, n in self.counts)


@dataclass(frozen=True, slots=True)
class Story:
    """``days`` are all days of the span since the first public text. ``articles`` are originals, ``reprints`` copies;
    both and ``messages`` the newest first. ``cut``: there were more public texts than are told."""

    matter: Matter
    days: tuple[StoryDay, ...]
    messages: tuple[BoardMessage, ...]
    articles: tuple[Article, ...]
    reprints: tuple[Article, ...]
    cut: bool

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics that at least a quarter of its public texts carry, in whatever place, or the matter's own."""
        texts = [*self.messages, *self.articles, *self.reprints]
        counts = Counter(topic for text in texts for topic in text.labels.topics)
        often = [topic for topic, n in counts.most_common() if n >= max(2, _OFTEN * len(texts))]
        return tuple(dict.fromkeys([*self.matter.topics, *often]))

    def reprinted(self, kind: Kind) -> int:
        """Copies among its public texts of a kind."""
        return sum(a.kind is kind for a in self.reprints)

    @property
    def answered(self) -> tuple[BoardMessage, ...]:
        return tuple(m for m in self.messages if m.reply is not None)


def story(store: Store, event: str, first: date, last: date) -> Story | None:
    """A matter over whole local days; None where nothing of it may be told. Raises ``StoreUnavailable``."""
    found = matter(store, event, first, last)
    if found is None:
        return None
    every = members(store, event, PUBLIC, MOST)
    told = {r.id: r for r in every if first <= day_of(r.published) <= last}
    records = sorted(told.values(), key=lambda r: (r.published, r.id), reverse=True)
    messages = tuple(r for r in records if isinstance(r, BoardMessage))
    articles = tuple(r for r in records if isinstance(r, Article))
    return Story(
        matter=found, days=_days(messages, articles, last), messages=messages,
        articles=tuple(a for a in articles if a.labels.reprint_of is None),
        reprints=tuple(a for a in articles if a.labels.reprint_of is not None), cut=len(every) > MOST,
    )  # fmt: skip


def _days(messages: Sequence[BoardMessage], articles: Sequence[Article], last: date) -> tuple[StoryDay, ...]:
    records: list[Article | BoardMessage] = [*messages, *articles]
    if not records:
        return ()
    answered = [day_of(m.reply.time) for m in messages if m.reply is not None and m.reply.time is not None]
    day, rows = min(day_of(r.published) for r in records), []
    while day <= last:
        here = [r.kind for r in records if day_of(r.published) == day]
        counts = tuple((kind, n) for kind in PUBLIC if (n := here.count(kind)))
        rows.append(StoryDay(day, counts, answered.count(day)))
        day += timedelta(days=1)
    return tuple(rows)
