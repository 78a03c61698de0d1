"""One search of records for every list: what is wrong with it is told as a problem of the parameter it came from, and
where the sought words stand is told with the answer."""

from __future__ import annotations

from api import context
from api.record_shapes import FoundShape
from api.validation import problem_of
from monitor.errors import BadQuery
from monitor.store import Page, RecordQuery, grams

EXCERPT = 120
BEFORE = 30
"""Characters of a text that an excerpt shows, and of those how many stand before the first word that was sought."""


def search(query: RecordQuery) -> Page:
    """A page of records. Raises the problem of an empty span, a foreign cursor or words that cannot be sought."""
    if query.since and query.until and query.since >= query.until:
        raise problem_of({"since": "开始须早于结束（until）"})
    try:
        return context.store().find(query)
    except BadQuery as error:
        if query.cursor:
            raise problem_of({"cursor": "与其余参数不符，或不是本服务给出的；请从第一页重新开始"}) from None
        raise problem_of({"q": error.message}) from None


def excerpt(text: str, query: str, length: int = EXCERPT) -> str:
    """The part of a text that shows the first place where it has ``query``, else its beginning; … where it is cut."""
    places = grams.spans(query, text)
    begin = max(0, places[0][0] - BEFORE) if places and places[0][1] > length else 0
    end = begin + length
    if begin and end > len(text):
        begin, end = max(0, len(text) - length), len(text)
    return f"{'…' if begin else ''}{text[begin:end].strip()}{'…' if end < len(text) else ''}"


def found_in(title: str, text: str, query: str) -> FoundShape | None:
    """Where title and text have the words that were sought; None where nothing was."""
    if not query.strip():
        return None
    part = excerpt(text, query)
    return FoundShape(title=grams.spans(query, title), excerpt=part, spans=grams.spans(query, part))
