"""What a change makes of a record, and what is left of one that its publisher took back: the same in every keeping."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.model import MAX_REVISIONS, AnyRecord, Article, BoardMessage, Change, Post, Revision


def revised(record: AnyRecord, change: Change) -> AnyRecord | None:
    """The record after a change; None where the change changes nothing.

    A change read no later than the last one that is noted is old news: a spool that is replayed twice, or two crawls
    that overtake each other, must not bring a former text back.
    """
    text = record.text if change.text is None else change.text
    if isinstance(record, Post):
        return None if text == record.text else replace(record, text=text)
    if record.withdrawn is not None:
        return None
    rank = _better(record.rank, change.rank) if isinstance(record, Article) else None
    after = replace(record, rank=rank) if isinstance(record, Article) else record
    title = record.title if change.title is None else change.title
    latest = not record.revisions or change.at > record.revisions[-1].time
    if latest and (title, text) != (record.title, record.text):
        noted = Revision(change.at, record.title if title != record.title else None, text != record.text)
        after = replace(after, title=title, text=text, revisions=(*record.revisions, noted)[-MAX_REVISIONS:])
    return None if after == record else after


def taken_back(record: Article | BoardMessage, at: datetime) -> Article | BoardMessage:
    """What is left of a withdrawn article or board message. Of a resident's former titles nothing is."""
    if isinstance(record, Article):
        return replace(record, text="", withdrawn=at)
    reply = None if record.reply is None else replace(record.reply, text="")
    revisions = tuple(replace(revision, title=None) for revision in record.revisions)
    return replace(record, text="", reply=reply, revisions=revisions, withdrawn=at)


def stands(record: AnyRecord) -> bool:
    """Whether a record has not been withdrawn."""
    return isinstance(record, Post) or record.withdrawn is None


def _better(one: int | None, other: int | None) -> int | None:
    return min((rank for rank in (one, other) if rank is not None), default=None)
