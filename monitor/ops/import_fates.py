"""A portion of rows handed to the ingest, and what became of each row of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.errors import StoreUnavailable
from monitor.model import AnyRecord, Article, BoardMessage, Fetched
from monitor.ops.import_report import Fate, Outcome
from monitor.ops.import_rows import BadRow
from monitor.ops.ingest import Ingest, Taken
from monitor.settings.types import Source
from monitor.store import Store


class Known:
    """The rows of a file met so far, by their id: a file that tells one ticket twice shall not revise it back and
    forth at every import. Holds hashes only, some 150 bytes a row."""

    def __init__(self) -> None:
        self._told: dict[int, int] = {}

    def add(self, id: str, item: Fetched) -> BadRow | Outcome | None:
        """None for a row of an id not met before; DUPLICATE for the same row again, KEY_TWICE for another text."""
        words = "\x1f".join((item.title, item.text, item.reply.text if item.reply else ""))
        digest = int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        key = int(id[:16], 16)
        first = self._told.get(key)
        if first is None:
            self._told[key] = digest
            return None
        return Outcome.DUPLICATE if first == digest else BadRow.KEY_TWICE


@dataclass(slots=True)
class Batch:
    """Rows in their order, and of those that can be read what the intake takes.

    ``started`` is the beginning of the import, by which it knows its own records; ``resumed`` whether an earlier
    process may have stored some without writing it down.
    """

    source: Source
    started: datetime
    now: datetime
    resumed: bool = False
    fates: list[Fate | None] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    items: list[tuple[int, str, Fetched]] = field(default_factory=list)
    """Place among the fates, id and item of each row that is to be taken."""

    def add(self, row: int, item: Fetched | Fate, id: str, known: Known) -> None:
        place = len(self.fates)
        self.rows.append(row)
        if isinstance(item, Fate):
            self.fates.append(item)
            return
        met = known.add(id, item)
        if isinstance(met, BadRow):
            self.fates.append(Fate(row, Outcome.REFUSED, met.value))
        elif met is not None:
            self.fates.append(Fate(row, met))
        else:
            self.fates.append(None)
            self.items.append((place, id, item))


def settle(batch: Batch, ingest: Ingest, store: Store) -> tuple[list[Fate], Taken]:
    """Keeps what is to be kept; the fate of every row of the batch in its order."""
    items = [item for _, _, item in batch.items]
    try:
        before = {id: store.get_record(id) for _, id, _ in batch.items}
        taken = ingest.revise(items)
        after = {id: store.get_record(id) for _, id, _ in batch.items}
    except StoreUnavailable:
        taken = ingest.revise(items)
        return _spooled(batch, taken), taken
    gone = [(place, item) for place, id, item in batch.items if after[id] is None]
    reasons = _reasons(ingest, [item for _, item in gone], batch.now)
    for (place, _), (outcome, reason) in zip(gone, reasons, strict=True):
        batch.fates[place] = Fate(batch.rows[place], outcome, reason)
    for place, id, _ in batch.items:
        record = after[id]
        if record is not None:
            batch.fates[place] = Fate(batch.rows[place], outcome_of(before[id], record, batch))
    return [fate for fate in batch.fates if fate is not None], taken


def outcome_of(before: AnyRecord | None, after: AnyRecord, batch: Batch) -> Outcome:
    """What a row did to its record; one that this very import stored before it was killed is new all the same."""
    if before is None or (batch.resumed and before.seen == batch.started):
        return Outcome.NEW
    return compared(before, after)


def compared(before: AnyRecord, after: AnyRecord) -> Outcome:
    """A changed answer, a changed title or text, or nothing (posts and what has been withdrawn never change)."""
    if isinstance(before, BoardMessage) and isinstance(after, BoardMessage) and before.reply != after.reply:
        return Outcome.REPLIED
    if isinstance(before, Article | BoardMessage) and isinstance(after, Article | BoardMessage):
        changed = (before.title, before.text) != (after.title, after.text)
        return Outcome.EDITED if changed and before.withdrawn is None else Outcome.DUPLICATE
    return Outcome.DUPLICATE


def _reasons(ingest: Ingest, items: Sequence[Fetched], now: datetime) -> list[tuple[Outcome, str]]:
    """Why items were not kept. Decided once more: few are dropped, and the ingest tells only how many for which
    reason. What the intake would keep was refused by store and spool."""
    decisions = ingest.intake.decide_many(items, now) if items else []
    return [
        (Outcome.NOT_KEPT, "") if decision.value is not None else (Outcome.DROPPED, decision.reason.value)
        for decision in decisions
    ]


def _spooled(batch: Batch, taken: Taken) -> list[Fate]:
    """The store is away: what the intake keeps waits in the spool, new or not."""
    waiting = Outcome.SPOOLED if taken.spooled else Outcome.NOT_KEPT
    return [fate if fate is not None else Fate(row, waiting) for row, fate in zip(batch.rows, batch.fates, strict=True)]
