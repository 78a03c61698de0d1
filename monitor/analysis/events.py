"""Which texts are about one matter (a hot issue): one text at a time, in bounded memory, with ids that stay.

Single-pass clustering as in topic detection and tracking (Allan 1998): a text joins the event whose members it is most
like, or begins one of its own. How like two texts are is learnt (``event_pairs``); an event's likeness is the mean over
the five members nearest to the text, so that a long matter may drift but a chance likeness to one member is not enough.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.event_pairs import PairModel, Shelf, likenesses, model
from monitor.analysis.event_signs import Hashes, Sign, buckets, sign
from monitor.analysis.postings import Postings

CAPACITY = 12_000
"""Texts in the working set; the event that was quiet longest leaves first."""
HORIZON_DAYS = 400
"""A matter that was quiet for longer is another one (those that come back every year stay one)."""
EXEMPLARS = 12
"""Members of an event that are remembered: the first four and the latest."""
_FIRST = 4
_NEAREST = 5
_CAUTION = 1.5
"""Log-odds asked for beyond the threshold to join a single text; a matter of many needs less proof."""
_STRANGE = -5.0
"""Log-odds of a member that shares no key with the text."""
_KEYS = 48
"""Grams by which a text is found, its weightiest."""
_COMMONEST = 128
"""Remembered texts of one key from which it tells nothing."""
_CANDIDATES = 32
_LEAST_SHARED = 2
"""Keys that a remembered text must share with a new one to be looked at."""
_FEWEST = 8
"""Grams under which a text is too short to say which matter it is about."""
_COMMON = 0.02
"""Share of the matters seen here from which a gram, a district's own name above all, stops being rare."""
_PRIOR = 500
_OTHER = 3.0
"""Log-odds asked for more where a text is about other things than all members: phrases are shared more than matters."""


@dataclass(slots=True)
class _Event:
    rows: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    about: set[str] = field(default_factory=set)


class EventIndex:
    """Remembers recent matters. The id of an event is the id of the text that began it. Not shared between threads."""

    def __init__(self, capacity: int = CAPACITY, pairs: PairModel | None = None) -> None:
        self._model = pairs or model()
        self._capacity = capacity
        self._shelf = Shelf()
        self._events: OrderedDict[str, _Event] = OrderedDict()
        self._event_of: dict[str, str] = {}
        self._owner: dict[int, str] = {}
        self._keys = Postings(_COMMONEST)
        self._shares = self._model.shares.copy()
        self._seen: NDArray[np.int32] = np.zeros(len(self._shares), dtype=np.int32)
        self._matters = 0

    def __len__(self) -> int:
        """Texts in the working set."""
        return len(self._owner)

    def assign(self, id: str, title: str, text: str, time: datetime, about: Collection[str] = ()) -> str | None:
        """The event that a text belongs to; None when it is alone so far (and then later texts may join it).

        ``about``: the sub-topics of the text, as far as known. Where they and those of an event have nothing in common,
        more likeness is asked for: with few texts at hand a turn of phrase is as rare as the name of an estate. Asking
        again with a remembered id gives the same answer. The text itself is not kept.
        """
        known = self._event_of.get(id)
        if known is not None:
            return known if known != id else None
        signed = sign(title, text, self._shares)
        if len(signed.hashes) < _FEWEST:
            return None
        day = time.timestamp() / 86_400
        event = self._nearest(signed, day, about)
        self._add(id, event or id, signed, day, about)
        return event if event != id else None

    def remember(
        self, id: str, title: str, text: str, time: datetime, event: str | None, about: Collection[str] = ()
    ) -> None:
        """Puts a text into the event that it was given before (None: it began one or is alone)."""
        signed = sign(title, text, self._shares)
        if id not in self._event_of and len(signed.hashes) >= _FEWEST:
            self._add(id, event or id, signed, time.timestamp() / 86_400, about)

    def _learn(self, hashes: Hashes) -> None:
        """A gram of more than a fiftieth of the matters here is common here, whatever the background says.

        Counted by matter, not by text: the name of a place that a hundred texts complain about stays telling.
        """
        self._matters += 1
        places = buckets(hashes)
        self._seen[places] += 1
        share = self._seen[places] / np.float32(self._matters + _PRIOR)
        over = share > _COMMON
        if over.any():
            self._shares[places[over]] = np.maximum(self._model.shares[places[over]], share[over])

    def _nearest(self, signed: Sign, day: float, about: Collection[str]) -> str | None:
        rows = self._candidates(signed, day)
        if not len(rows):
            return None
        logits = self._model.trees.logits(likenesses(signed, day, self._shelf, rows))
        told: dict[str, list[float]] = {}
        for row, logit in zip(rows.tolist(), logits.tolist(), strict=True):
            told.setdefault(self._owner[row], []).append(logit)
        best, found = 0.0, None
        for event, found_logits in told.items():
            wanted = min(_NEAREST, len(self._events[event].rows))
            nearest = sorted(found_logits, reverse=True)[:wanted]
            value = (sum(nearest) + _STRANGE * (wanted - len(nearest))) / wanted
            value -= self._model.threshold + _CAUTION / len(self._events[event].rows)
            known = self._events[event].about
            if about and known and known.isdisjoint(about):
                value -= _OTHER
            if value >= best:
                best, found = value, event
        return found

    def _candidates(self, signed: Sign, day: float) -> NDArray[np.intp]:
        """Rows that share most of the weightiest grams with the text, within the horizon."""
        shared, _ = self._keys.shared(_keys(signed))
        often = np.flatnonzero(shared >= _LEAST_SHARED)
        rows = often[np.argsort(-shared[often], kind="stable")[:_CANDIDATES]]
        near: NDArray[np.intp] = rows[np.abs(self._shelf.days[rows] - day) <= HORIZON_DAYS]
        return near

    def _add(self, id: str, event: str, signed: Sign, day: float, about: Collection[str]) -> None:
        row = self._shelf.put(signed, day)
        self._owner[row], self._event_of[id] = event, event
        self._keys.put(row, _keys(signed))
        if event not in self._events:
            self._learn(signed.hashes)
        one = self._events.setdefault(event, _Event())
        one.rows.append(row)
        one.ids.append(id)
        one.about.update(about)
        self._events.move_to_end(event)
        if len(one.rows) > EXEMPLARS:
            self._drop_row(one.rows.pop(_FIRST), one.ids.pop(_FIRST))
        while len(self._owner) > self._capacity:
            _, oldest = self._events.popitem(last=False)
            for old, old_id in zip(oldest.rows, oldest.ids, strict=True):
                self._drop_row(old, old_id)

    def _drop_row(self, row: int, id: str) -> None:
        self._keys.drop(row)
        self._shelf.drop(row)
        del self._owner[row], self._event_of[id]


def _keys(signed: Sign) -> Hashes:
    """The weightiest grams, by which a text is found."""
    if len(signed.hashes) <= _KEYS:
        return signed.hashes
    return signed.hashes[np.argpartition(-signed.weights, _KEYS - 1)[:_KEYS]]
