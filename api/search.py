"""One search of records for every list: what is wrong with it is told as a problem of the parameter it came from."""

from __future__ import annotations

from api import context
from api.validation import problem_of
from monitor.errors import BadQuery
from monitor.store import Page, RecordQuery


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
