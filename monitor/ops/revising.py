"""Records that are read again: what their publisher changed or took back goes the same way into store or spool.

* A change is what is left when counters, dates of the visit and white space are taken away (``analysis.revisions``).
* A post whose new text intake would not keep (it is no matter of the district, or none of public service any more, S4)
  is withdrawn: its author has taken back what we had, and what stands there now is not ours to keep.
* What an article or a message says now is kept whatever it is about: it was public business when it came, and a
  correction must not be less known than the mistake.
* A withdrawn post leaves the aggregates of days whose daily brief is not due yet; what is released stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from monitor.analysis.revisions import judge
from monitor.intake.pipeline import Intake, Reread
from monitor.model import AnyRecord, Article, BoardMessage, Change, Fetched, Post, Reply
from monitor.ops.tally import Tally
from monitor.ops.unreleased import unreleased_since
from monitor.store import Store
from monitor.store.replay import Withdrawal
from monitor.store.revising import stands


@dataclass(slots=True)
class Reviewed:
    """What became of items that were read again."""

    unknown: list[Fetched]
    """Not kept so far: to be taken like any new item."""
    edited: int = 0
    replies: int = 0
    withdrawn: int = 0


class Revising:
    """The part of ``Ingest`` that deals with what is known already. Raises ``StoreUnavailable`` when the store is away;
    what it did until then may be done again."""

    def __init__(self, store: Store, intake: Intake, tally: Tally, brief_at: time) -> None:
        self._store, self._intake, self._tally, self._brief_at = store, intake, tally, brief_at

    def review(self, items: Sequence[Fetched], now: datetime) -> Reviewed:
        """Compares items with their records and writes what differs."""
        held = [self._store.get_record(self._intake.id_of(item)) for item in items]
        done = Reviewed([item for item, record in zip(items, held, strict=True) if record is None])
        known = [(i, record) for i, record in zip(items, held, strict=True) if record is not None and stands(record)]
        rereads = self._intake.reread([item for item, _ in known], now)
        for (item, record), reread in zip(known, rereads, strict=True):
            self._compare(item, record, reread, done, now)
        return done

    def withdraw(self, ids: Iterable[str], now: datetime) -> int:
        """Takes records out; how many there were. Again is harmless."""
        return sum(self._take_out(record, now) for id in ids if (record := self._store.get_record(id)) is not None)

    def withdrawal(self, now: datetime) -> Withdrawal:
        return Withdrawal(now, unreleased_since(now, self._brief_at))

    def _compare(self, item: Fetched, record: AnyRecord, reread: Reread, done: Reviewed, now: datetime) -> None:
        decision = judge(record, reread.wording)
        self._tally.add("revisions", kind=item.kind.value, reason=decision.reason.value)
        if isinstance(record, Post) and decision.kept and reread.dropped is not None:
            done.withdrawn += self._take_out(record, now)
            return
        told = decision.value
        rank = item.rank if isinstance(record, Article) else None
        if told is not None or rank is not None:
            title, text = (told.title, told.text) if told else (None, None)
            changed = self._store.revise(record.id, Change(at=item.fetched_at, title=title, text=text, rank=rank))
            # A better place on a page alone is no edit.
            done.edited += changed and told is not None
        done.replies += self._answered(record, reread.reply)

    def _answered(self, record: AnyRecord, reply: Reply | None) -> int:
        if not isinstance(record, BoardMessage) or reply is None:
            return 0
        return int(self._store.record_reply(record.id, reply))

    def _take_out(self, record: AnyRecord, now: datetime) -> int:
        fresh = record.published >= unreleased_since(now, self._brief_at)
        gone = self._store.withdraw(record.id, now, uncount=isinstance(record, Post) and fresh)
        if gone:
            self._tally.add("withdrawals", kind=record.kind.value)
        return int(gone)
