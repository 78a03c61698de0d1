"""What intake remembers of earlier texts: originals, for reprints, and the matters under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.analysis.events import EventIndex
from monitor.analysis.reprints import ReprintIndex
from monitor.analysis.sentiment import joined
from monitor.model import AnyRecord, Kind, Post
from monitor.settings.types import OfficialTopic

REPRINTED = frozenset({Kind.NEWS, Kind.OFFICIAL})
"""Only articles are reprinted: two residents who post the same words are two voices."""
GROUPED = REPRINTED | {Kind.BOARD, Kind.POST}
"""Kinds that belong to matters; an entry of a hot list says too little."""
_CLASSES = frozenset(topic.value for topic in OfficialTopic)


class Recall:
    """Two indices, filled with earlier records when the first text is asked about. Not shared between threads."""

    def __init__(self) -> None:
        self._waiting: list[Iterable[AnyRecord]] = []
        self._reprints: ReprintIndex | None = None
        self._events: EventIndex | None = None

    def remember(self, earlier: Iterable[AnyRecord]) -> None:
        """Records kept before, oldest first; read only when they are needed."""
        self._waiting.append(earlier)

    def original(self, id: str, kind: Kind, text: str) -> str | None:
        """The id of the article that ``text`` repeats; see ``ReprintIndex.seen``."""
        return self._indices()[0].seen(id, text) if kind in REPRINTED else None

    def event(
        self, id: str, kind: Kind, title: str, text: str, published: datetime, topics: Iterable[str]
    ) -> str | None:
        """The id of the record that began the matter; see ``EventIndex.assign``. Texts must be redacted."""
        if kind not in GROUPED:
            return None
        return self._indices()[1].assign(id, *_told(kind, title, text), published, _about(topics))

    def _indices(self) -> tuple[ReprintIndex, EventIndex]:
        if self._reprints is None or self._events is None:
            self._reprints, self._events = ReprintIndex(), EventIndex()
        while self._waiting:
            for record in self._waiting.pop(0):
                if record.kind in REPRINTED and record.labels.reprint_of is None:
                    self._reprints.seen(record.id, record.text)
                if record.kind in GROUPED:
                    title = "" if isinstance(record, Post) else record.title
                    told = _told(record.kind, title, record.text)
                    about = _about(record.labels.topics)
                    self._events.remember(record.id, *told, record.published, record.labels.event, about)
        return self._reprints, self._events


def _about(topics: Iterable[str]) -> frozenset[str]:
    """The sub-topics: the seven official classes are too wide to tell matters apart, and less sure."""
    return frozenset(topics) - _CLASSES


def _told(kind: Kind, title: str, text: str) -> tuple[str, str]:
    """A post is kept without a title of its own, so it is compared without one from the beginning."""
    if kind is not Kind.POST:
        return title, text
    return "", text if text.startswith(title) else joined(title, text)
