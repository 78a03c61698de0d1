"""What an issued brief cites and its publisher has changed or taken back since.

A brief that is out keeps its words. Whoever is at the desk is told of what no longer stands, and decides whether it
needs a 更正.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from monitor.briefs.types import Brief, Link, parts_of
from monitor.model import Article, BoardMessage
from monitor.store import Store


class What(IntEnum):
    """The gravest first."""

    WITHDRAWN = 0
    RETITLED = 1
    EDITED = 2

    @property
    def chinese(self) -> str:
        return ("已撤回", "标题已改", "正文已改")[self]


@dataclass(frozen=True, slots=True)
class Later:
    """A record that a brief cites: as which title, what became of it and when that was seen. ``title_now`` is its
    present title where that is another."""

    cited: Link
    what: What
    seen: datetime
    title_now: str = ""


def later(store: Store, brief: Brief, issued: datetime) -> tuple[Later, ...]:
    """What a brief cites that has been changed or withdrawn since ``issued``: the gravest first, then the latest.

    Raises ``StoreUnavailable``. Of a record that is past its retention nothing is known.
    """
    found = [told for link in _cited(brief) if (told := _told(store, link, issued)) is not None]
    return tuple(sorted(found, key=lambda one: (one.what, -one.seen.timestamp(), one.cited.record)))


def _told(store: Store, link: Link, issued: datetime) -> Later | None:
    record = store.get_record(link.record)
    if not isinstance(record, Article | BoardMessage):
        return None
    if record.withdrawn is not None:
        return Later(link, What.WITHDRAWN, record.withdrawn)
    since = [revision for revision in record.revisions if revision.time > issued]
    if not since:
        return None
    retitled = any(revision.title is not None for revision in since)
    title = record.title if retitled else ""
    return Later(link, What.RETITLED if retitled else What.EDITED, since[-1].time, title)


def _cited(brief: Brief) -> Iterator[Link]:
    """Every record that the brief cites, once, in reading order."""
    seen: set[str] = set()
    parts = [*brief.lead, *(part for section in brief.sections for block in section.blocks for part in parts_of(block))]
    for part in parts:
        if isinstance(part, Link) and part.record and part.record not in seen:
            seen.add(part.record)
            yield part
