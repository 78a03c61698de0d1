"""Index names, settings and mappings of the Elasticsearch keeping.

``dynamic: strict`` everywhere: a field that is not written here (an author, above all) is refused by the server (S1).

Indices of a prefix ``p``: ``p.news-2026.11`` and the like for public kinds and ``p.post-2026.11.22`` for posts, all
behind the alias ``p.records``; ``p.cells.<kind>-<month>-<n>``, the cells of purged records, behind ``p.cells``;
``p.kept.<bucket>-<n>``, what a purge left of an index that it had to cut in two; ``p.claims``, where each record id
is; ``p.states``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Kind, day_of

SCHEMA = 1
_KEPT: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_WORD: dict[str, Any] = {"type": "keyword"}
_LONG: dict[str, Any] = {"type": "long"}
_REPLY = {"properties": {"text": _KEPT, "time": _KEPT, "department": _KEPT}}
_REVISIONS = {"properties": {"time": _KEPT, "title": _KEPT, "text": {**_KEPT, "type": "boolean"}}}
_NUMBER_KEPT: dict[str, Any] = {"type": "double", "index": False, "doc_values": False}
_SENTIMENT = {
    "properties": {
        "negative": _NUMBER_KEPT,
        "neutral": _NUMBER_KEPT,
        "positive": _NUMBER_KEPT,
        "engine": _KEPT,
        "version": _KEPT,
    }
}

SETTINGS: dict[str, Any] = {
    "index": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Reads refresh by themselves (elastic_client); this only bounds what waits in memory.
        "refresh_interval": "30s",
    }
}

# The first part is the record itself (codec), the second what is searched and counted by.
RECORDS: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"schema": SCHEMA},
    "_source": {"excludes": ["tokens"]},
    "properties": {
        "id": _WORD,
        "kind": _WORD,
        "source": _WORD,
        "published": _KEPT,
        "seen": _KEPT,
        "labels": {
            "dynamic": "strict",
            "properties": {
                "sentiment": _SENTIMENT,
                "topics": _WORD,
                "places": _WORD,
                "terms": _WORD,
                "event": _WORD,
                "reprint_of": _KEPT,
            },
        },
        "title": _KEPT,
        "text": _KEPT,
        "url": _KEPT,
        "outlet": _KEPT,
        "rank": {"type": "long", "index": False, "doc_values": False},
        "category": _KEPT,
        "reply": _REPLY,
        "at": _LONG,
        "hour": _LONG,
        "day": {"type": "integer"},
        "counted_under": _WORD,
        "polarity": {"type": "byte"},
        "reprint": {"type": "boolean"},
        "original": _WORD,
        "answered": {"type": "boolean"},
        "facet": _WORD,
        "value": _WORD,
        "n": _LONG,
        "void": {"type": "boolean"},
        "revisions": _REVISIONS,
        "withdrawn": _WORD,
        "rewritten": {"type": "boolean"},
        "tokens": {"type": "text", "analyzer": "whitespace", "norms": False},
    },
}
EXTRA = ("at", "hour", "day", "counted_under", "polarity", "reprint", "original", "answered", "tokens", "rewritten")
"""Fields of a record's document that are not part of the record. ``rewritten``: the index may hold a text that was
taken out of this one."""

LATER: dict[str, Any] = {
    "properties": {field: RECORDS["properties"][field] for field in ("original", "revisions", "withdrawn", "rewritten")}
}
"""Fields that indices of earlier days lack; they are added where an index is found without them."""

CLAIMS: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"schema": SCHEMA},
    "properties": {"kind": _WORD, "bucket": _KEPT, "at": _LONG},
}
STATES: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"schema": SCHEMA},
    "properties": {"kind": _WORD, "id": _WORD, "version": {**_LONG, "index": False}, "doc": _KEPT},
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything that an installation keeps. A dot follows the prefix, which itself has none."""

    prefix: str

    @property
    def records(self) -> str:
        return f"{self.prefix}.records"

    @property
    def cells(self) -> str:
        return f"{self.prefix}.cells"

    @property
    def counted(self) -> str:
        """Both aliases: what cells are added up over."""
        return f"{self.records},{self.cells}"

    @property
    def claims(self) -> str:
        return f"{self.prefix}.claims"

    @property
    def states(self) -> str:
        return f"{self.prefix}.states"

    def bucket(self, kind: Kind, published: datetime) -> str:
        """The index that a record belongs to: by local day for posts, by local month for the rest."""
        day = day_of(published)
        span = f"{day.year:04}.{day.month:02}"
        return f"{self.prefix}.{kind.value}-{span}" + (f".{day.day:02}" if kind is Kind.POST else "")

    def kept(self, bucket: str) -> str:
        """A fresh name for the rest of an index that is cut in two."""
        return f"{self.prefix}.kept.{bucket.removeprefix(self.prefix + '.')}-{secrets.token_hex(4)}"

    def rolled(self, kind: Kind, month: str) -> str:
        """A fresh name for the cells of purged records of a month (``2026.11``)."""
        return f"{self.prefix}.cells.{kind.value}-{month}-{secrets.token_hex(4)}"

    def template(self) -> dict[str, Any]:
        """Record indices appear at their first record, in the alias from their first moment."""
        patterns = [f"{self.prefix}.{kind.value}-*" for kind in Kind]
        return {
            "index_patterns": patterns,
            "priority": 500,
            "template": {"settings": SETTINGS, "mappings": RECORDS, "aliases": {self.records: {}}},
            "_meta": {"schema": SCHEMA},
        }

    def workshop(self) -> dict[str, Any]:
        """Indices that a purge builds are made by it alone: a late write must never make one anew."""
        return {
            "index_patterns": [f"{self.prefix}.kept.*", f"{self.prefix}.cells.*"],
            "priority": 500,
            "allow_auto_create": False,
            "template": {"settings": SETTINGS, "mappings": RECORDS},
            "_meta": {"schema": SCHEMA},
        }
