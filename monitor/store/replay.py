"""What a replay of the spool does with what waited there, in the order in which it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from monitor.analysis.revisions import judge, wording
from monitor.errors import StoreCorrupt
from monitor.model import AnyRecord, Article, BoardMessage, Change, Post
from monitor.store import codec
from monitor.store.contract import Store


class What(StrEnum):
    """What waits: a new record, the answer to a message, a record read again, or one that is gone."""

    RECORD = "record"
    REPLY = "reply"
    REREAD = "reread"
    WITHDRAWAL = "withdrawal"


class Row(NamedTuple):
    """One that waits. ``about`` is the id of the record, where the body does not tell it."""

    no: int
    what: What
    about: str
    body: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did. The numbers mix every kind of source and so are no figures about posts (S3)."""

    taken: int = 0
    """Items that left the spool, whatever they were."""
    new: int = 0
    duplicate: int = 0
    replies: int = 0
    """Replies that changed a board message."""
    edited: int = 0
    """Records that had been changed by their publisher."""
    withdrawn: int = 0
    doubtful: int = 0
    """Items that the store refused for their content; they stay in the file for the operator."""

    def __add__(self, other: Replayed) -> Replayed:
        return Replayed(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that is gone: when that was seen, and from when on posts were in no released figure then."""

    at: datetime
    unreleased: datetime


def body_of(withdrawal: Withdrawal) -> str:
    return codec.dumps_object({name: codec.time_text(getattr(withdrawal, name)) for name in ("at", "unreleased")})


def change_of(before: AnyRecord, now: AnyRecord) -> Change | None:
    """What a record that was read again changes of the one that is kept; None for nothing."""
    decision = judge(before, wording(now))
    rank = now.rank if isinstance(now, Article) else None
    if decision.value is None and rank is None:
        return None
    title, text = (decision.value.title, decision.value.text) if decision.value else (None, None)
    return Change(at=now.seen, title=title, text=text, rank=rank)


def give(store: Store, rows: Sequence[Row], unreleased: datetime | None) -> tuple[Replayed, list[int]]:
    """Gives one batch; where the store refuses the content of one item, the others still get in."""
    try:
        return _give_all(store, rows, unreleased), []
    except StoreCorrupt:
        if len(rows) == 1:
            return Replayed(doubtful=1), [rows[0].no]
    done, doubtful = Replayed(), list[int]()
    for row in rows:
        one, refused = give(store, [row], unreleased)
        done += one
        doubtful += refused
    return done, doubtful


def _give_all(store: Store, rows: Sequence[Row], unreleased: datetime | None) -> Replayed:
    done = Replayed()
    for what, some in groupby(rows, key=lambda row: row.what):
        same = list(some)
        if what is What.RECORD:
            done += _records(store, [codec.loads(row.body) for row in same])
        for row in same:
            if what is What.REPLY:
                answer = codec.decode_reply(codec.loads_object(row.body))
                done += Replayed(taken=1, replies=store.record_reply(row.about, answer))
            elif what is What.REREAD:
                done += _reread(store, codec.loads(row.body))
            elif what is What.WITHDRAWAL:
                done += _withdraw(store, row, unreleased)
    return done


def _records(store: Store, records: Sequence[AnyRecord]) -> Replayed:
    added = store.add(records)
    known = set(added.duplicate)
    # As at intake: a message that was there already may bring its answer.
    answered = (r for r in records if isinstance(r, BoardMessage) and r.id in known)
    return Replayed(
        taken=len(records), new=len(added.new), duplicate=len(added.duplicate), replies=sum(_replies(store, answered))
    )


def _reread(store: Store, record: AnyRecord) -> Replayed:
    before = store.get_record(record.id)
    if before is None:
        return _records(store, [record])
    change = change_of(before, record)
    replies = sum(_replies(store, [record] if isinstance(record, BoardMessage) else []))
    done = change is not None and store.revise(record.id, change)
    # A better place on a page alone is no edit.
    edited = done and change is not None and change.text is not None
    return Replayed(taken=1, replies=replies, edited=edited)


def _withdraw(store: Store, row: Row, unreleased: datetime | None) -> Replayed:
    document = codec.loads_object(row.body)
    try:
        at, edge = (datetime.fromisoformat(str(document[name])) for name in ("at", "unreleased"))
    except (KeyError, ValueError):
        raise StoreCorrupt("一处撤回的内容不合格式", "请用同一版本的程序，或从备份恢复") from None
    record = store.get_record(row.about)
    # Between the wait and now a brief may have counted it: what is released then stays.
    uncount = isinstance(record, Post) and record.published >= max(edge, unreleased or edge)
    return Replayed(taken=1, withdrawn=store.withdraw(row.about, at, uncount=uncount))


def _replies(store: Store, messages: Iterator[BoardMessage] | Sequence[BoardMessage]) -> Iterator[int]:
    for message in messages:
        if message.reply is not None:
            yield int(store.record_reply(message.id, message.reply))
