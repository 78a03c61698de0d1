"""Cursors: the place of the last record of a page in the order of (score, published, id), bound to its query."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace

from monitor.errors import BadQuery
from monitor.store.contract import RecordQuery
from monitor.store.rules import BEST_SCORE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: ``at`` in microseconds since 1970; ``score`` is 0 but for ``Order.BEST``."""

    at: int
    id: str
    score: int = 0


def cursor_after(query: RecordQuery, place: Place) -> str:
    """The cursor of the page that follows ``place``. It stays valid for ever: it names a place, not a snapshot."""
    plain = f"{_mark(query)}.{place.score}.{place.at}.{place.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def place_of(query: RecordQuery) -> Place | None:
    """The place that the query's cursor names, None on the first page. Raises ``BadQuery`` for a foreign cursor."""
    if not query.cursor:
        return None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        mark, score, at, id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(".", 3)
        place = Place(int(at), id, int(score))
    except (ValueError, binascii.Error):
        raise BadQuery("翻页标记无效", "从第一页重新查询") from None
    if mark != _mark(query) or not -(2**62) < place.at < 2**62 or not 0 <= place.score <= BEST_SCORE:
        raise BadQuery("翻页标记属于另一个查询", "翻页时不要改动查询条件；或从第一页重新查询")
    return place


def _mark(query: RecordQuery) -> str:
    """Eight hex digits that differ between queries; the page size may change on the way."""
    same = replace(query, cursor="", limit=1)
    return hashlib.sha256(repr(same).encode()).hexdigest()[:8]
