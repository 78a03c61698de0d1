"""Records and cells as documents of Elasticsearch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.model import AnyRecord, BoardMessage, Facet, Kind, Polarity, Post, Reply
from monitor.store import codec, grams
from monitor.store.contract import Outline, Question
from monitor.store.elastic_mappings import EXTRA
from monitor.store.rules import (
    CellKey,
    FacetKey,
    cell_topics,
    day_number,
    hour_us,
    micros,
    moment_of,
    searchable,
)

Json = dict[str, Any]


def document(record: AnyRecord) -> Json:
    """The record and what it is searched and counted by."""
    doc = codec.encode(record) | {
        "at": micros(record.published),
        "hour": hour_us(record.published),
        "day": day_number(record.published),
        "counted_under": list(cell_topics(record)),
        "polarity": int(record.labels.sentiment.polarity),
        "reprint": record.labels.reprint_of is not None,
        "original": record.labels.reprint_of,
    }
    if isinstance(record, BoardMessage):
        doc["answered"] = record.reply is not None
    if not isinstance(record, Post):
        doc["tokens"] = grams.document(*searchable(record))
    return doc


def record_of(source: Json) -> AnyRecord:
    """The record of a document."""
    return codec.decode({key: value for key, value in source.items() if key not in EXTRA})


GONE = "gone"
"""``withdrawn`` of a post that was: nobody asks when."""
_COUNTED = ("hour", "day", "source", "counted_under", "polarity", "reprint")


def is_record(source: Json) -> bool:
    """Whether a document is a record: no void, no stone, no cell."""
    return "seen" in source


def stone(id: str, at: int, counted: Json | None) -> Json:
    """What a withdrawn post leaves; with the fields that cells are counted by, from its document ``counted``."""
    left: Json = {"id": id, "kind": Kind.POST.value, "at": at, "withdrawn": GONE}
    if counted is not None:
        left |= {field: counted[field] for field in _COUNTED}
        left["labels"] = {field: counted["labels"][field] for field in FACET_FIELDS.values()}
    return left


def again(source: Json) -> Json:
    """The document of a record or a stone as it goes into another index, which has no remains of a former text."""
    # The words that are sought are not kept in the source: they are made again.
    return document(record_of(source)) if is_record(source) else {k: v for k, v in source.items() if k != "rewritten"}


def outline_of(source: Json) -> Outline:
    """The outline of an article from the fields ``OUTLINE`` of its document."""
    return Outline(
        id=source["id"], kind=Kind(source["kind"]), source=source["source"], at=source["at"],
        polarity=Polarity(source["polarity"]), outlet=source["outlet"], title=source["title"], url=source["url"],
        rank=source["rank"], reprint_of=source["labels"]["reprint_of"],
    )  # fmt: skip


OUTLINE = ("id", "kind", "source", "at", "polarity", "outlet", "title", "url", "rank", "labels.reprint_of")


def question_of(source: Json, reply_chars: int) -> Question:
    """The board message without its text, from the fields ``QUESTION`` of its document."""
    reply = source.get("reply") if source["answered"] else None
    answer = None
    if reply is not None:
        time = reply.get("time")
        answer = Reply(
            (reply.get("text") or "")[:reply_chars], datetime.fromisoformat(time) if time else None,
            reply.get("department"),
        )  # fmt: skip
    topics = tuple((source.get("labels") or {}).get("topics") or ())
    return Question(id=source["id"], at=source["at"], topics=topics, reply=answer)


QUESTION = ("id", "at", "answered", "labels.topics", "reply.time", "reply.department", "reply.text")
"""The last one only where the reply's beginning is wanted."""


def claim(record: AnyRecord, bucket: str) -> Json:
    return {"kind": record.kind.value, "bucket": bucket, "at": micros(record.published)}


def cell(key: CellKey, n: int) -> Json:
    """A cell of records that are gone: one document that counts as ``n``."""
    hour, kind, source, topic, polarity, reprint = key
    return {
        "hour": hour,
        "day": day_number(moment_of(hour)),
        "kind": kind,
        "source": source,
        "counted_under": [topic],
        "polarity": polarity,
        "reprint": bool(reprint),
        "n": n,
        "_doc_count": n,
    }


FACET_FIELDS = {Facet.PLACE: "places", Facet.TERM: "terms", Facet.EVENT: "event"}
"""The field of a record's labels that a facet counts."""


def facet(key: FacetKey, n: int) -> Json:
    day, kind, topic, facet_, value = key
    return {
        "day": day,
        "kind": kind,
        "counted_under": [topic],
        # The same field as in a record, so that one aggregation counts both.
        "labels": {FACET_FIELDS[Facet(facet_)]: [value]},
        "facet": facet_,
        "value": value,
        "n": n,
        "_doc_count": n,
    }
