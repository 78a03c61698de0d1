"""A record to and from a JSON object: exact, strict, and the one form that every keeping writes.

Times are ISO 8601 with their offset. Decoding refuses unknown keys, so nothing that is not part of the model (an
author, above all) can ride along in a file, an index or the spool.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from monitor.errors import StoreCorrupt
from monitor.model import AnyRecord, Article, BoardMessage, Kind, Labels, Post, Reply, Revision, Sentiment

PUBLIC_KINDS = frozenset({Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST})

_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode(record: AnyRecord) -> dict[str, Any]:
    """The JSON object of a record; ``decode`` of it is equal to the record."""
    labels = record.labels
    feeling = labels.sentiment
    document: dict[str, Any] = {
        "kind": record.kind.value,
        "id": record.id,
        "source": record.source,
        "published": time_text(record.published),
        "seen": time_text(record.seen),
        "labels": {
            "sentiment": {
                "negative": feeling.negative,
                "neutral": feeling.neutral,
                "positive": feeling.positive,
                "engine": feeling.engine,
                "version": feeling.version,
            },
            "topics": list(labels.topics),
            "places": list(labels.places),
            "terms": list(labels.terms),
            "event": labels.event,
            "reprint_of": labels.reprint_of,
        },
        "text": record.text,
    }
    if isinstance(record, Article):
        document |= {"title": record.title, "url": record.url, "outlet": record.outlet, "rank": record.rank}
    elif isinstance(record, BoardMessage):
        reply = None if record.reply is None else encode_reply(record.reply)
        document |= {"title": record.title, "url": record.url, "category": record.category, "reply": reply}
    return document if isinstance(record, Post) else document | _fate(record)


def decode(document: Mapping[str, Any]) -> AnyRecord:
    """The record of a JSON object. Raises ``StoreCorrupt`` on an unknown, missing or unusable key."""
    try:
        return _record(dict(document))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The value is not quoted: it may be a resident's text.
        raise StoreCorrupt(
            f"一条记录的内容不合格式（{type(error).__name__}）",
            "数据可能由其他版本写入；请用同一版本的程序，或从备份恢复",
        ) from None


def encode_reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "time": None if reply.time is None else time_text(reply.time),
        "department": reply.department,
    }


def decode_reply(document: Mapping[str, Any]) -> Reply:
    """The reply of a JSON object. Raises ``StoreCorrupt`` as ``decode`` does."""
    try:
        return _reply(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreCorrupt(
            f"一条答复的内容不合格式（{type(error).__name__}）", "请用同一版本的程序，或从备份恢复"
        ) from None


def dumps(record: AnyRecord) -> str:
    return _dumps(encode(record))


def loads(text: str) -> AnyRecord:
    return decode(loads_object(text))


def dumps_object(document: Mapping[str, Any]) -> str:
    """Strict JSON (no NaN) without spaces."""
    return _dumps(dict(document))


def loads_object(text: str) -> dict[str, Any]:
    """Raises ``StoreCorrupt`` where the text is not a JSON object."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise StoreCorrupt("存储里有一处内容不是 JSON 对象", "数据文件可能已损坏；请从备份恢复")
    return document


def time_text(moment: datetime) -> str:
    """ISO 8601 with offset. Raises ``ValueError`` for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a time without an offset cannot be kept")
    return moment.isoformat()


def _record(document: dict[str, Any]) -> AnyRecord:
    kind = Kind(document.pop("kind"))
    base: dict[str, Any] = {
        "id": _text(document.pop("id")),
        "source": _text(document.pop("source")),
        "kind": kind,
        "published": _time(document.pop("published")),
        "seen": _time(document.pop("seen")),
        "labels": _labels(dict(document.pop("labels"))),
        "text": _text(document.pop("text")),
    }
    make: Callable[..., AnyRecord] = Post
    if kind is not Kind.POST:
        base["title"] = _text(document.pop("title"))
        base["url"] = _text(document.pop("url"))
        base["revisions"] = tuple(map(_revision, document.pop("revisions", ())))
        withdrawn = document.pop("withdrawn", None)
        base["withdrawn"] = None if withdrawn is None else _time(withdrawn)
    if kind is Kind.BOARD:
        make = BoardMessage
        base["category"] = _maybe_text(document.pop("category"))
        reply = document.pop("reply")
        base["reply"] = None if reply is None else _reply(reply)
    elif kind in PUBLIC_KINDS:
        make = Article
        base["outlet"] = _text(document.pop("outlet"))
        rank = document.pop("rank")
        base["rank"] = None if rank is None else int(rank)
    _nothing_left(document)
    return make(**base)


def _labels(document: dict[str, Any]) -> Labels:
    feeling = dict(document.pop("sentiment"))
    labels = Labels(
        sentiment=Sentiment(
            negative=float(feeling.pop("negative")),
            neutral=float(feeling.pop("neutral")),
            positive=float(feeling.pop("positive")),
            engine=_text(feeling.pop("engine")),
            version=_text(feeling.pop("version")),
        ),
        topics=tuple(map(_text, document.pop("topics"))),
        places=tuple(map(_text, document.pop("places"))),
        terms=tuple(map(_text, document.pop("terms"))),
        event=_maybe_text(document.pop("event")),
        reprint_of=_maybe_text(document.pop("reprint_of")),
    )
    _nothing_left(feeling)
    _nothing_left(document)
    return labels


def _reply(value: Mapping[str, Any]) -> Reply:
    document = dict(value)
    time = document.pop("time")
    reply = Reply(
        text=_text(document.pop("text")),
        time=None if time is None else _time(time),
        department=_maybe_text(document.pop("department")),
    )
    _nothing_left(document)
    return reply


def _fate(record: Article | BoardMessage) -> dict[str, Any]:
    """What became of a record since; most records have nothing to tell, and nothing is written of them."""
    told: dict[str, Any] = {}
    if record.revisions:
        told["revisions"] = [
            {"time": time_text(one.time), "title": one.title, "text": one.text} for one in record.revisions
        ]
    if record.withdrawn is not None:
        told["withdrawn"] = time_text(record.withdrawn)
    return told


def _revision(value: Mapping[str, Any]) -> Revision:
    document = dict(value)
    revision = Revision(_time(document.pop("time")), _maybe_text(document.pop("title")), bool(document.pop("text")))
    _nothing_left(document)
    return revision


def _nothing_left(document: Mapping[str, Any]) -> None:
    if document:
        raise ValueError("unknown keys")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _maybe_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment
